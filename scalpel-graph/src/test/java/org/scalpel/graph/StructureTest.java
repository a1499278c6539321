package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.scalpel.graph.ElementType.FLOAT32;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.scalpel.graph.Structure.Block;
import org.scalpel.graph.Structure.Branch;

class StructureTest {
  private static final TensorFact FOUR = TensorFact.of(FLOAT32, 1, 4);

  @Test
  void everyKernelOfAChainIsACutVertex() {
    Structure structure =
        structure(
            x().node("A", List.of("x"), List.of("a"))
                .node("B", List.of("a"), List.of("b"))
                .node("C", List.of("b"), List.of("y")));
    assertThat(structure.cutVertices()).containsExactly(0, 1, 2);
    assertThat(structure.blocks()).isEmpty();
  }

  @Test
  void branchesLieBetweenForkAndJoin() {
    Structure structure =
        structure(
            x().node("Fork", List.of("x"), List.of("f"))
                .node("L1", List.of("f"), List.of("l1"))
                .node("L2", List.of("l1"), List.of("l2"))
                .node("R", List.of("f"), List.of("r"))
                .node("Join", List.of("l2", "r"), List.of("y")));
    assertThat(structure.cutVertices()).containsExactly(0, 4);
    assertThat(structure.blocks())
        .containsExactly(
            new Block(
                0,
                4,
                List.of(1, 2, 3),
                List.of(new Branch(List.of(1, 2), true), new Branch(List.of(3), true))));
  }

  @Test
  void theShortcutOfAResidualBlockIsABranchWithoutKernels() {
    Structure structure =
        structure(
            x().node("Stem", List.of("x"), List.of("s"))
                .node("Conv1", List.of("s"), List.of("c"))
                .node("Conv2", List.of("c"), List.of("d"))
                .node("Add", List.of("d", "s"), List.of("a"))
                .node("Head", List.of("a"), List.of("y")));
    assertThat(structure.cutVertices()).containsExactly(0, 3, 4);
    assertThat(structure.blocks())
        .containsExactly(
            new Block(
                0, 3, List.of(1, 2), List.of(new Branch(List.of(1, 2), true), Branch.SHORTCUT)));
  }

  @Test
  void anInputThatPassesTheFirstBlockByIsAShortcut() {
    Structure structure =
        structure(
            x().node("Conv", List.of("x"), List.of("c"))
                .node("Add", List.of("c", "x"), List.of("y")));
    assertThat(structure.cutVertices()).containsExactly(1);
    assertThat(structure.blocks().get(0).branches())
        .containsExactly(new Branch(List.of(0), true), Branch.SHORTCUT);
  }

  @Test
  void aBranchThatForksInsideIsNoChain() {
    Structure structure =
        structure(
            x().node("Fork", List.of("x"), List.of("f"))
                .node("P", List.of("f"), List.of("p"))
                .node("Q", List.of("p"), List.of("q"))
                .node("R", List.of("p"), List.of("r"))
                .node("Join", List.of("q", "r", "f"), List.of("y")));
    assertThat(structure.blocks().get(0).branches())
        .containsExactly(new Branch(List.of(1, 2, 3), false), Branch.SHORTCUT);
  }

  @Test
  void aSecondOutputEndsTheTrunk() {
    Structure structure =
        structure(
            x().node("A", List.of("x"), List.of("a"))
                .node("B", List.of("a"), List.of("b"))
                .node("C", List.of("b"), List.of("y"))
                .output("b"));
    assertThat(structure.cutVertices()).containsExactly(0, 1);
    assertThat(structure.blocks())
        .containsExactly(
            new Block(1, -1, List.of(2), List.of(new Branch(List.of(2), true), Branch.SHORTCUT)));
  }

  @Test
  void severalInputsMeetAtTheFirstCutVertex() {
    Structure structure =
        structure(
            x().input("z", FOUR)
                .node("A", List.of("x"), List.of("a"))
                .node("B", List.of("z"), List.of("b"))
                .node("Join", List.of("a", "b"), List.of("y")));
    assertThat(structure.cutVertices()).containsExactly(2);
    assertThat(structure.blocks().get(0).branches()).hasSize(2);
  }

  @Test
  void cutVerticesOfRandomGraphsAreThoseWhoseRemovalCutsEveryPath() {
    Random random = new Random(21);
    for (int i = 0; i < 500; i++) {
      OnnxModel model = RandomModels.of(random, 3 + random.nextInt(25));
      KernelGraph kernels = Cuts.kernels(model, random, random.nextDouble());
      Structure structure = Structure.of(kernels);
      List<Integer> expected = new ArrayList<>();
      for (int k = 0; k < kernels.kernels().size(); k++) {
        if (!pathAround(kernels, k)) {
          expected.add(k);
        }
      }
      assertThat(structure.cutVertices()).isEqualTo(expected);
      checkBlocks(kernels, structure);
    }
  }

  /** Whether some path from an input to an output misses the kernel. */
  private static boolean pathAround(KernelGraph kernels, int removed) {
    BitSet reached = new BitSet();
    for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
      boolean alive = tensor.producer() < 0 || reached.get(tensor.producer());
      if (alive && tensor.producer() >= 0 && tensor.output()) {
        return true;
      }
      if (alive) {
        tensor.consumers().stream().filter(k -> k != removed).forEach(reached::set);
      }
    }
    return false;
  }

  private static void checkBlocks(KernelGraph kernels, Structure structure) {
    BitSet seen = new BitSet();
    structure.cutVertices().forEach(seen::set);
    for (Block block : structure.blocks()) {
      List<Integer> members = new ArrayList<>();
      block.branches().forEach(b -> members.addAll(b.kernels()));
      assertThat(members).containsExactlyInAnyOrderElementsOf(block.kernels());
      assertThat(block.branches().stream().anyMatch(Branch::isShortcut))
          .isEqualTo(passesBy(kernels, block));
      block.kernels().forEach(k -> assertThat(seen.get(k)).isFalse());
      block.kernels().forEach(seen::set);
      for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
        for (Branch branch : block.branches()) {
          if (branch.kernels().contains(tensor.producer())) {
            assertThat(tensor.consumers())
                .allMatch(k -> branch.kernels().contains(k) || k == block.before());
          }
        }
      }
    }
    assertThat(seen.cardinality()).isEqualTo(kernels.kernels().size());
  }

  private static boolean passesBy(KernelGraph kernels, Block block) {
    return kernels.tensors().stream()
        .filter(t -> t.producer() == block.after() || (block.after() < 0 && t.producer() < 0))
        .anyMatch(t -> block.before() < 0 ? t.output() : t.consumers().contains(block.before()));
  }

  private static ModelBuilder x() {
    return ModelBuilder.opset(17).input("x", FOUR);
  }

  private static Structure structure(ModelBuilder builder) {
    LayerGraph layers = LayerGraph.of(builder.output("y").build());
    Set<String> all = new java.util.HashSet<>();
    layers.tensors().forEach(t -> all.add(t.name()));
    return Structure.of(KernelGraph.of(layers, all));
  }
}
