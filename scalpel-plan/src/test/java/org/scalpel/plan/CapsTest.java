package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hard caps and the best single partition against every assignment. */
class CapsTest {
  private static double work(Problem problem, int[] tierOf, int tier) {
    double sum = 0;
    for (int v = 0; v < tierOf.length; v++) {
      sum += tierOf[v] == tier ? problem.layers().get(v).computeMs().get(tier) : 0;
    }
    return sum;
  }

  private static double memory(Problem problem, int[] tierOf, int tier) {
    double sum = 0;
    for (int v = 0; v < tierOf.length; v++) {
      sum += tierOf[v] == tier ? problem.layers().get(v).charges().memoryMib() : 0;
    }
    return sum;
  }

  @Test
  void leastLatencyUnderCapsEqualsBruteForce() {
    int infeasible = 0;
    for (int i = 0; i < 1_500; i++) {
      int tiers = 2 + i % 2;
      Problem problem = new RandomProblems(i).charges().next(2 + i % 6, tiers);
      int last = tiers - 1;
      double ms = 5 + i % 60;
      double mib = 3 + i % 17;
      Reference reference = new Reference(problem);
      double best =
          reference.least(
              Map.of(),
              tierOf ->
                  work(problem, tierOf, last) <= ms && memory(problem, tierOf, 0) <= mib
                      ? reference.sum(tierOf)
                      : Double.POSITIVE_INFINITY);
      Limits limits = Limits.NONE.maxTierMs("tier" + last, ms).maxMemoryMib("tier0", mib);
      Request request = Request.of(Objective.LATENCY).withLimits(limits);
      if (best == Double.POSITIVE_INFINITY) {
        infeasible++;
        assertThatThrownBy(() -> Planner.plan(problem, request))
            .isInstanceOf(InfeasibleException.class)
            .hasMessageContaining("max-tier-ms tier" + last);
        continue;
      }
      Plan plan = Planner.plan(problem, request);
      assertThat(plan.valueMs()).as("problem " + i).isCloseTo(best, within(1e-6));
      assertThat(plan.main().valid()).isTrue();
      assertThat(plan.gap()).isLessThan(1e-6);
    }
    assertThat(infeasible).isBetween(1, 1_000);
  }

  @Test
  void theBestSinglePartitionEqualsBruteForce() {
    Request request = Request.of(Objective.THROUGHPUT).withAlgorithm("single");
    for (int i = 0; i < 1_500; i++) {
      Problem problem =
          (i % 2 == 0 ? new RandomProblems(i) : new RandomProblems(i).reach())
              .next(1 + i % 7, 2 + i % 2);
      Reference reference = new Reference(problem);
      double best = reference.least(Map.of(), reference::period);
      Plan plan = Planner.plan(problem, request);
      assertThat(plan.valueMs()).as("problem " + i).isCloseTo(best, within(1e-6));
      assertThat(plan.boundMs()).isLessThanOrEqualTo(plan.valueMs());
    }
  }

  @Test
  void throughputUnderAHardCapKeepsIt() {
    Problem problem = Examples.example();
    Request request =
        Request.of(Objective.THROUGHPUT).withLimits(Limits.NONE.maxTierMs("edge", 10));
    Plan plan = Planner.plan(problem, request);
    plan.partitions()
        .forEach(partition -> assertThat(partition.stagesMs().get("edge")).isLessThanOrEqualTo(10));
  }

  @Test
  void aBoundOnTheSumOfLossesIsKeptAtLeastCost() {
    for (int i = 0; i < 1_500; i++) {
      Problem problem = new RandomProblems(i).codecs().next(2 + i % 5, 2 + i % 2);
      double loss = 0.25 * (i % 5);
      Request request = Request.of(Objective.LATENCY).withLimits(Limits.NONE.maxLoss(loss));
      Plan plan = Planner.plan(problem, request);
      Plan exact = Planner.plan(problem, request.withAlgorithm("exhaustive"));
      assertThat(plan.boundMs()).isLessThanOrEqualTo(exact.valueMs() + 1e-9);
      assertThat(plan.valueMs()).isGreaterThanOrEqualTo(exact.valueMs() - 1e-9);
      assertThat(lost(problem, plan.main())).isLessThanOrEqualTo(loss + 1e-12);
    }
  }

  private static double lost(Problem problem, Partition partition) {
    double lost = 0;
    for (PlanTensor tensor : problem.tensors()) {
      for (String codec : partition.codecs().getOrDefault(tensor.name(), Map.of()).values()) {
        lost +=
            tensor.codecs().stream()
                .filter(way -> way.name().equals(codec))
                .findFirst()
                .orElseThrow()
                .loss();
      }
    }
    return lost;
  }
}
