package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scalpel.graph.ElementType.FLOAT32;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelGraphTest {
  private static final TensorFact FOUR = TensorFact.of(FLOAT32, 1, 4);

  @Test
  void aVanishedTensorTiesProducerAndConsumers() {
    KernelGraph kernels =
        kernels(
            x().node("Conv", List.of("x", "w"), List.of("a"))
                .node("Relu", List.of("a"), List.of("b"))
                .node("Conv", List.of("b", "w"), List.of("y")),
            "b");
    assertThat(groups(kernels)).containsExactly("Conv#0 Relu#1", "Conv#2");
    assertThat(kernels.kernels())
        .extracting(KernelGraph.Kernel::name)
        .containsExactly("Relu#1", "Conv#2");
    assertThat(kernels.tensors())
        .extracting(KernelGraph.KernelTensor::name)
        .containsExactly("x", "b", "y");
  }

  @Test
  void inputsAndOutputsNeverVanish() {
    KernelGraph kernels = kernels(x().node("Relu", List.of("x"), List.of("y")));
    assertThat(groups(kernels)).containsExactly("Relu#0");
    assertThat(kernels.tensors()).hasSize(2);
  }

  @Test
  void foldedShapeArithmeticDoesNotTieAProducerToAFarReshape() {
    KernelGraph kernels =
        kernels(
            x().node("Conv", List.of("x", "w"), List.of("a"))
                .node("Shape", List.of("a"), List.of("s"))
                .node("Gather", List.of("s", "w"), List.of("g"))
                .node("Conv", List.of("a", "w"), List.of("b"))
                .node("Conv", List.of("b", "w"), List.of("c"))
                .node("Reshape", List.of("c", "g"), List.of("y")),
            "a",
            "b",
            "c");
    assertThat(groups(kernels))
        .containsExactly("Conv#0 Shape#1 Gather#2", "Conv#3", "Conv#4 Reshape#5");
  }

  @Test
  void largeTensorsMadeFromShapesAreKernelsOfTheirOwn() {
    KernelGraph kernels =
        kernels(
            x().node("Conv", List.of("x", "w"), List.of("a"))
                .node("Shape", List.of("a"), List.of("s"))
                .node("ConstantOfShape", List.of("s"), List.of("zeros"))
                .node("Add", List.of("a", "zeros"), List.of("y")),
            "a");
    assertThat(groups(kernels)).containsExactly("Conv#0 Shape#1", "ConstantOfShape#2", "Add#3");
  }

  @Test
  void aDroppedIdentityDoesNotTieItsReaders() {
    KernelGraph kernels =
        kernels(
            x().node("Conv", List.of("x", "w"), List.of("a"))
                .node("Dropout", List.of("a"), List.of("d"))
                .node("Conv", List.of("d", "w"), List.of("b"))
                .node("Conv", List.of("d", "w"), List.of("c"))
                .node("Add", List.of("b", "c"), List.of("y")),
            "a",
            "b",
            "c");
    assertThat(groups(kernels)).containsExactly("Conv#0 Dropout#1", "Conv#2", "Conv#3", "Add#4");
  }

  @Test
  void anOutputThatIsACopyDoesNotTieTheReadersOfTheOriginal() {
    KernelGraph kernels =
        kernels(
            x().node("Conv", List.of("x", "w"), List.of("a"))
                .node("Identity", List.of("a"), List.of("copy"))
                .node("Conv", List.of("a", "w"), List.of("y"))
                .output("copy"));
    assertThat(groups(kernels)).containsExactly("Conv#0 Identity#1", "Conv#2");
  }

  @Test
  void freeOperatorsJoinTheProducerOfTheirData() {
    KernelGraph kernels =
        kernels(
            x().node("Conv", List.of("x", "w"), List.of("a"))
                .node("Flatten", List.of("a"), List.of("f"))
                .node("Gemm", List.of("f", "w"), List.of("y")),
            "a",
            "f");
    assertThat(groups(kernels)).containsExactly("Conv#0 Flatten#1", "Gemm#2");
  }

  @Test
  void groupsInACircleBecomeOneKernel() {
    // a and d are fused around c, which therefore cannot stand between them.
    KernelGraph kernels =
        kernels(
            x().node("Split", List.of("x"), List.of("a", "b"))
                .node("Sin", List.of("b"), List.of("c"))
                .node("Add", List.of("a", "c"), List.of("y")),
            "b",
            "c");
    assertThat(groups(kernels)).containsExactly("Split#0 Sin#1 Add#2");
  }

  @Test
  void sequencesAreNeverCut() {
    KernelGraph kernels =
        kernels(
            x().node("SplitToSequence", List.of("x"), List.of("s"))
                .node("SequenceAt", List.of("s", "w"), List.of("y")),
            "s");
    assertThat(kernels.kernels()).hasSize(1);
  }

  @Test
  void storedGroupsGiveTheSameKernels() {
    Random random = new Random(4);
    for (int i = 0; i < 50; i++) {
      OnnxModel model = RandomModels.of(random, 30);
      KernelGraph kernels = Cuts.kernels(model, random, 0.6);
      KernelGraph stored = KernelGraph.ofGroups(kernels.layers(), kernels.groups());
      assertThat(stored.digest()).isEqualTo(kernels.digest());
      assertThat(stored.kernels()).isEqualTo(kernels.kernels());
      assertThat(stored.tensors()).isEqualTo(kernels.tensors());
    }
  }

  @Test
  void storedGroupsOfAnotherModelAreRefused() {
    LayerGraph layers =
        LayerGraph.of(
            x().node("Sin", List.of("x"), List.of("a"))
                .node("Sin", List.of("a"), List.of("b"))
                .node("Sin", List.of("b"), List.of("y"))
                .output("y")
                .build());
    assertThatThrownBy(() -> KernelGraph.ofGroups(layers, List.of(List.of("Sin#0", "Sin#1"))))
        .hasMessageContaining("misses layer 'Sin#2'");
    assertThatThrownBy(() -> KernelGraph.ofGroups(layers, List.of(List.of("Sin#0", "Sin#0"))))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> KernelGraph.ofGroups(layers, List.of(List.of("Cos"))))
        .hasMessageContaining("'Cos', which the model has not");
    assertThatThrownBy(
            () ->
                KernelGraph.ofGroups(layers, List.of(List.of("Sin#0", "Sin#2"), List.of("Sin#1"))))
        .hasMessageContaining("cycles");
  }

  @Test
  void kernelsOfRandomGraphsAreAcyclicNamedOnceAndInOrder() {
    Random random = new Random(9);
    for (int i = 0; i < 400; i++) {
      OnnxModel model = RandomModels.of(random, 5 + random.nextInt(40));
      KernelGraph kernels = Cuts.kernels(model, random, random.nextDouble());
      assertThat(kernels.kernels()).extracting(KernelGraph.Kernel::name).doesNotHaveDuplicates();
      for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
        assertThat(tensor.consumers()).allMatch(k -> k > tensor.producer());
      }
      int members = kernels.kernels().stream().mapToInt(k -> k.layers().size()).sum();
      assertThat(members).isEqualTo(kernels.layers().layers().size());
      for (KernelGraph.Kernel kernel : kernels.kernels()) {
        assertThat(kernels.kernel(kernel.name())).contains(kernel);
        assertThat(kernel.layers()).allMatch(l -> kernels.kernelOf(l) == kernel.index());
      }
    }
  }

  private static ModelBuilder x() {
    return ModelBuilder.opset(17)
        .input("x", FOUR)
        .initializer("w", TensorData.ofFloats(new float[4], 4));
  }

  private static KernelGraph kernels(ModelBuilder builder, String... surviving) {
    return KernelGraph.of(LayerGraph.of(builder.output("y").build()), Set.of(surviving));
  }

  private static List<String> groups(KernelGraph kernels) {
    return kernels.groups().stream().map(g -> String.join(" ", g)).toList();
  }
}
