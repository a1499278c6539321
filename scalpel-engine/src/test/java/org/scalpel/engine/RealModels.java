package org.scalpel.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.TensorProto;

/** Model files that are not part of the project; tests that need them say loudly that they skip. */
final class RealModels {
  private RealModels() {}

  /** The folder that SCALPEL_ZOO names, with models in {@code models/}. */
  static Path zoo() {
    String zoo = System.getenv("SCALPEL_ZOO");
    Path models = Path.of(zoo == null ? "" : zoo, "models");
    assumeTrue(
        zoo != null && Files.isDirectory(models),
        "SKIPPED: set SCALPEL_ZOO to a folder with models/ to test real networks");
    return models;
  }

  /** Debian's libonnx-testdata, or the folder that SCALPEL_ONNX_VECTORS names. */
  static List<Path> vectors() {
    String named = System.getenv("SCALPEL_ONNX_VECTORS");
    Path data = Path.of(named == null ? "/usr/share/libonnx-testdata/data" : named);
    assumeTrue(
        Files.isDirectory(data),
        "SKIPPED: install libonnx-testdata or set SCALPEL_ONNX_VECTORS to test ONNX's vectors");
    return onnxFiles(data);
  }

  static List<Path> onnxFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same architecture with random weights in place of constant ones. With equal weights all
   * channels are equal, and a wrong cut would go unseen.
   */
  static OnnxModel withRandomWeights(OnnxModel model) {
    GraphProto.Builder graph = model.proto().getGraph().toBuilder().clearNode();
    Map<String, TensorProto> constants = new HashMap<>();
    graph.getInitializerList().forEach(t -> constants.put(t.getName(), t));
    Random random = new Random(7);
    for (NodeProto node : model.proto().getGraph().getNodeList()) {
      if (node.getOpType().equals("Constant")) {
        constants.put(node.getOutput(0), node.getAttribute(0).getT());
      }
    }
    for (NodeProto node : model.proto().getGraph().getNodeList()) {
      TensorProto shape =
          node.getOpType().equals("ConstantOfShape") ? constants.get(node.getInput(0)) : null;
      if (shape == null || !node.getOutput(0).startsWith("W_")) {
        graph.addNode(node);
      } else {
        graph.addInitializer(weight(node.getOutput(0), dims(shape), random));
      }
    }
    return OnnxModel.of(model.proto().toBuilder().setGraph(graph).build(), model.folder());
  }

  private static List<Long> dims(TensorProto shape) {
    List<Long> dims = new ArrayList<>(shape.getInt64DataList());
    LongBuffer raw =
        shape.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    while (raw.hasRemaining()) {
      dims.add(raw.get());
    }
    return dims;
  }

  /** Matrices and filters keep the size of signals; vectors are scales near 1. */
  private static TensorProto weight(String name, List<Long> dims, Random random) {
    int count = Math.toIntExact(dims.stream().reduce(1L, Math::multiplyExact));
    double scale = dims.size() > 1 ? Math.sqrt(2.0 * dims.get(0) / count) : 0.1;
    double centre = dims.size() > 1 || name.endsWith("bias") || name.endsWith("mean") ? 0 : 1;
    ByteBuffer data = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      data.putFloat((float) (centre + scale * Math.max(-3, Math.min(3, random.nextGaussian()))));
    }
    return TensorProto.newBuilder()
        .setName(name)
        .addAllDims(dims)
        .setDataType(ElementType.FLOAT32.onnxCode())
        .setRawData(ByteString.copyFrom(data.flip()))
        .build();
  }
}
