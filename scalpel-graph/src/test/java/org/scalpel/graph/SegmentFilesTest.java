package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scalpel.graph.ElementType.FLOAT32;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.onnx.TensorProto;

class SegmentFilesTest {
  private static final TensorFact FACT = TensorFact.of(FLOAT32, 1, 512);
  private static final Map<String, TensorFact> FACTS = Map.of("a", FACT);

  @TempDir Path folder;
  private OnnxModel model;
  private KernelGraph kernels;
  private SegmentFiles.Cut cut;

  @BeforeEach
  void twoSegments() throws IOException {
    Path file = folder.resolve("source/net.onnx");
    Files.createDirectories(folder.resolve("source"));
    ModelBuilder.opset(17)
        .input("x", FACT)
        .initializer("w1", TensorData.ofFloats(ramp(1), 1, 512))
        .initializer("w2", TensorData.ofFloats(ramp(2), 1, 512))
        .node("Add", List.of("x", "w1"), List.of("a"))
        .node("Add", List.of("a", "w2"), List.of("y"))
        .output("y", FACT)
        .build()
        .write(file);
    use(OnnxModel.read(file));
  }

  @Test
  void writesSegmentsAndManifest() {
    Path out = folder.resolve("deep/er/split");
    Manifest manifest = new SegmentFiles(kernels, FACTS).write(cut, out, SegmentFiles.Layout.FILES);
    assertThat(Manifest.read(out.resolve("manifest.json"))).isEqualTo(manifest);
    assertThat(manifest)
        .isEqualTo(
            new Manifest(
                1,
                model.sha256(),
                kernels.digest(),
                List.of(
                    new Manifest.Part("0-device.onnx", "device", List.of("x"), List.of("a")),
                    new Manifest.Part("1-far_edge.onnx", "far/edge", List.of("a"), List.of("y"))),
                List.of(boundary("x"), boundary("a"), boundary("y")),
                List.of("y")));
    assertThat(entries(out)).containsExactly("0-device.onnx", "1-far_edge.onnx", "manifest.json");
    OnnxModel second = OnnxModel.read(out.resolve("1-far_edge.onnx"));
    assertThat(second.inputs()).containsExactly(new OnnxModel.Value("a", FACT));
    assertThat(second.proto().getMetadataPropsList())
        .anyMatch(e -> e.getKey().equals("scalpel_plan") && e.getValue().equals("p1"));
  }

  @Test
  void writesAModelRepository() throws IOException {
    Path out = folder.resolve("repository");
    new SegmentFiles(kernels, FACTS).write(cut, out, SegmentFiles.Layout.TRITON);
    assertThat(entries(out)).containsExactly("manifest.json", "net.p1.0", "net.p1.1");
    OnnxModel.read(out.resolve("net.p1.0/1/model.onnx"));
    assertThat(Files.readString(out.resolve("net.p1.1/config.pbtxt")))
        .isEqualTo(
            """
            name: "net.p1.1"
            backend: "onnxruntime"
            max_batch_size: 0
            input [
              { name: "a", data_type: TYPE_FP32, dims: [ 1, 512 ] }
            ]
            output [
              { name: "y", data_type: TYPE_FP32, dims: [ 1, 512 ] }
            ]
            """);
  }

  @Test
  void scalarsInAModelRepositoryAreReshaped() {
    Segment segment = new Segment(0, 0, List.of(), List.of("s"), List.of("t"));
    assertThat(
            TritonConfig.of(
                "n",
                segment,
                Map.of(
                    "s", new Manifest.Boundary("s", "string", List.of()),
                    "t", new Manifest.Boundary("t", "bool", List.of(-1L)))))
        .contains("{ name: \"s\", data_type: TYPE_STRING, dims: [ 1 ], reshape: { shape: [ ] } }")
        .contains("{ name: \"t\", data_type: TYPE_BOOL, dims: [ -1 ] }");
  }

  @Test
  void replacesAnEarlierSplitAndNothingElse() throws IOException {
    Path out = folder.resolve("split");
    SegmentFiles files = new SegmentFiles(kernels, FACTS);
    files.write(cut, out, SegmentFiles.Layout.TRITON);
    files.write(cut, out, SegmentFiles.Layout.FILES);
    assertThat(entries(out)).containsExactly("0-device.onnx", "1-far_edge.onnx", "manifest.json");
    Path precious = Files.createDirectories(folder.resolve("precious"));
    Files.writeString(precious.resolve("thesis.txt"), "years of work");
    assertThatThrownBy(() -> files.write(cut, precious, SegmentFiles.Layout.FILES))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is not empty and holds no earlier split");
    assertThat(entries(precious)).containsExactly("thesis.txt");
    assertThat(entries(folder)).containsExactly("precious", "source", "split");
  }

  @Test
  void aFailureLeavesNothing() {
    SegmentFiles files = new SegmentFiles(kernels, Map.of());
    assertThatThrownBy(() -> files.write(cut, folder.resolve("split"), SegmentFiles.Layout.FILES))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("type of tensor 'a' is unknown");
    assertThat(entries(folder)).containsExactly("source");
  }

  @Test
  void weightsBeyondTheLimitGoToADataFileBeside() throws IOException {
    Path out = folder.resolve("split");
    new SegmentFiles(kernels, FACTS, 1000).write(cut, out, SegmentFiles.Layout.FILES);
    assertThat(entries(out))
        .containsExactly(
            "0-device.onnx",
            "0-device.onnx.data",
            "1-far_edge.onnx",
            "1-far_edge.onnx.data",
            "manifest.json");
    assertThat(externalFloat(out, "1-far_edge.onnx", 3)).isEqualTo(2.003f);
  }

  @Test
  void externalWeightsAreCopiedAsFarAsTheyAreUsed() throws IOException {
    Path large = folder.resolve("large");
    new SegmentFiles(kernels, FACTS, 0).write(whole(), large, SegmentFiles.Layout.FILES);
    use(OnnxModel.read(large.resolve("0-device.onnx")));
    assertThat(model.externalFiles()).hasSize(1);
    assertThat(Files.size(model.externalFiles().get(0).file())).isEqualTo(4096 + 2048);
    Path out = folder.resolve("split");
    new SegmentFiles(kernels, FACTS).write(cut, out, SegmentFiles.Layout.FILES);
    assertThat(Files.size(out.resolve("0-device.onnx.data"))).isEqualTo(2048);
    assertThat(externalFloat(out, "0-device.onnx", 3)).isEqualTo(1.003f);
    assertThat(externalFloat(out, "1-far_edge.onnx", 3)).isEqualTo(2.003f);
  }

  @Test
  void manifestsOfOthersAreRefused() throws IOException {
    Path file = folder.resolve("manifest.json");
    for (String text : List.of("{", "{\"schema\": 1}", "[]", "{\"schema\": 9, \"x\": 1}")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> Manifest.read(file))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("not a manifest");
    }
    assertThatThrownBy(() -> Manifest.read(folder.resolve("none.json")))
        .isInstanceOf(ModelException.class);
  }

  private void use(OnnxModel used) {
    model = used;
    kernels = Cuts.kernels(model, new Random(0), 2);
    List<Segment> segments = new Splitter(model, kernels).segments(new int[] {0, 1});
    cut = new SegmentFiles.Cut("p1", List.of("device", "far/edge"), segments);
  }

  private SegmentFiles.Cut whole() {
    List<Segment> segments = new Splitter(model, kernels).segments(new int[] {0, 0});
    return new SegmentFiles.Cut("whole", List.of("device"), segments);
  }

  private static float externalFloat(Path out, String file, int index) throws IOException {
    OnnxModel read = OnnxModel.read(out.resolve(file));
    TensorProto tensor = read.proto().getGraph().getInitializer(0);
    ExternalData data = ExternalData.of(tensor, file);
    byte[] bytes = Files.readAllBytes(out.resolve(data.location()));
    return java.nio.ByteBuffer.wrap(bytes)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .getFloat((int) data.offset() + 4 * index);
  }

  private static float[] ramp(int start) {
    float[] values = new float[512];
    for (int i = 0; i < values.length; i++) {
      values[i] = start + i / 1000f;
    }
    return values;
  }

  private static Manifest.Boundary boundary(String name) {
    return new Manifest.Boundary(name, "float32", List.of(1L, 512L));
  }

  private static List<String> entries(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
