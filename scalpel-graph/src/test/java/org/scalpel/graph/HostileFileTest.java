package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scalpel.graph.ElementType.FLOAT32;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.TensorProto;

class HostileFileTest {
  private static final TensorFact FOUR = TensorFact.of(FLOAT32, 1, 4);

  @TempDir Path folder;

  @Test
  void emptyFile() throws IOException {
    refused(new byte[0], "the file is empty");
  }

  @Test
  void missingFileAndFolder() {
    assertThatThrownBy(() -> OnnxModel.read(folder.resolve("none.onnx")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("none.onnx: no such file");
    assertThatThrownBy(() -> OnnxModel.read(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void textInsteadOfModel() throws IOException {
    refused(
        "<html>404 not found</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        "not an ONNX model");
  }

  @Test
  void everyTruncationOfAModelIsRefusedInOneLine() throws IOException {
    byte[] whole = small().proto().toByteArray();
    for (int length = 1; length < whole.length; length++) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      Path file = Files.write(folder.resolve("part.onnx"), part);
      assertThatThrownBy(() -> OnnxModel.read(file))
          .isInstanceOf(ModelException.class)
          .message()
          .startsWith(file.toString())
          .doesNotContain("\n");
    }
  }

  @Test
  void randomDamageEndsInAModelOrAModelException() throws IOException {
    byte[] whole = small().proto().toByteArray();
    Random random = new Random(42);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Path file = Files.write(folder.resolve("damaged.onnx"), damaged);
      try {
        LayerGraph.of(OnnxModel.read(file));
      } catch (ModelException e) {
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
  }

  @Test
  void noGraph() throws IOException {
    refused(ModelProto.newBuilder().setIrVersion(8), "no graph in it");
  }

  @Test
  void oldIrVersionAndMissingOperatorSet() throws IOException {
    refused(small().proto().toBuilder().setIrVersion(2), "IR version 2; expected 3 or newer");
    refused(small().proto().toBuilder().clearOpsetImport(), "no operator set");
  }

  @Test
  void tensorMadeTwice() throws IOException {
    refused(
        small().node("Relu", List.of("x"), List.of("y")).proto().toBuilder(),
        "tensor 'y' is defined twice");
  }

  @Test
  void tensorThatNobodyMakes() throws IOException {
    refused(
        small().node("Relu", List.of("ghost"), List.of("z")).proto().toBuilder(),
        "node #1 (Relu) reads tensor 'ghost', which nothing makes");
  }

  @Test
  void capturedTensorThatNobodyMakes() throws IOException {
    GraphProto body =
        GraphProto.newBuilder()
            .addNode(ModelBuilder.node("", "Relu", List.of("ghost"), List.of("inner")))
            .build();
    refused(
        small()
            .node("If", List.of("x"), List.of("z"), ModelBuilder.attribute("then_branch", body))
            .proto()
            .toBuilder(),
        "reads tensor 'ghost'");
  }

  @Test
  void cycle() throws IOException {
    refused(
        small()
            .node("Add", List.of("y", "b"), List.of("a"))
            .node("Relu", List.of("a"), List.of("b"))
            .proto()
            .toBuilder(),
        "cycle");
  }

  @Test
  void noOutputsAndGhostOutput() throws IOException {
    ModelProto.Builder none = small().proto().toBuilder();
    none.getGraphBuilder().clearOutput();
    refused(none, "has no outputs");
    refused(small().output("ghost").proto().toBuilder(), "nothing makes the model output 'ghost'");
  }

  @Test
  void negativeAndOverflowingDimensions() throws IOException {
    refused(withWeight(weight().clearDims().addDims(-3)), "dimension -3");
    refused(withWeight(weight().clearDims().addDims(1L << 40).addDims(1L << 40)), "overflows");
    ModelProto.Builder huge = small().input("huge", FOUR).proto().toBuilder();
    huge.getGraphBuilder()
        .getInputBuilder(1)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimValue(Long.MAX_VALUE);
    refused(huge, "input 'huge'");
  }

  @Test
  void rawDataOfAnotherSize() throws IOException {
    refused(
        withWeight(weight().setRawData(ByteString.copyFrom(new byte[15]))),
        "tensor 'w' float32[4] has 15 bytes of raw data; expected 16");
    refused(withWeight(weight().clearRawData().addFloatData(1)), "has 1 floats; expected 4");
  }

  @Test
  void unknownElementType() throws IOException {
    refused(withWeight(weight().setDataType(99)), "ONNX element type 99 is unknown");
    refused(withWeight(weight().clearDataType()), "ONNX element type 0 is unknown");
  }

  @Test
  void sequenceAsInput() throws IOException {
    ModelProto.Builder model = small().proto().toBuilder();
    model.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getSequenceTypeBuilder();
    refused(model, "input 'x' is no tensor");
  }

  @Test
  void externalDataOutsideTheFolder() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("inside"));
    Files.write(folder.resolve("secret.bin"), new byte[16]);
    Files.createSymbolicLink(inside.resolve("link.bin"), folder.resolve("secret.bin"));
    Files.createSymbolicLink(inside.resolve("door"), folder);
    for (String location :
        List.of(
            "../secret.bin",
            folder.resolve("secret.bin").toString(),
            "link.bin",
            "door/secret.bin",
            "door/../../secret.bin")) {
      Path file = inside.resolve("m.onnx");
      Files.write(file, withWeight(external(location, "0", "16")).build().toByteArray());
      assertThatThrownBy(() -> OnnxModel.read(file))
          .as(location)
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(location)
          .message()
          .containsAnyOf("outside the model's folder", "is missing");
    }
  }

  @Test
  void externalDataThatIsMissingShortOrMalformed() throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[20]);
    refused(
        withWeight(external("none.bin", "0", "16")), "external data file 'none.bin' is missing");
    refused(
        withWeight(external("w.bin", "8", "16")), "ends beyond external file 'w.bin' of 20 bytes");
    refused(withWeight(external("w.bin", "-1", "16")), "offset '-1'");
    refused(withWeight(external("w.bin", "9223372036854775807", "16")), "ends beyond");
    refused(withWeight(external("w.bin", "0", "many")), "length 'many'");
    refused(withWeight(external("w.bin", "0", "12")), "12 bytes of external data; expected 16");
    refused(withWeight(external("", "0", "16")), "without a location");
    refused(withWeight(external(".", "0", "16")), "not a regular file");
  }

  @Test
  void bodiesNestedWithoutEnd() {
    nested(Nodes.MAX_DEPTH);
    for (int depth : List.of(Nodes.MAX_DEPTH + 1, 25, 2000)) {
      assertThatThrownBy(() -> nested(depth))
          .as("depth %d", depth)
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("nested more than");
    }
  }

  private OnnxModel nested(int levels) {
    GraphProto body = GraphProto.newBuilder().addNode(relu("x", "leaf")).build();
    NodeProto node = relu("x", "top");
    for (int depth = 0; depth < levels; depth++) {
      node =
          ModelBuilder.node("", "If", List.of("x"), List.of("o" + depth))
              .addAttribute(ModelBuilder.attribute("then_branch", body))
              .build();
      body = GraphProto.newBuilder().addNode(node).build();
    }
    return OnnxModel.of(small().node(node).proto(), folder);
  }

  @Test
  void nestingBombOfRawBytesIsRefusedByTheParser() throws IOException {
    // graph { node { attribute { g { node { … and so on, each level announcing its length
    byte[] inner = new byte[0];
    int[] tags = {(6 << 3) | 2, (5 << 3) | 2, (1 << 3) | 2};
    for (int level = 0; level < 3_000; level++) {
      ByteString.Output out = ByteString.newOutput(inner.length + 6);
      out.write(tags[level % 3]);
      int length = inner.length;
      while (length > 127) {
        out.write((length & 127) | 128);
        length >>>= 7;
      }
      out.write(length);
      out.write(inner);
      inner = out.toByteString().toByteArray();
    }
    ByteString.Output model = ByteString.newOutput();
    model.write((7 << 3) | 2);
    int length = inner.length;
    while (length > 127) {
      model.write((length & 127) | 128);
      length >>>= 7;
    }
    model.write(length);
    model.write(inner);
    refused(model.toByteString().toByteArray(), "not an ONNX model");
  }

  private static ModelBuilder small() {
    return ModelBuilder.opset(17)
        .input("x", FOUR)
        .initializer("w", TensorData.ofFloats(new float[] {1, 2, 3, 4}, 4))
        .node("Add", List.of("x", "w"), List.of("y"))
        .output("y", FOUR);
  }

  private static NodeProto relu(String in, String out) {
    return ModelBuilder.node("", "Relu", List.of(in), List.of(out)).build();
  }

  private static TensorProto.Builder weight() {
    return small().proto().getGraph().getInitializer(0).toBuilder();
  }

  private static TensorProto.Builder external(String location, String offset, String length) {
    TensorProto.Builder weight =
        weight().clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
    List.of(List.of("location", location), List.of("offset", offset), List.of("length", length))
        .forEach(
            e ->
                weight.addExternalData(
                    StringStringEntryProto.newBuilder().setKey(e.get(0)).setValue(e.get(1))));
    return weight;
  }

  private static ModelProto.Builder withWeight(TensorProto.Builder weight) {
    ModelProto.Builder model = small().proto().toBuilder();
    model.getGraphBuilder().setInitializer(0, weight);
    return model;
  }

  private void refused(ModelProto.Builder model, String message) throws IOException {
    refused(model.build().toByteArray(), message);
  }

  private void refused(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("hostile.onnx"), bytes);
    assertThatThrownBy(() -> OnnxModel.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message)
        .message()
        .startsWith(file.toString())
        .doesNotContain("\n");
  }
}
