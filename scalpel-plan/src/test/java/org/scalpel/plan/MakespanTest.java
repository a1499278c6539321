package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Schedules of tiny problems against every assignment in every order. */
class MakespanTest {
  private static final Request MAKESPAN =
      Request.of(Objective.MAKESPAN).withTimeLimit(Duration.ofSeconds(5));

  /** Two inputs, two private branches, one join: what overlap is good for. */
  static Problem fusion() {
    List<PlanLayer> layers =
        List.of(
            PlanLayer.of("left", 30.0, 5.0),
            PlanLayer.of("right", 30.0, 5.0),
            PlanLayer.of("join", 5.0, 5.0));
    List<PlanTensor> tensors =
        List.of(
            PlanTensor.input("a", List.of(0), 20_000),
            PlanTensor.input("b", List.of(1), 20_000),
            PlanTensor.of("x", 0, List.of(2), 1_000),
            PlanTensor.of("y", 1, List.of(2), 1_000),
            PlanTensor.of("z", 2, List.of(), 0).asOutput());
    List<Tier> tiers = List.of(Tier.of("device"), Tier.of("cloud"));
    return Problem.of("fusion", tiers, layers, tensors, List.of(Link.of(8, 8, 0)));
  }

  @Test
  void overlapsOneBranchOnTheDeviceWithTheOtherOnItsWay() {
    Plan serial = Planner.plan(fusion(), Request.of(Objective.LATENCY));
    Plan plan = Planner.plan(fusion(), MAKESPAN);
    assertThat(serial.valueMs()).isCloseTo(55, within(1e-9));
    assertThat(plan.valueMs()).isCloseTo(36, within(1e-6));
    assertThat(plan.main().assignment()).containsEntry("join", "cloud").containsValue("device");
  }

  @Test
  void equalsEveryOrderOfEveryAssignmentOnTinyProblems() {
    int open = 0;
    for (int i = 0; i < 400; i++) {
      Problem problem = new RandomProblems(i).next(1 + i % 4, 2);
      Orders orders = new Orders(problem);
      double best = new Reference(problem).least(Map.of(), orders::best);
      Plan plan = Planner.plan(problem, MAKESPAN);
      assertThat(plan.boundMs()).as("bound of " + i).isLessThanOrEqualTo(best + 1e-9);
      assertThat(plan.valueMs()).as("value of " + i).isGreaterThanOrEqualTo(best - 1e-9);
      open += plan.valueMs() > best * (1 + 1e-4) + 1e-6 ? 1 : 0;
    }
    assertThat(open).as("problems where the schedule is not optimal").isLessThanOrEqualTo(3);
  }

  @Test
  void theBoundIsNeverAboveTheHeuristicAndTheHeuristicNeverAboveTheLatency() {
    for (int i = 0; i < 80; i++) {
      Problem problem = new RandomProblems(i).codecs().next(3 + i % 15, 2 + i % 2);
      Plan plan = Planner.plan(problem, MAKESPAN.withAlgorithm("overlap"));
      Plan latency = Planner.plan(problem, Request.of(Objective.LATENCY));
      assertThat(plan.boundMs()).isLessThanOrEqualTo(plan.valueMs());
      assertThat(plan.valueMs()).isLessThanOrEqualTo(latency.main().makespanMs() + 1e-9);
      assertThat(latency.main().makespanMs())
          .isLessThanOrEqualTo(latency.main().latencyMs() + 1e-9);
    }
  }

  @Test
  void aChainHasNothingToOverlap() {
    Problem problem = BigProblems.inception(8, 3, 4);
    Plan plan = Planner.plan(problem, MAKESPAN.withAlgorithm("overlap"));
    Plan latency = Planner.plan(problem, Request.of(Objective.LATENCY));
    assertThat(plan.valueMs()).isLessThanOrEqualTo(latency.valueMs() + 1e-9);
  }

  @Test
  void threeTiersEqualEveryOrderOfEveryAssignment() {
    for (int i = 0; i < 200; i++) {
      // With four layers there can be so many orders that a single problem takes minutes.
      Problem problem = new RandomProblems(700 + i).next(1 + i % 3, 3);
      Orders orders = new Orders(problem);
      double best = new Reference(problem).least(Map.of(), orders::best);
      Plan plan = Planner.plan(problem, MAKESPAN);
      assertThat(plan.boundMs()).as("bound of " + i).isLessThanOrEqualTo(best + 1e-6);
      assertThat(plan.valueMs()).as("value of " + i).isCloseTo(best, within(1e-4 * best + 1e-6));
      Plan quick = Planner.plan(problem, MAKESPAN.withAlgorithm("overlap"));
      assertThat(quick.boundMs()).as("quick bound of " + i).isLessThanOrEqualTo(best + 1e-6);
    }
  }

  @Test
  void theHeuristicIsNeverWorseThanOneTierOrThePlanOfLeastLatency() {
    for (int i = 0; i < 60; i++) {
      Problem problem = BigProblems.inception(20 + 4 * i, 2 + i % 2, i);
      Plan plan = Planner.plan(problem, MAKESPAN.withAlgorithm("overlap"));
      for (String other : List.of("device-only", "cloud-only", "mincut", "neurosurgeon")) {
        Plan simple = Planner.algorithm(other).plan(problem, Request.of(Objective.LATENCY));
        assertThat(plan.valueMs()).isLessThanOrEqualTo(simple.main().makespanMs() + 1e-9);
      }
      assertThat(plan.gap()).as("gap of " + i).isLessThan(0.12);
    }
  }

  @Test
  void layersThatNobodyAwaitsCostNothingButTheirTurn() {
    List<PlanLayer> layers =
        List.of(PlanLayer.of("used", 1.0, 1.0), PlanLayer.of("unused", 50.0, 50.0));
    List<PlanTensor> tensors =
        List.of(
            PlanTensor.input("a", List.of(0, 1), 1_000),
            PlanTensor.of("x", 0, List.of(), 1_000).asOutput(),
            PlanTensor.of("y", 1, List.of(), 1_000));
    List<Tier> tiers = List.of(Tier.of("device"), Tier.of("cloud"));
    Problem problem = Problem.of("idle", tiers, layers, tensors, List.of(Link.of(8, 8, 4)));
    Plan plan = Planner.plan(problem, MAKESPAN);
    assertThat(plan.valueMs()).isCloseTo(1, within(1e-6));
    assertThat(plan.boundMs()).isCloseTo(1, within(1e-4));
  }

  @Test
  void reachIsRefused() {
    Problem problem = fusion();
    Problem gated =
        problem.withLayers(problem.layers().stream().map(layer -> layer.withReach(0.5)).toList());
    assertThatThrownBy(() -> Planner.plan(gated, MAKESPAN))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("reach");
  }
}
