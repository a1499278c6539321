package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** Plans whose tiers run several sessions, so that tensors leave before all is computed. */
@Timeout(60)
class PiecesTest {
  private static final List<String> THREE = List.of("device", "edge", "cloud");

  @TempDir Path store;

  private static Deployment inPieces(Deployment whole, List<List<Integer>> pieces) {
    return new Deployment(
        whole.kernels(),
        whole.tiers(),
        whole.tierOfKernel(),
        whole.facts(),
        whole.encodings(),
        whole.predictedMs(),
        pieces);
  }

  /** Every tier's kernels in runs of random length. */
  private static List<List<Integer>> randomPieces(Deployment whole, Random random) {
    List<List<Integer>> pieces = new ArrayList<>();
    int last = -1;
    for (int kernel = 0; kernel < whole.tierOfKernel().size(); kernel++) {
      int tier = whole.tierOfKernel().get(kernel);
      if (tier != last || random.nextInt(2) == 0) {
        pieces.add(new ArrayList<>());
      }
      pieces.get(pieces.size() - 1).add(kernel);
      last = tier;
    }
    return pieces;
  }

  /** Two sensors, each with a branch of its own, joined at the end; one branch's middle is read. */
  private static OnnxModel branches() {
    TensorFact fact = TensorFact.of(ElementType.FLOAT32, 1, 256);
    ModelBuilder net = ModelBuilder.opset(17).input("left", fact).input("right", fact);
    for (String side : List.of("left", "right")) {
      net.node("Sigmoid", List.of(side), List.of(side + "1"));
      net.node("Tanh", List.of(side + "1"), List.of(side + "2"));
      net.node("Exp", List.of(side + "2"), List.of(side + "3"));
    }
    return net.node("Add", List.of("left3", "right3"), List.of("sum"))
        .node("Sin", List.of("sum"), List.of("y"))
        .output("y", fact)
        .output("left2", fact)
        .build();
  }

  @Test
  void anyPiecesOverThreeTiersAnswerLikeTheWholeModel() {
    Random random = new Random(11);
    for (OnnxModel model : List.of(Nets.skipping(4), branches())) {
      Map<String, TensorData> inputs = Nets.inputs(model, 2);
      Map<String, TensorData> whole = Nets.whole(model, inputs);
      try (Tiers tiers = Tiers.start(store, 3);
          DeviceTier device = new DeviceTier(tiers.device().build())) {
        int kernels = Nets.cut(model, THREE, 0, 0).kernels().kernels().size();
        for (int round = 0; round < 25; round++) {
          int[] cuts = random.ints(2, 0, kernels + 1).sorted().toArray();
          Deployment serial = Nets.cut(model, THREE, cuts[0], cuts[1]);
          Deployment pieces = inPieces(serial, randomPieces(serial, random));
          assertThat(pieces.planId()).isNotEqualTo(serial.planId());
          try (PlanExecutor plan = device.prepare(pieces)) {
            for (int again = 0; again < 3; again++) {
              Execution answer = plan.execute(inputs);
              SplitExecutionTest.assertSame(answer.outputs(), whole);
              answer.release();
            }
          }
        }
      }
    }
  }

  @Test
  void manyRequestsInPiecesAllGetTheirOwnAnswer() {
    OnnxModel model = branches();
    Deployment serial = Nets.cut(model, THREE, 5, 7);
    Deployment pieces = inPieces(serial, randomPieces(serial, new Random(4)));
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(pieces)) {
      List<Map<String, TensorData>> wanted =
          IntStream.range(0, 10).mapToObj(i -> Nets.whole(model, Nets.inputs(model, i))).toList();
      List<CompletableFuture<Execution>> answers = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        answers.add(plan.submit(Nets.inputs(model, i % 10)));
      }
      for (int i = 0; i < answers.size(); i++) {
        Execution answer = answers.get(i).orTimeout(20, TimeUnit.SECONDS).join();
        SplitExecutionTest.assertSame(answer.outputs(), wanted.get(i % 10));
      }
    }
  }

  @Test
  void aPieceThatNeedsALaterOneIsRefused() {
    Deployment serial = Nets.cut(Nets.skipping(2), THREE, 99, 99);
    List<List<Integer>> pieces = new ArrayList<>();
    for (int kernel = serial.tierOfKernel().size() - 1; kernel >= 0; kernel--) {
      pieces.add(List.of(kernel));
    }
    try (DeviceTier device = new DeviceTier(Nets.tier("device", store).build())) {
      assertThatThrownBy(() -> device.prepare(inPieces(serial, pieces)))
          .hasMessageContaining("of the later segment");
    }
  }

  @Test
  void whatAPeerSaysAboutPiecesIsChecked() {
    assertThat(Pieces.read(List.of(0, 0, 1), 3)).isEqualTo(List.of(List.of(0, 1), List.of(2)));
    assertThatThrownBy(() -> Pieces.read(List.of(0, 2, 2), 3)).hasMessageContaining("no kernels");
    assertThatThrownBy(() -> Pieces.read(List.of(0, 3, 2), 3)).hasMessageContaining("piece 3");
    assertThatThrownBy(() -> Pieces.read(List.of(0), 3)).hasMessageContaining("1 of 3 kernels");
    assertThatThrownBy(() -> Pieces.placed(List.of(List.of(0, 1)), List.of(0, 1)))
        .hasMessageContaining("lies on tiers [0, 1]");
  }
}
