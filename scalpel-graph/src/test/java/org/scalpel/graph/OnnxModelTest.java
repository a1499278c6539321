package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scalpel.graph.ElementType.FLOAT32;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.TensorProto;

class OnnxModelTest {
  private static final TensorFact FOUR = TensorFact.of(FLOAT32, 1, 4);

  @TempDir Path folder;

  @Test
  void readsBackWhatWasWritten() throws Exception {
    OnnxModel model = add().build();
    Path file = folder.resolve("m.onnx");
    model.write(file);
    OnnxModel back = OnnxModel.read(file);
    assertThat(back.proto()).isEqualTo(model.proto());
    assertThat(back.inputs()).containsExactly(new OnnxModel.Value("x", FOUR));
    assertThat(back.outputs()).containsExactly(new OnnxModel.Value("y", FOUR));
    assertThat(back.opset()).isEqualTo(17);
    assertThat(back.sha256()).isEqualTo(sha256(Files.readAllBytes(file))).isEqualTo(model.sha256());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void initialisersListedAsInputsAreNoInputs() {
    ModelProto.Builder old = add().input("w", TensorFact.of(FLOAT32, 4)).proto().toBuilder();
    OnnxModel model = OnnxModel.of(old.setIrVersion(3).build(), folder);
    assertThat(Cuts.names(model.inputs())).containsExactly("x");
    assertThat(model.proto().getGraph().getInputCount()).isEqualTo(1);
    assertThat(model.proto().getIrVersion()).isEqualTo(4);
  }

  @Test
  void symbolicAbsentAndMinusOneDimensionsAreUnknown() {
    ModelProto.Builder model = add().proto().toBuilder();
    model
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimParam("N");
    model
        .getGraphBuilder()
        .getOutputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimValue(-1);
    OnnxModel read = OnnxModel.of(model.build(), folder);
    assertThat(read.inputs().get(0).fact()).isEqualTo(TensorFact.of(FLOAT32, -1, 4));
    assertThat(read.outputs().get(0).fact()).isEqualTo(TensorFact.of(FLOAT32, -1, 4));
  }

  @Test
  void nodesMayStandInAnyOrder() {
    OnnxModel model =
        ModelBuilder.opset(17)
            .input("x", FOUR)
            .node("Relu", List.of("b"), List.of("y"))
            .node("Relu", List.of("a"), List.of("b"))
            .node("Relu", List.of("x"), List.of("a"))
            .output("y", FOUR)
            .build();
    assertThat(LayerGraph.of(model).layers())
        .extracting(LayerGraph.Layer::name)
        .containsExactly("Relu#2", "Relu#1", "Relu#0");
  }

  @Test
  void externalFilesCountInTheDigest() throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[16]);
    Path file = folder.resolve("m.onnx");
    Files.write(file, withExternalWeight("w.bin").toByteArray());
    OnnxModel model = OnnxModel.read(file);
    assertThat(model.externalFiles())
        .containsExactly(new OnnxModel.ExternalFile("w.bin", folder.resolve("w.bin").toRealPath()));
    String lines = sha256(Files.readAllBytes(file)) + "  \n" + sha256(new byte[16]) + "  w.bin\n";
    assertThat(model.sha256())
        .isEqualTo(sha256(lines.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    Files.write(
        folder.resolve("w.bin"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6});
    assertThat(OnnxModel.read(file).sha256()).isNotEqualTo(model.sha256());
  }

  @Test
  void aFailedWriteLeavesNothingBehind() throws IOException {
    Path taken = folder.resolve("m.onnx");
    Files.createDirectories(taken.resolve("full"));
    assertThatThrownBy(() -> add().build().write(taken))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("cannot be written");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(taken);
    }
  }

  private static ModelBuilder add() {
    return ModelBuilder.opset(17)
        .input("x", FOUR)
        .initializer("w", TensorData.ofFloats(new float[] {1, 2, 3, 4}, 4))
        .node("Add", List.of("x", "w"), List.of("y"))
        .output("y", FOUR);
  }

  static ModelProto withExternalWeight(String location) {
    ModelProto.Builder model = add().proto().toBuilder();
    model
        .getGraphBuilder()
        .getInitializerBuilder(0)
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location));
    return model.build();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
