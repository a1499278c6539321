package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.SegmentFiles;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Partition;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkProxyConfig;
import org.scalpel.testbed.LinkShape;
import org.scalpel.tier.ExitTaken.Reason;

/** Requests that leave at an exit of the model, because they are sure or because they must. */
@Timeout(60)
class EarlyExitTest {
  private static final List<String> TWO = List.of("device", "edge");
  static final List<String> THREE = List.of("device", "edge", "cloud");
  private static final OnnxModel MODEL = model();
  static final Map<String, TensorData> SURE = input(0);
  static final Map<String, TensorData> LATER = input(3);
  static final Map<String, TensorData> UNSURE = input(-1);

  @TempDir Path store;

  /** Its first exit is sure of the first three classes, its second of the last three. */
  private static OnnxModel model() {
    TensorFact six = TensorFact.of(ElementType.FLOAT32, 1, 6);
    OnnxModel plain =
        ModelBuilder.opset(17)
            .input("x", six)
            .initializer("twenty", TensorData.ofFloats(new float[] {20}, 1))
            .initializer("first", TensorData.ofFloats(new float[] {1, 1, 1, 0, 0, 0}, 1, 6))
            .initializer("last", TensorData.ofFloats(new float[] {0, 0, 0, -1, -1, -1}, 1, 6))
            .node("Mul", List.of("x", "twenty"), List.of("a"))
            .node("Mul", List.of("a", "first"), List.of("h1"))
            .node("Softmax", List.of("h1"), List.of("e1"))
            .node("Neg", List.of("a"), List.of("b"))
            .node("Mul", List.of("b", "last"), List.of("h2"))
            .node("Softmax", List.of("h2"), List.of("e2"))
            .node("Sin", List.of("b"), List.of("c"))
            .node("Softmax", List.of("c"), List.of("y"))
            .output("e1", six)
            .output("e2", six)
            .output("y", six)
            .build();
    return new EarlyExits(
            1,
            "probability",
            6,
            List.of(
                new EarlyExits.Exit("early", "e1", "a", 1),
                new EarlyExits.Exit("middle", "e2", "b", 1),
                new EarlyExits.Exit("final", "y", "c", 1)))
        .declaredBy(plain);
  }

  /** Sure of that class; of none, where it is negative. */
  private static Map<String, TensorData> input(int sureOf) {
    float[] x = new float[6];
    if (sureOf >= 0) {
      x[sureOf] = 1;
    }
    return Map.of("x", TensorData.ofFloats(x, 1, 6));
  }

  /** Every stage of the model on the tier of that name. */
  static Deployment plan(List<String> tiers, List<String> byStage, Double... thresholds) {
    return plan(tiers, byStage, Map.of(), thresholds);
  }

  private static Deployment plan(
      List<String> tiers,
      List<String> byStage,
      Map<String, Double> stagesMs,
      Double... thresholds) {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels = engine.kernels(MODEL);
      int[] stages = EarlyExits.of(MODEL).orElseThrow().stages(kernels);
      Map<String, String> assignment = new LinkedHashMap<>();
      kernels.kernels().forEach(k -> assignment.put(k.name(), byStage.get(stages[k.index()])));
      List<String> names =
          thresholds.length == 2 ? List.of("early", "middle", "final") : List.of("early", "final");
      Partition partition =
          new Partition(
              1,
              new Partition.Times(1, 1, 1, stagesMs),
              assignment,
              Map.of(),
              Optional.of(new Partition.ExitChoice(names, "", List.of(thresholds), 0.9, 1, 1)),
              List.of());
      return Deployment.of(kernels, engine.facts(MODEL, SURE), tiers, partition);
    }
  }

  private static void assertLeft(Execution answer, String exit, Reason reason) {
    assertThat(answer.exit()).contains(exit);
    assertThat(answer.taken().orElseThrow().reason()).isEqualTo(reason);
    assertThat(answer.isEarly()).isEqualTo(reason != Reason.END);
  }

  private static int top(Execution answer, String output) {
    return java.util.Objects.requireNonNull(answer.outputs().get(output)).argmax();
  }

  private static void assertWhole(Execution answer, Map<String, TensorData> input) {
    assertLeft(answer, "final", Reason.END);
    SplitExecutionTest.assertSame(answer.outputs(), Nets.whole(MODEL, input));
  }

  @Test
  void theSureStopHereTheOthersWhereTheyAreSureAndTheRestGoAllTheWay() {
    Deployment deployment = plan(THREE, THREE, 0.9, 0.9);
    assertThat(deployment.pieces()).hasSize(3);
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(deployment)) {
      for (int round = 0; round < 5; round++) {
        Execution sure = plan.execute(SURE);
        assertLeft(sure, "early", Reason.SURE);
        assertThat(sure.confidence().orElseThrow()).isGreaterThan(0.99);
        assertThat(sure.outputs()).containsOnlyKeys("e1");
        assertThat(top(sure, "e1")).isZero();
        assertThat(sure.bytesOnFirstLink()).isZero();
        assertThat(sure.stages()).extracting(Stage::name).containsExactly("device");
        sure.release();

        Execution later = plan.execute(LATER);
        assertLeft(later, "middle", Reason.SURE);
        assertThat(later.outputs()).containsOnlyKeys("e1", "e2");
        assertThat(top(later, "e2")).isEqualTo(3);
        assertThat(later.stages())
            .extracting(Stage::name)
            .containsExactly("device", "device<->edge", "edge");
        later.release();

        Execution unsure = plan.execute(UNSURE);
        assertWhole(unsure, UNSURE);
        assertThat(unsure.bytesOnFirstLink()).isPositive();
        unsure.release();
      }
    }
  }

  @Test
  void whatAnExitGatesIsNotComputedOnItsTier() {
    Deployment deployment = plan(TWO, List.of("device", "device", "edge"), 0.9, 0.9);
    assertThat(deployment.pieces()).hasSize(3);
    try (Tiers tiers = Tiers.start(store, 2);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(deployment)) {
      assertThat(plan.execute(SURE).outputs()).containsOnlyKeys("e1");
      Execution later = plan.execute(LATER);
      assertLeft(later, "middle", Reason.SURE);
      assertThat(later.bytesOnFirstLink()).isZero();
      assertWhole(plan.execute(UNSURE), UNSURE);
    }
  }

  @Test
  void aClosedExitBeforeAnOpenOneDoesNotKeepItFromAnswering() {
    Deployment deployment = plan(TWO, List.of("device", "device", "edge"), 2.0, 0.9);
    Tiers tiers = Tiers.start(store, 2);
    try (DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(deployment)) {
      assertLeft(plan.execute(LATER), "middle", Reason.SURE);
      assertWhole(plan.execute(SURE), SURE);
      tiers.close();
      assertLeft(plan.execute(SURE), "middle", Reason.LOST);
    } finally {
      tiers.close();
    }
  }

  @Test
  void manyAtTheSameTimeAllLeaveAtTheirOwnExit() throws Exception {
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(plan(THREE, THREE, 0.9, 0.9))) {
      List<CompletableFuture<Execution>> answers = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        answers.add(plan.submit(input(i % 7 - 1)));
      }
      for (int i = 0; i < 300; i++) {
        int sureOf = i % 7 - 1;
        Execution answer = answers.get(i).get(20, TimeUnit.SECONDS);
        assertThat(answer.exit()).contains(sureOf < 0 ? "final" : sureOf < 3 ? "early" : "middle");
        if (sureOf >= 0) {
          assertThat(top(answer, sureOf < 3 ? "e1" : "e2")).isEqualTo(sureOf);
        }
      }
    }
  }

  @Test
  void withADeadLinkTheBestAnswerSoFarIsGivenAndMarked() {
    Tiers tiers = Tiers.start(store, 2);
    try (DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan =
            device.prepare(plan(TWO, List.of("device", "edge", "edge"), 0.9, 2.0))) {
      assertWhole(plan.execute(UNSURE), UNSURE);
      tiers.close();
      for (int round = 0; round < 3; round++) {
        Execution answer = plan.execute(UNSURE);
        assertLeft(answer, "early", Reason.LOST);
        assertThat(answer.confidence().orElseThrow()).isBetween(0.1, 0.5);
        assertThat(answer.outputs()).containsOnlyKeys("e1");
        assertLeft(plan.execute(SURE), "early", Reason.SURE);
      }
    } finally {
      tiers.close();
    }
  }

  @Test
  void anExitOnTheEdgeAnswersWhenTheCloudIsGone() {
    TierServer cloud = TierServer.start(Nets.tier("cloud", store).build());
    try (TierServer edge =
            TierServer.start(Nets.tier("edge", store).next(cloud.address().toString()).build());
        DeviceTier device =
            new DeviceTier(Nets.tier("device", store).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(plan(THREE, THREE, 2.0, 2.0))) {
      assertWhole(plan.execute(LATER), LATER);
      cloud.close();
      Execution answer = plan.execute(LATER);
      assertLeft(answer, "middle", Reason.LOST);
      assertThat(answer.outputs()).containsOnlyKeys("e1", "e2");
    } finally {
      cloud.close();
    }
  }

  @Test
  void tiersThatAreNotThereYetArePreparedWhenTheyCome() {
    Deployment deployment = plan(TWO, List.of("device", "edge", "edge"), 0.9, 2.0);
    TierServer early = TierServer.start(Nets.tier("edge", store).build());
    Endpoint address = early.address();
    early.close();
    try (DeviceTier device =
            new DeviceTier(Nets.tier("device", store).next(address.toString()).build());
        PlanExecutor plan = device.prepare(deployment)) {
      assertLeft(plan.execute(UNSURE), "early", Reason.LOST);
      try (TierServer edge =
          TierServer.start(
              Nets.tier("edge", store).listen("localhost:" + address.port()).build())) {
        assertThat(edge.address()).isEqualTo(address);
        Execution answer = plan.execute(UNSURE);
        for (int again = 0; again < 200 && answer.isEarly(); again++) {
          java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
          answer = plan.execute(UNSURE);
        }
        assertWhole(answer, UNSURE);
      }
    }
  }

  @Test
  void aTierThatForgotThePlanIsPreparedAgain() {
    try (Tiers tiers = Tiers.start(store, 2);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan =
            device.prepare(plan(TWO, List.of("device", "edge", "edge"), 0.9, 2.0))) {
      assertThat(device.next().orElseThrow().retire(plan.plan())).isTrue();
      assertWhole(plan.execute(UNSURE), UNSURE);
    }
  }

  @Test
  void whatIsPredictedToBeTooLateIsNotEvenSent() throws Exception {
    Deployment slow =
        plan(
            TWO,
            List.of("device", "edge", "edge"),
            Map.of("device", 1.0, "edge", 20_000.0, "rtt", 1.0),
            0.9,
            2.0);
    try (Tiers tiers = Tiers.start(store, 2);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(slow)) {
      Execution answer =
          plan.submit(Inputs.of(UNSURE), Duration.ofSeconds(10)).get(20, TimeUnit.SECONDS);
      assertLeft(answer, "early", Reason.DEADLINE);
      assertThat(answer.bytesOnFirstLink()).isZero();
      assertThat(answer.totalMs()).isLessThan(5_000);
      Execution unhurried = plan.execute(UNSURE);
      assertWhole(unhurried, UNSURE);
      Execution hurried =
          plan.submit(Inputs.of(UNSURE), Duration.ofSeconds(10)).get(20, TimeUnit.SECONDS);
      assertLeft(hurried, "final", Reason.END);
    }
  }

  @Test
  void whatDoesNotComeBackInTimeIsAnsweredByTheExitBeforeTheDeadline() throws Exception {
    try (Tiers tiers = Tiers.start(store, 2);
        LinkProxy link =
            LinkProxy.start(
                LinkProxyConfig.loopback(
                    "link",
                    new InetSocketAddress("localhost", tiers.edge().address().port()),
                    LinkShape.UNLIMITED));
        DeviceTier device =
            new DeviceTier(
                Nets.tier("device", store).next("localhost:" + link.address().getPort()).build());
        PlanExecutor plan =
            device.prepare(plan(TWO, List.of("device", "edge", "edge"), 0.9, 2.0))) {
      assertWhole(plan.execute(UNSURE), UNSURE);
      link.stall();
      Execution late =
          plan.submit(Inputs.of(UNSURE), Duration.ofMillis(400)).get(20, TimeUnit.SECONDS);
      assertLeft(late, "early", Reason.DEADLINE);
      Execution known =
          plan.submit(Inputs.of(UNSURE), Duration.ofMillis(300)).get(20, TimeUnit.SECONDS);
      assertLeft(known, "early", Reason.DEADLINE);
      assertThat(known.totalMs()).as("it is known to be too slow").isLessThan(250);
    }
  }

  @Test
  void aServerOfAnotherMakeStopsAtAnExitToo() {
    Deployment deployment = plan(TWO, List.of("device", "edge", "edge"), 0.9, 0.9);
    Chain chain = deployment.chain();
    Path repository = store.resolve("repository");
    var unused =
        new SegmentFiles(deployment.kernels(), deployment.facts())
            .write(
                new SegmentFiles.Cut(
                    deployment.planId(),
                    TWO,
                    java.util.stream.Stream.concat(
                            chain.segmentsOf(0).stream(), chain.segmentsOf(1).stream())
                        .toList()),
                repository,
                SegmentFiles.Layout.TRITON);
    try (ForeignServer server = new ForeignServer("triton", true, repository, false);
        DeviceTier device =
            new DeviceTier(Nets.tier("device", store).next(server.address()).build());
        PlanExecutor plan = device.prepare(deployment)) {
      assertLeft(plan.execute(LATER), "middle", Reason.SURE);
      assertThat(server.asked.get()).isEqualTo(1);
      assertWhole(plan.execute(UNSURE), UNSURE);
      assertThat(server.asked.get()).isEqualTo(3);
    }
  }

  @Test
  void notANumberIsNeverSure() {
    for (var measure : org.scalpel.graph.Confidence.values()) {
      Deployment.Exit exit = new Deployment.Exit("e", "e", 0.5, measure);
      TensorData nothing = TensorData.ofFloats(new float[] {Float.NaN, Float.NaN}, 1, 2);
      assertThat(exit.confidence(nothing)).isZero();
      TensorData rows = TensorData.ofFloats(new float[] {1, 0, 0.5f, 0.5f}, 2, 2);
      assertThat(exit.confidence(rows)).isLessThan(0.51);
    }
  }

  @Test
  void exitsThatTheModelHasNotAreNamed() {
    Deployment good = plan(TWO, List.of("device", "edge", "edge"), 0.9, 0.9);
    Map<String, String> assignment = new LinkedHashMap<>();
    good.kernels().kernels().forEach(k -> assignment.put(k.name(), "device"));
    for (List<String> names : List.of(List.of("nowhere", "final"), List.of("final"))) {
      Partition wrong =
          new Partition(
              1,
              new Partition.Times(1, 1, 1, Map.of()),
              assignment,
              Map.of(),
              Optional.of(new Partition.ExitChoice(names, "", List.of(0.9), 0.9, 1, 1)),
              List.of());
      assertThatThrownBy(() -> Deployment.of(good.kernels(), good.facts(), TWO, wrong))
          .isInstanceOf(TierException.class)
          .hasMessageContaining(names.size() == 2 ? "'nowhere'" : "1 thresholds");
    }
  }
}
