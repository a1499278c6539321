package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.scalpel.graph.ElementType.FLOAT32;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.onnx.FunctionProto;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.OperatorSetIdProto;
import org.scalpel.onnx.SparseTensorProto;
import org.scalpel.onnx.ValueInfoProto;

class LayerGraphTest {
  private static final TensorFact FOUR = TensorFact.of(FLOAT32, 1, 4);

  @Test
  void unnamedAndEquallyNamedNodesGetNamesOfTheirOwn() {
    LayerGraph graph =
        LayerGraph.of(
            x().node("Relu", List.of("x"), List.of("a"))
                .node(ModelBuilder.node("n", "Relu", List.of("a"), List.of("b")).build())
                .node(ModelBuilder.node("n", "Relu", List.of("b"), List.of("c")).build())
                .node(ModelBuilder.node("Relu#0", "Relu", List.of("c"), List.of("d")).build())
                .output("d")
                .build());
    assertThat(graph.layers())
        .extracting(LayerGraph.Layer::name)
        .containsExactly("Relu#0_", "n", "Relu#2", "Relu#0");
  }

  @Test
  void constantsAndWhatFollowsFromThemAloneAreNoLayers() {
    LayerGraph graph =
        LayerGraph.of(
            x().initializer("w", TensorData.ofFloats(new float[4], 4))
                .node(
                    "Constant",
                    List.of(),
                    List.of("k"),
                    ModelBuilder.attribute("value", TensorData.ofFloats(new float[4], 4)))
                .node("Add", List.of("w", "k"), List.of("folded"))
                .node("Add", List.of("x", "folded"), List.of("y"))
                .output("y")
                .build());
    assertThat(graph.layers()).extracting(LayerGraph.Layer::op).containsExactly("Add");
    assertThat(graph.tensors()).extracting(LayerGraph.Tensor::name).containsExactly("x", "y");
    assertThat(graph.tensor("folded")).isEmpty();
    assertThat(graph.tensor("nowhere")).isEmpty();
  }

  @Test
  void whatThrowsDiceIsALayerEvenWithoutInputs() {
    LayerGraph graph =
        LayerGraph.of(
            x().node(
                    "RandomNormal",
                    List.of(),
                    List.of("r"),
                    ModelBuilder.attribute("shape", List.of(4L)))
                .node("Sin", List.of("r"), List.of("s"))
                .node("Add", List.of("x", "s"), List.of("y"))
                .output("y")
                .build());
    assertThat(graph.layers())
        .extracting(LayerGraph.Layer::op)
        .containsExactly("RandomNormal", "Sin", "Add");
  }

  @Test
  void deadNodesAreGone() {
    LayerGraph graph =
        LayerGraph.of(
            x().node("Relu", List.of("x"), List.of("y"))
                .node("Relu", List.of("x"), List.of("dead"))
                .node("Relu", List.of("dead"), List.of("deader"))
                .output("y")
                .build());
    assertThat(graph.layers()).hasSize(1);
    assertThat(graph.tensor("x").orElseThrow().consumers()).containsExactly(0);
  }

  @Test
  void optionalInputsThatAreLeftOutAreNoTensorsAndATensorReadTwiceIsOneInput() {
    LayerGraph graph =
        LayerGraph.of(
            x().node("Clip", List.of("x", "", "x"), List.of("y", "")).output("y").build());
    assertThat(graph.layers().get(0).inputs()).containsExactly(0);
    assertThat(graph.tensors()).hasSize(2);
    assertThat(graph.tensor("x").orElseThrow().consumers()).containsExactly(0);
  }

  @Test
  void severalOutputsOfANodeAreSeveralTensors() {
    LayerGraph graph =
        LayerGraph.of(
            x().node("Split", List.of("x"), List.of("a", "b", "unused"))
                .node("Add", List.of("a", "b"), List.of("y"))
                .output("y")
                .build());
    assertThat(graph.layers().get(0).outputs()).hasSize(2);
    assertThat(graph.tensor("unused")).isEmpty();
  }

  @Test
  void anOutputMayBeConsumedAsWell() {
    LayerGraph graph =
        LayerGraph.of(
            x().node("Relu", List.of("x"), List.of("a"))
                .node("Sin", List.of("a"), List.of("y"))
                .output("a")
                .output("y")
                .build());
    LayerGraph.Tensor a = graph.tensor("a").orElseThrow();
    assertThat(a.output()).isTrue();
    assertThat(a.consumers()).containsExactly(1);
  }

  @Test
  void outputsMayBeInputsOrConstants() {
    LayerGraph graph =
        LayerGraph.of(
            x().initializer("w", TensorData.ofFloats(new float[4], 4))
                .output("x")
                .output("w")
                .build());
    assertThat(graph.layers()).isEmpty();
    assertThat(graph.tensor("x").orElseThrow().output()).isTrue();
    assertThat(graph.constantOutputs()).containsExactly("w");
  }

  @Test
  void whatNestedBodiesCaptureIsAnInputOfTheNode() {
    GraphProto inner =
        GraphProto.newBuilder()
            .addNode(ModelBuilder.node("", "Add", List.of("deep", "local"), List.of("i")))
            .addOutput(ValueInfoProto.newBuilder().setName("i"))
            .build();
    GraphProto body =
        GraphProto.newBuilder()
            .addNode(ModelBuilder.node("", "Relu", List.of("near"), List.of("local")))
            .addNode(
                ModelBuilder.node("", "If", List.of("local"), List.of("o"))
                    .addAttribute(ModelBuilder.attribute("then_branch", inner)))
            .addOutput(ValueInfoProto.newBuilder().setName("o"))
            .build();
    LayerGraph graph =
        LayerGraph.of(
            x().node("Relu", List.of("x"), List.of("near"))
                .node("Sin", List.of("x"), List.of("deep"))
                .node("If", List.of("x"), List.of("y"), ModelBuilder.attribute("then_branch", body))
                .output("y")
                .build());
    assertThat(graph.layers().get(2).inputs())
        .extracting(i -> graph.tensors().get(i).name())
        .containsExactlyInAnyOrder("x", "near", "deep");
  }

  @Test
  void aLoopThatThrowsDiceInsideIsNoConstant() {
    GraphProto body =
        GraphProto.newBuilder()
            .addNode(ModelBuilder.node("", "RandomUniform", List.of(), List.of("o")))
            .addOutput(ValueInfoProto.newBuilder().setName("o"))
            .build();
    LayerGraph graph =
        LayerGraph.of(
            x().initializer("n", TensorData.ofLongs(new long[] {3}, 1))
                .node("Loop", List.of("n"), List.of("r"), ModelBuilder.attribute("body", body))
                .node("Add", List.of("x", "r"), List.of("y"))
                .output("y")
                .build());
    assertThat(graph.layers()).extracting(LayerGraph.Layer::op).containsExactly("Loop", "Add");
  }

  @Test
  void localFunctionsAndUnknownDomainsAreConstantOnlyWhenSurelyDeterministic() {
    ModelProto.Builder model =
        x()
            .initializer("w", TensorData.ofFloats(new float[4], 4))
            .node(ModelBuilder.node("", "Mine", List.of("w"), List.of("a")).setDomain("me").build())
            .node(ModelBuilder.node("", "Odd", List.of("w"), List.of("b")).setDomain("you").build())
            .node("Sum", List.of("x", "a", "b"), List.of("y"))
            .output("y")
            .proto()
            .toBuilder();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("me").setVersion(1));
    model.addFunctions(
        FunctionProto.newBuilder()
            .setName("Mine")
            .setDomain("me")
            .addInput("p")
            .addOutput("q")
            .addNode(ModelBuilder.node("", "Sin", List.of("p"), List.of("q"))));
    LayerGraph graph = LayerGraph.of(OnnxModel.of(model.build(), Path.of("/")));
    assertThat(graph.layers()).extracting(LayerGraph.Layer::op).containsExactly("Odd", "Sum");
  }

  @Test
  void sparseWeightsAreConstants() {
    ModelProto.Builder model =
        x().node("MatMul", List.of("x", "s"), List.of("y")).output("y").proto().toBuilder();
    model
        .getGraphBuilder()
        .addSparseInitializer(
            SparseTensorProto.newBuilder()
                .addDims(4)
                .addDims(4)
                .setValues(ModelBuilder.tensor("s", TensorData.ofFloats(new float[] {1}, 1)))
                .setIndices(ModelBuilder.tensor("", TensorData.ofLongs(new long[] {5}, 1))));
    OnnxModel sparse = OnnxModel.of(model.build(), Path.of("/"));
    KernelGraph kernels = KernelGraph.of(LayerGraph.of(sparse), java.util.Set.of());
    assertThat(kernels.kernels()).hasSize(1);
    Splitter splitter = new Splitter(sparse, kernels);
    Segment whole = splitter.segments(new int[] {0}).get(0);
    assertThat(
            splitter
                .extract(whole, java.util.Map.of(), java.util.Map.of())
                .getGraph()
                .getSparseInitializerCount())
        .isEqualTo(1);
  }

  @Test
  void aHundredThousandNodesAreNoMatter() {
    OnnxModel model = RandomModels.chain(100_000);
    assertThatCode(
            () -> {
              KernelGraph kernels =
                  KernelGraph.of(LayerGraph.of(model), java.util.Set.of("t50000"));
              assertThat(Structure.of(kernels).cutVertices()).isNotEmpty();
            })
        .doesNotThrowAnyException();
  }

  private static ModelBuilder x() {
    return ModelBuilder.opset(17).input("x", FOUR);
  }
}
