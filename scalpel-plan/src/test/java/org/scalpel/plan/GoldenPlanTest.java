package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The plan that the file format's description shows. */
class GoldenPlanTest {
  private static final Offset<Double> SHOWN = within(5e-4);

  private final Plan plan = Planner.plan(Examples.example(), Request.of(Objective.LATENCY));

  @Test
  void hasTheValueTheBoundAndTheAssignmentShown() {
    assertThat(plan.objective().text()).isEqualTo("latency");
    assertThat(plan.algorithm()).isEqualTo("mincut");
    assertThat(plan.valueMs()).isCloseTo(64.769, SHOWN);
    assertThat(plan.boundMs()).isCloseTo(64.769, SHOWN);
    assertThat(plan.gap()).isZero();
    assertThat(plan.main().share()).isOne();
    assertThat(plan.main().assignment())
        .isEqualTo(Map.of("conv1", "device", "conv2", "edge", "fc", "edge"));
    assertThat(plan.main().valid()).isTrue();
  }

  @Test
  void hasTheTimesShown() {
    Partition main = plan.main();
    assertThat(main.latencyMs()).isCloseTo(64.769, SHOWN);
    assertThat(main.periodMs()).isCloseTo(21.186, SHOWN);
    assertThat(main.makespanMs()).isCloseTo(64.769, SHOWN);
    Map<String, Double> shown =
        Map.of(
            "device",
            20.0,
            "device->edge",
            21.186,
            "edge",
            18.0,
            "edge->device",
            0.582,
            "edge->cloud",
            0.0,
            "cloud",
            0.0,
            "cloud->edge",
            0.0,
            "rtt",
            5.0);
    assertThat(main.stagesMs()).hasSameSizeAs(shown);
    shown.forEach(
        (stage, ms) -> assertThat(main.stagesMs().get(stage)).as(stage).isCloseTo(ms, SHOWN));
    double sum = main.stagesMs().values().stream().mapToDouble(Double::doubleValue).sum();
    assertThat(sum).isCloseTo(main.latencyMs(), within(1e-9));
  }

  @Test
  void hasTheBaselinesShown() {
    Map<String, Double> shown =
        Map.of(
            "device-only",
            110.0,
            "edge-only",
            282.714,
            "cloud-only",
            403.192,
            "neurosurgeon",
            64.769);
    assertThat(plan.baselinesMs()).hasSameSizeAs(shown);
    shown.forEach(
        (name, ms) -> assertThat(plan.baselinesMs().get(name)).as(name).isCloseTo(ms, SHOWN));
  }

  @Test
  void readsBackAsItWasWritten() {
    Plan full = Planner.plan(Examples.example(), Request.of(Objective.LATENCY).withTop(3));
    assertThat(PlanJson.read(PlanJson.write(full), "plan")).isEqualTo(full);
    assertThat(full.alternatives()).hasSize(3).doesNotHaveDuplicates();
    assertThat(full.alternatives().get(0).assignment()).isEqualTo(full.main().assignment());
    assertThat(full.alternatives())
        .isSortedAccordingTo((a, b) -> Double.compare(a.latencyMs(), b.latencyMs()));
  }

  @Test
  void writesFieldsInTheOrderShown() {
    assertThat(PlanJson.node(plan).fieldNames())
        .toIterable()
        .containsExactly(
            "objective",
            "algorithm",
            "value_ms",
            "bound_ms",
            "gap",
            "solve_ms",
            "partitions",
            "baselines_ms");
    assertThat(PlanJson.node(plan.main()).fieldNames())
        .toIterable()
        .containsExactly(
            "share", "latency_ms", "period_ms", "makespan_ms", "stages_ms", "assignment", "valid");
  }
}
