package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.SegmentFiles;
import org.scalpel.graph.Splitter;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.TensorProto;

/** A model of more than 2 GB, its weights in a sparse file: read, cut, written and run. */
class LargeModelTest {
  private static final int WIDTH = 14_000;
  private static final int MATRICES = 3;
  private static final long MATRIX_BYTES = (long) WIDTH * WIDTH * Float.BYTES;
  private static final TensorFact ROW = TensorFact.of(ElementType.FLOAT32, 1, WIDTH);

  @TempDir Path folder;

  @Test
  void aModelOfMoreThanTwoGigabytesIsCutAndItsPartsRun() throws IOException {
    assumeTrue(RealModels.full(), "SKIPPED: the profile zoo-full tries a model of more than 2 GB");
    long start = System.nanoTime();
    writeWeights();
    OnnxModel.of(proto(), folder).write(folder.resolve("large.onnx"));
    OnnxModel model = OnnxModel.read(folder.resolve("large.onnx"));
    assertThat(Files.size(model.externalFiles().get(0).file())).isGreaterThan(1L << 31);
    float[] row = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      row[i] = i % 97 - 48;
    }
    Map<String, TensorData> inputs = Map.of("x0", TensorData.ofFloats(row, 1, WIDTH));
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      start = said("read", start);
      assertThat(model.sha256()).hasSize(64);
      start = said("hashed", start);
      KernelGraph kernels = engine.kernels(model);
      assertThat(kernels.kernels()).hasSize(MATRICES);
      start = said("kernels learned", start);
      Map<String, TensorFact> facts = engine.facts(model, inputs);
      start = said("shapes found", start);
      List<Segment> segments = new Splitter(model, kernels).segments(new int[] {0, 1, 1});
      new SegmentFiles(kernels, facts)
          .write(
              new SegmentFiles.Cut("p", List.of("device", "cloud"), segments),
              folder.resolve("split"),
              SegmentFiles.Layout.FILES);
      start = said("split", start);
      float[] split = run(engine, inputs);
      said("both parts run", start);
      for (int i = 0; i < WIDTH; i++) {
        assertThat(split[i]).isEqualTo(row[i] * 2 * 3 * 4);
      }
    }
  }

  private float[] run(Engine engine, Map<String, TensorData> inputs) {
    Map<String, TensorData> middle;
    try (Session device = engine.open(folder.resolve("split/0-device.onnx"))) {
      middle = device.run(inputs);
    }
    assertThat(OnnxModel.read(folder.resolve("split/1-cloud.onnx")).externalFiles()).hasSize(1);
    try (Session cloud = engine.open(folder.resolve("split/1-cloud.onnx"))) {
      return Found.in(cloud.run(middle), "x" + MATRICES).floats();
    }
  }

  private static long said(String what, long start) {
    long now = System.nanoTime();
    System.out.printf("large model: %s after %d ms%n", what, (now - start) / 1_000_000);
    return now;
  }

  /** Multiples of the unit matrix: few bytes are written, the rest are holes in the file. */
  private void writeWeights() throws IOException {
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("large.data"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      for (int m = 0; m < MATRICES; m++) {
        for (int i = 0; i < WIDTH; i++) {
          ByteBuffer value = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          value.putFloat(0, m + 2);
          file.write(value, m * MATRIX_BYTES + (long) i * (WIDTH + 1) * Float.BYTES);
        }
      }
    }
  }

  private static ModelProto proto() {
    ModelBuilder builder = ModelBuilder.opset(17).input("x0", ROW);
    for (int m = 0; m < MATRICES; m++) {
      builder.node("MatMul", List.of("x" + m, "w" + m), List.of("x" + (m + 1)));
    }
    ModelProto.Builder model = builder.output("x" + MATRICES, ROW).proto().toBuilder();
    for (int m = 0; m < MATRICES; m++) {
      model.getGraphBuilder().addInitializer(external(m));
    }
    return model.build();
  }

  private static TensorProto external(int matrix) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName("w" + matrix)
            .setDataType(ElementType.FLOAT32.onnxCode())
            .addDims(WIDTH)
            .addDims(WIDTH)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    Map<String, String> entries =
        Map.of(
            "location", "large.data",
            "offset", String.valueOf(matrix * MATRIX_BYTES),
            "length", String.valueOf(MATRIX_BYTES));
    entries.forEach(
        (k, v) ->
            tensor.addExternalData(StringStringEntryProto.newBuilder().setKey(k).setValue(v)));
    return tensor.build();
  }
}
