package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scalpel.graph.ElementType.FLOAT32;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.scalpel.onnx.FunctionProto;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.OperatorSetIdProto;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.TensorProto;
import org.scalpel.onnx.ValueInfoProto;

class SplitterTest {
  private static final TensorFact FOUR = TensorFact.of(FLOAT32, 1, 4);

  @Test
  void cutsAChainAndCopiesWeightsOnlyWhereTheyAreUsed() {
    Setup cut =
        new Setup(
            x().initializer("w1", weights())
                .initializer("w2", weights())
                .node("Add", List.of("x", "w1"), List.of("a"))
                .node("Add", List.of("a", "w2"), List.of("y"))
                .output("y", FOUR));
    List<Segment> segments = cut.splitter.segments(new int[] {0, 2});
    assertThat(segments)
        .containsExactly(
            new Segment(0, 0, List.of(0), List.of("x"), List.of("a")),
            new Segment(1, 2, List.of(1), List.of("a"), List.of("y")));
    assertThat(cut.extract(segments.get(0)).getGraph().getInitializerList())
        .extracting(TensorProto::getName)
        .containsExactly("w1");
    GraphProto second = cut.extract(segments.get(1)).getGraph();
    assertThat(second.getInitializerList()).extracting(TensorProto::getName).containsExactly("w2");
    assertThat(second.getInitializer(0))
        .as("shared, not copied")
        .isSameAs(cut.model.proto().getGraph().getInitializer(1));
  }

  @Test
  void aTensorReadByTwoLaterTiersLeavesOnceAndEntersBoth() {
    Setup cut =
        new Setup(
            x().node("Sin", List.of("x"), List.of("a"))
                .node("Sin", List.of("a"), List.of("b"))
                .node("Add", List.of("a", "b"), List.of("y"))
                .output("y"));
    List<Segment> segments = cut.splitter.segments(new int[] {0, 1, 2});
    assertThat(segments)
        .extracting(Segment::outputs)
        .containsExactly(List.of("a"), List.of("b"), List.of("y"));
    assertThat(segments.get(2).inputs()).containsExactly("a", "b");
  }

  @Test
  void aModelInputReadOnSeveralTiersEntersEachAndAnOutputMayBeReadBeyond() {
    Setup cut =
        new Setup(
            x().node("Sin", List.of("x"), List.of("a"))
                .node("Add", List.of("a", "x"), List.of("y"))
                .output("a")
                .output("y"));
    List<Segment> segments = cut.splitter.segments(new int[] {0, 1});
    assertThat(segments)
        .extracting(Segment::inputs)
        .containsExactly(List.of("x"), List.of("x", "a"));
    assertThat(segments).extracting(Segment::outputs).containsExactly(List.of("a"), List.of("y"));
  }

  @Test
  void constantSubgraphsAreDuplicatedNotSent() {
    Setup cut =
        new Setup(
            x().initializer("w", weights())
                .node("Sin", List.of("w"), List.of("c"))
                .node("Add", List.of("x", "c"), List.of("a"))
                .node("Add", List.of("a", "c"), List.of("y"))
                .output("y"));
    List<Segment> segments = cut.splitter.segments(new int[] {0, 1});
    for (Segment segment : segments) {
      assertThat(cut.extract(segment).getGraph().getNodeList())
          .extracting(n -> n.getOpType())
          .containsExactly("Sin", "Add");
    }
    assertThat(segments.get(1).inputs()).containsExactly("a");
  }

  @Test
  void constantOutputsComeFromTheFirstSegmentEvenWithoutKernels() {
    Setup mixed =
        new Setup(
            x().initializer("w", weights())
                .node("Sin", List.of("w"), List.of("c"))
                .node("Sin", List.of("x"), List.of("y"))
                .output("y")
                .output("c")
                .output("w"));
    List<Segment> segments = mixed.splitter.segments(new int[] {1});
    assertThat(segments.get(0).outputs()).containsExactly("y", "c", "w");
    OnnxModel.of(mixed.extract(segments.get(0)), Path.of("/"));

    Setup only = new Setup(x().initializer("w", weights()).output("w").output("x"));
    List<Segment> none = only.splitter.segments(new int[0]);
    assertThat(none).containsExactly(new Segment(0, 0, List.of(), List.of(), List.of("w")));
    OnnxModel.of(only.extract(none.get(0)), Path.of("/"));
  }

  @Test
  void whatBodiesCaptureEntersTheSegment() {
    GraphProto body =
        GraphProto.newBuilder()
            .addNode(ModelBuilder.node("", "Add", List.of("a", "w"), List.of("o")))
            .addOutput(ValueInfoProto.newBuilder().setName("o"))
            .build();
    Setup cut =
        new Setup(
            x().initializer("w", weights())
                .node("Sin", List.of("x"), List.of("a"))
                .node("If", List.of("x"), List.of("y"), ModelBuilder.attribute("then_branch", body))
                .output("y"));
    Segment second = cut.splitter.segments(new int[] {0, 1}).get(1);
    assertThat(second.inputs()).containsExactly("x", "a");
    assertThat(cut.extract(second).getGraph().getInitializerCount()).isEqualTo(1);
  }

  @Test
  void functionsGoWhereTheyAreCalledWithThoseTheyCall() {
    ModelProto.Builder model =
        x()
            .node(
                ModelBuilder.node("", "Outer", List.of("x"), List.of("a")).setDomain("me").build())
            .node("Sin", List.of("a"), List.of("y"))
            .output("y")
            .proto()
            .toBuilder();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("me").setVersion(1));
    model.addFunctions(function("Outer", "Inner")).addFunctions(function("Inner", "Sin"));
    model.addFunctions(function("Unused", "Sin"));
    Setup cut = new Setup(OnnxModel.of(model.build(), Path.of("/")));
    List<Segment> segments = cut.splitter.segments(new int[] {0, 1});
    assertThat(cut.extract(segments.get(0)).getFunctionsList())
        .extracting(FunctionProto::getName)
        .containsExactlyInAnyOrder("Outer", "Inner");
    assertThat(cut.extract(segments.get(1)).getFunctionsList()).isEmpty();
  }

  @Test
  void symbolicDimensionsStaySymbolicAndFactsFillTheRest() {
    ModelProto.Builder builder =
        x()
            .node("Sin", List.of("x"), List.of("a"))
            .node("Sin", List.of("a"), List.of("b"))
            .node("Sin", List.of("b"), List.of("y"))
            .output("y", FOUR)
            .proto()
            .toBuilder();
    ValueInfoProto.Builder a = ValueTypes.declare("a", TensorFact.of(FLOAT32, -1, 9)).toBuilder();
    a.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder().getDimBuilder(0).setDimParam("N");
    builder.getGraphBuilder().addValueInfo(a);
    Setup cut = new Setup(OnnxModel.of(builder.build(), Path.of("/")));
    Map<String, TensorFact> facts = Map.of("a", FOUR, "b", TensorFact.of(FLOAT32, -1, 4));
    List<Segment> segments = cut.splitter.segments(new int[] {0, 1, 2});
    ValueInfoProto cutA =
        cut.splitter.extract(segments.get(1), facts, Map.of()).getGraph().getInput(0);
    assertThat(cutA.getType().getTensorType().getShape().getDim(0).getDimParam()).isEqualTo("N");
    assertThat(cutA.getType().getTensorType().getShape().getDim(1).getDimValue())
        .as("a number that a run contradicts gives way")
        .isEqualTo(4);
    ValueInfoProto cutB =
        cut.splitter.extract(segments.get(2), facts, Map.of()).getGraph().getInput(0);
    assertThat(cutB.getType().getTensorType().getShape().getDim(0).hasDimValue()).isFalse();
    assertThat(cutB.getType().getTensorType().getShape().getDim(1).getDimValue()).isEqualTo(4);
    assertThatThrownBy(() -> cut.splitter.extract(segments.get(2), Map.of(), Map.of()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the type of tensor 'b' is unknown");
  }

  @Test
  void metadataNamesModelAndPlanAndOldModelsGetAnIrThatNeedsNoWeightInputs() {
    ModelProto.Builder old =
        x()
            .initializer("w", weights())
            .input("w", TensorFact.of(FLOAT32, 4))
            .node("Add", List.of("x", "w"), List.of("y"))
            .output("y", FOUR)
            .proto()
            .toBuilder()
            .setIrVersion(3)
            .addMetadataProps(StringStringEntryProto.newBuilder().setKey("author").setValue("me"));
    Setup cut = new Setup(OnnxModel.of(old.build(), Path.of("/")));
    ModelProto part =
        cut.splitter.extract(
            cut.splitter.segments(new int[] {0}).get(0), Map.of(), Map.of("scalpel_plan", "p7"));
    assertThat(part.getMetadataPropsList())
        .extracting(e -> e.getKey() + "=" + e.getValue())
        .containsExactly(
            "author=me", "scalpel_model_sha256=" + cut.model.sha256(), "scalpel_plan=p7");
    assertThat(part.getIrVersion()).isEqualTo(4);
    assertThat(part.getGraph().getInputList()).hasSize(1);
  }

  @Test
  void refusesWhatCannotBe() {
    Setup cut =
        new Setup(
            x().node("Sin", List.of("x"), List.of("a"))
                .node("Sin", List.of("a"), List.of("b"))
                .node("Add", List.of("a", "b"), List.of("y"))
                .output("y"));
    Splitter splitter = cut.splitter;
    assertThatThrownBy(() -> splitter.segments(new int[] {1, 0, 1}))
        .hasMessage("tensor 'a' would travel backward from tier 1 to tier 0");
    assertThatThrownBy(() -> splitter.segments(new int[] {0}))
        .hasMessageContaining("1 kernels for a model of 3");
    assertThatThrownBy(() -> splitter.segments(new int[] {0, -1, 1}))
        .hasMessageContaining("tier -1");
    assertThatThrownBy(() -> splitter.segment(List.of(0, 2)))
        .hasMessageContaining("leaves them and comes back");
    assertThatThrownBy(() -> splitter.segment(List.of(7))).hasMessageContaining("kernel 7");
    assertThatThrownBy(() -> splitter.segments(List.of(piece(0, 0), piece(1, 1))))
        .hasMessageContaining("is in no segment");
    assertThatThrownBy(() -> splitter.segments(List.of(piece(0, 0), piece(0, 0, 1, 2))))
        .hasMessageContaining("in two segments");
    assertThatThrownBy(() -> splitter.segments(List.of(piece(0, 1), piece(0, 0, 2))))
        .hasMessageContaining("needs tensor 'a' of the later segment");
    Segment hungry = new Segment(0, 0, List.of(1), List.of(), List.of("b"));
    assertThatThrownBy(() -> splitter.extract(hungry, Map.of(), Map.of()))
        .hasMessageContaining("needs tensor 'a', which is neither made in it nor among its inputs");
    Segment ghost = new Segment(0, 0, List.of(1), List.of("ghost"), List.of("b"));
    assertThatThrownBy(() -> splitter.extract(ghost, Map.of(), Map.of()))
        .hasMessageContaining("no tensor 'ghost'");
  }

  @Test
  void aTierMayHaveSeveralSegments() {
    Setup cut =
        new Setup(
            x().node("Sin", List.of("x"), List.of("a"))
                .node("Sin", List.of("a"), List.of("b"))
                .node("Add", List.of("a", "b"), List.of("y"))
                .output("y"));
    List<Segment> segments = cut.splitter.segments(List.of(piece(0, 0), piece(0, 1), piece(1, 2)));
    assertThat(segments).extracting(Segment::tier).containsExactly(0, 0, 1);
    assertThat(segments.get(2).inputs()).containsExactly("a", "b");
  }

  @Test
  void segmentsOfRandomAssignmentsTogetherAreTheModel() {
    Random random = new Random(33);
    for (int i = 0; i < 500; i++) {
      OnnxModel model = RandomModels.of(random, 3 + random.nextInt(30));
      KernelGraph kernels = Cuts.kernels(model, random, random.nextDouble());
      Cuts.check(model, kernels, Cuts.monotone(kernels, 2 + random.nextInt(3), random));
    }
  }

  @Test
  void prefixesAndSuffixesOfRandomGraphsMeetEachOther() {
    Random random = new Random(34);
    for (int i = 0; i < 200; i++) {
      OnnxModel model = RandomModels.of(random, 3 + random.nextInt(30));
      KernelGraph kernels = Cuts.kernels(model, random, 0.8);
      Splitter splitter = new Splitter(model, kernels);
      int all = kernels.kernels().size();
      int at = all == 0 ? 0 : random.nextInt(all + 1);
      Segment front = splitter.segment(IntStream.range(0, at).boxed().toList());
      Segment back = splitter.segment(IntStream.range(at, all).boxed().toList());
      Set<String> present = new HashSet<>(front.outputs());
      model.inputs().forEach(v -> present.add(v.name()));
      assertThat(present).containsAll(back.inputs());
      Map<String, TensorFact> facts = Facts.guess(kernels);
      for (Segment part : List.of(front, back)) {
        if (!part.outputs().isEmpty()) {
          OnnxModel.of(splitter.extract(part, facts, Map.of()), model.folder());
        }
      }
    }
  }

  private static Segment.Piece piece(int tier, Integer... kernels) {
    return new Segment.Piece(tier, List.of(kernels));
  }

  private static FunctionProto function(String name, String calls) {
    return FunctionProto.newBuilder()
        .setName(name)
        .setDomain("me")
        .addInput("p")
        .addOutput("q")
        .addNode(
            ModelBuilder.node("", calls, List.of("p"), List.of("q"))
                .setDomain(calls.equals("Sin") ? "" : "me"))
        .build();
  }

  private static ModelBuilder x() {
    return ModelBuilder.opset(17).input("x", FOUR);
  }

  private static TensorData weights() {
    return TensorData.ofFloats(new float[4], 4);
  }

  /** A model whose every layer is a kernel. */
  private static final class Setup {
    final OnnxModel model;
    final KernelGraph kernels;
    final Splitter splitter;

    Setup(ModelBuilder builder) {
      this(builder.build());
    }

    Setup(OnnxModel model) {
      this.model = model;
      this.kernels = Cuts.kernels(model, new Random(0), 2);
      this.splitter = new Splitter(model, kernels);
    }

    ModelProto extract(Segment segment) {
      return splitter.extract(segment, Facts.guess(kernels), Map.of());
    }
  }
}
