package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cut against every assignment, written down independently in {@link Reference}. */
class MinCutTest {
  private static final double EXACT = 1e-9;

  private static void equalsBruteForce(Problem problem, Map<String, String> pins, String label) {
    Reference reference = new Reference(problem);
    double best = reference.least(pins, reference::sum);
    Limits limits = Limits.NONE;
    for (Map.Entry<String, String> pin : pins.entrySet()) {
      limits = limits.pin(pin.getKey(), pin.getValue());
    }
    Request request = Request.of(Objective.LATENCY).withLimits(limits);
    if (best == Double.POSITIVE_INFINITY) {
      assertThatThrownBy(() -> new MinCut().plan(problem, request))
          .as(label)
          .isInstanceOf(InfeasibleException.class);
      return;
    }
    Plan plan = new MinCut().plan(problem, request);
    int[] tierOf = Assignment.of(problem, plan.main().assignment()).toArray();
    assertThat(plan.valueMs()).as(label).isCloseTo(best, within(EXACT));
    assertThat(reference.valid(tierOf, pins)).as(label).isTrue();
    assertThat(reference.sum(tierOf)).as(label).isCloseTo(best, within(EXACT));
    assertThat(plan.main().valid()).as(label).isTrue();
    assertThat(plan.gap()).as(label).isZero();
  }

  private static Map<String, String> pins(Random random, Problem problem) {
    Map<String, String> pins = new HashMap<>();
    for (PlanLayer layer : problem.layers()) {
      if (random.nextInt(6) == 0) {
        pins.put(layer.name(), "tier" + random.nextInt(problem.tiers().size()));
      }
    }
    return pins;
  }

  @ParameterizedTest
  @CsvSource({"2,8,2000", "3,6,2000", "4,5,1000"})
  void equalsBruteForceOnPlainGraphs(int tiers, int layers, int graphs) {
    RandomProblems problems = new RandomProblems(11L * tiers);
    for (int i = 0; i < graphs; i++) {
      Problem problem = problems.next(1 + i % layers, tiers);
      equalsBruteForce(problem, Map.of(), "graph " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"2,8,1500", "3,6,1500", "4,5,700"})
  void equalsBruteForceWithPinsAndForbiddenTiersAndDeadLinks(int tiers, int layers, int graphs) {
    RandomProblems problems = new RandomProblems(7L * tiers).forbidden().deadLinks();
    Random random = new Random(tiers);
    for (int i = 0; i < graphs; i++) {
      Problem problem = problems.next(1 + i % layers, tiers);
      equalsBruteForce(problem, pins(random, problem), "graph " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"2,8,1000", "3,6,1500", "4,5,500"})
  void equalsBruteForceWithCodecsReachAndCharges(int tiers, int layers, int graphs) {
    RandomProblems problems =
        new RandomProblems(3L * tiers).forbidden().codecs().reach().charges().deadLinks();
    Random random = new Random(tiers);
    for (int i = 0; i < graphs; i++) {
      Problem problem = problems.next(1 + i % layers, tiers);
      equalsBruteForce(problem, i % 2 == 0 ? Map.of() : pins(random, problem), "graph " + i);
    }
  }

  @Test
  void takesTheFewestRemoteLayersAmongTheCheapest() {
    RandomProblems problems = new RandomProblems(5);
    for (int i = 0; i < 400; i++) {
      Problem problem = problems.next(1 + i % 6, 2 + i % 2);
      Reference reference = new Reference(problem);
      Plan plan = new MinCut().plan(problem, Request.of(Objective.LATENCY));
      Assignment chosen = Assignment.of(problem, plan.main().assignment());
      double fewest =
          reference.least(
              Map.of(),
              tierOf ->
                  reference.sum(tierOf) <= plan.valueMs() + EXACT
                      ? Assignment.of(tierOf).remoteLayers()
                      : Double.POSITIVE_INFINITY);
      assertThat((double) chosen.remoteLayers()).isEqualTo(fewest);
    }
  }

  @Test
  void answersTheSameEveryTimeAndInAnyOrderOfLayersAndTensors() {
    Problem problem = new RandomProblems(9).codecs().next(40, 3);
    Plan first = Planner.plan(problem, Request.of(Objective.LATENCY));
    Plan again = Planner.plan(problem, Request.of(Objective.LATENCY));
    assertThat(again.partitions()).isEqualTo(first.partitions());
    Problem shuffled = Shuffle.of(problem, new Random(1));
    Plan other = Planner.plan(shuffled, Request.of(Objective.LATENCY));
    assertThat(other.main().assignment()).isEqualTo(first.main().assignment());
  }

  @Test
  void plansOneLayer() {
    Problem problem = new RandomProblems(2).next(1, 2);
    assertThat(Planner.plan(problem, Request.of(Objective.LATENCY)).main().assignment()).hasSize(1);
  }

  @Test
  void plansAHundredThousandLayers() {
    Problem problem = BigProblems.inception(100_000, 3, 1);
    Plan plan = Planner.plan(problem, Request.of(Objective.LATENCY));
    assertThat(plan.main().assignment()).hasSize(problem.layers().size());
    plan.baselinesMs()
        .values()
        .forEach(value -> assertThat(plan.valueMs()).isLessThanOrEqualTo(value + 1e-6));
  }

  @Test
  void isNeverWorseThanAnyPrefixOnMiddleSizedGraphs() {
    IntStream.range(0, 60)
        .forEach(
            seed -> {
              Problem problem = new RandomProblems(seed).codecs().reach().next(60, 2 + seed % 3);
              Plan plan = Planner.plan(problem, Request.of(Objective.LATENCY));
              plan.baselinesMs()
                  .values()
                  .forEach(value -> assertThat(plan.valueMs()).isLessThanOrEqualTo(value + 1e-9));
            });
  }
}
