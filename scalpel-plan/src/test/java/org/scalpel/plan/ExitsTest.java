package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Operating points, deadlines, accuracy, percentiles. */
class ExitsTest {
  private static final Request LATENCY = Request.of(Objective.LATENCY);

  /** stem → head → (early answer), stem → rest → (late answer), the head gates the rest. */
  private static Problem gated() {
    List<PlanLayer> layers =
        List.of(
            PlanLayer.of("stem", 10.0, 2.0),
            PlanLayer.of("head", 2.0, 0.5),
            PlanLayer.of("rest", 100.0, 10.0));
    List<PlanTensor> tensors =
        List.of(
            PlanTensor.input("input", List.of(0), 60_000),
            PlanTensor.of("features", 0, List.of(1, 2), 20_000),
            PlanTensor.of("early", 1, List.of(), 0).asOutput(),
            PlanTensor.of("go on", 1, List.of(2), 0),
            PlanTensor.of("late", 2, List.of(), 0).asOutput());
    Exits exits =
        new Exits(
            List.of("early", "late"),
            List.of(
                new Exits.Point(List.of(1.0), 0.95, Map.of()),
                new Exits.Point(List.of(0.9), 0.92, Map.of("rest", 0.4)),
                new Exits.Point(List.of(0.5), 0.85, Map.of("rest", 0.04))));
    return new Problem(
        "gated",
        List.of(Tier.of("device"), Tier.of("cloud")),
        layers,
        tensors,
        List.of(Link.of(8, 8, 0)),
        new Options(Weights.LATENCY, Optional.of(exits), ResultsAt.DEVICE));
  }

  @Test
  void theMostAccuratePointWithinTheDeadlineIsTaken() {
    assertThat(accuracy(LATENCY.withLimits(Limits.NONE.deadlineMs(1000)))).isEqualTo(0.95);
    assertThat(accuracy(LATENCY.withLimits(Limits.NONE.deadlineMs(25)))).isEqualTo(0.92);
    assertThat(accuracy(LATENCY.withLimits(Limits.NONE.deadlineMs(20)))).isEqualTo(0.85);
    assertThatThrownBy(() -> Planner.plan(gated(), LATENCY.withLimits(Limits.NONE.deadlineMs(5))))
        .isInstanceOf(InfeasibleException.class)
        .hasMessageContaining("deadline-ms 5.0");
  }

  private static double accuracy(Request request) {
    Partition partition = Planner.plan(gated(), request).main();
    return partition.exits().orElseThrow().accuracy();
  }

  @Test
  void theFastestPointThatIsAccurateEnoughIsTaken() {
    assertThat(accuracy(LATENCY.withLimits(Limits.NONE.minAccuracy(0.9)))).isEqualTo(0.92);
    assertThat(accuracy(LATENCY.withLimits(Limits.NONE.minAccuracy(0.8)))).isEqualTo(0.85);
    assertThatThrownBy(
            () -> Planner.plan(gated(), LATENCY.withLimits(Limits.NONE.minAccuracy(0.99))))
        .isInstanceOf(InfeasibleException.class)
        .hasMessageContaining("min-accuracy 0.99");
  }

  @Test
  void theFrontierHasMeanAndTail() {
    List<ExitFrontier.Entry> entries = ExitFrontier.all(gated(), LATENCY);
    ExitFrontier.Entry second = entries.get(1);
    assertThat(second.meanMs()).isCloseTo(12 + 0.4 * (20 + 10), within(1e-9));
    assertThat(second.tailMs()).isCloseTo(10 + 20 + 0.5 + 10, within(1e-9));
    ExitFrontier.Entry third = entries.get(2);
    assertThat(third.tailMs())
        .as("4 % go on: not in the 95th percentile")
        .isCloseTo(12, within(1e-9));
    List<ExitFrontier.Entry> pareto = ExitFrontier.pareto(entries);
    assertThat(pareto).hasSize(3);
    for (int i = 1; i < pareto.size(); i++) {
      assertThat(pareto.get(i).meanMs()).isGreaterThan(pareto.get(i - 1).meanMs());
      assertThat(pareto.get(i).point().accuracy())
          .isGreaterThan(pareto.get(i - 1).point().accuracy());
    }
  }

  @Test
  void eddiAndEdgentChooseExitsToo() {
    Request request = LATENCY.withLimits(Limits.NONE.deadlineMs(25));
    Plan eddi = Planner.plan(gated(), request.withAlgorithm("eddi"));
    assertThat(eddi.main().exits().orElseThrow().accuracy()).isEqualTo(0.92);
    Plan edgent = Planner.plan(gated(), LATENCY.withAlgorithm("edgent"));
    assertThat(edgent.main().exits()).isPresent();
  }

  @Test
  void aDeadlineWithoutExitsIsKeptOrRefused() {
    Request inTime = LATENCY.withLimits(Limits.NONE.deadlineMs(70));
    assertThat(Planner.plan(Examples.example(), inTime).valueMs()).isLessThan(70);
    Request late = LATENCY.withLimits(Limits.NONE.deadlineMs(60));
    assertThatThrownBy(() -> Planner.plan(Examples.example(), late))
        .isInstanceOf(InfeasibleException.class)
        .hasMessageContaining("deadline-ms 60.0");
  }
}
