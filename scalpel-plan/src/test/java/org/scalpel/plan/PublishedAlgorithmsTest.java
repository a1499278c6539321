package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The algorithms of the papers: faithful, and never better than the exact cut when valid. */
class PublishedAlgorithmsTest {
  private static final Request LATENCY = Request.of(Objective.LATENCY);

  @Test
  void dadsAsPublishedTakesTheFreeReturnAndSaysSo() {
    Plan plan = Planner.plan(TrapsTest.freeReturn(), LATENCY.withAlgorithm("dads"));
    assertThat(plan.valueMs()).isCloseTo(24, within(1e-9));
    assertThat(plan.main().valid()).isFalse();
    assertThat(plan.main().violations()).anyMatch(text -> text.contains("goes back"));
    assertThat(PlanJson.write(plan)).contains("\"valid\" : false", "violations");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"neurosurgeon", "dads", "dads-heavy", "qdmp", "two-cut", "decc", "eddi", "edgent"})
  void isNeverBetterThanTheExactCutUnlessItBreaksTheOrder(String name) {
    int answered = 0;
    for (int i = 0; i < 120; i++) {
      RandomProblems problems = new RandomProblems(i);
      Problem problem =
          (i % 3 == 0 ? problems.codecs().deadLinks() : problems).next(1 + i % 10, 2 + i % 3);
      Plan exact = Planner.plan(problem, LATENCY);
      Plan plan;
      try {
        plan = Planner.plan(problem, LATENCY.withAlgorithm(name));
      } catch (InfeasibleException forbidden) {
        continue;
      }
      answered++;
      if (plan.main().valid()) {
        assertThat(plan.valueMs())
            .as("problem " + i)
            .isGreaterThanOrEqualTo(exact.valueMs() - 1e-9);
        int[] tierOf = Assignment.of(problem, plan.main().assignment()).toArray();
        assertThat(new Reference(problem).valid(tierOf, Map.of())).isTrue();
        if (!name.equals("edgent")) {
          assertThat(plan.valueMs()).isCloseTo(new Reference(problem).sum(tierOf), within(1e-9));
        }
      }
      assertThat(plan.boundMs()).isLessThanOrEqualTo(plan.valueMs());
    }
    assertThat(answered).isGreaterThan(60);
  }

  /** A chain of layers with shrinking tensors. */
  private static Problem chain(int seed, int layers, int tiers) {
    Problem random = new RandomProblems(seed).next(layers, tiers);
    List<PlanTensor> tensors = new ArrayList<>();
    tensors.add(PlanTensor.input("input", List.of(0), 30_000 + 1000L * (seed % 7)));
    for (int v = 0; v < layers; v++) {
      long bytes = 1000L * ((seed * 31L + v * 17L) % 40);
      PlanTensor tensor =
          PlanTensor.of("t" + v, v, v + 1 < layers ? List.of(v + 1) : List.of(), bytes);
      tensors.add(v + 1 < layers ? tensor : tensor.asOutput());
    }
    return new Problem(
        "chain", random.tiers(), random.layers(), tensors, random.links(), random.options());
  }

  @Test
  void twoCutIsExactOnChainsAndQdmpOnTwoTierChainsIsNotFar() {
    for (int i = 0; i < 200; i++) {
      Problem problem = chain(i, 1 + i % 12, 2 + i % 3);
      double best = Planner.plan(problem, LATENCY).valueMs();
      Plan two = Planner.plan(problem, LATENCY.withAlgorithm("two-cut"));
      assertThat(two.valueMs()).as("chain " + i).isCloseTo(best, within(1e-9));
    }
  }

  @Test
  void theRepairedTwoTierCutIsExactOnTwoTiers() {
    for (int i = 0; i < 200; i++) {
      Problem problem = new RandomProblems(i).reach().codecs().next(1 + i % 10, 2);
      double best = Planner.plan(problem, LATENCY).valueMs();
      assertThat(Planner.plan(problem, LATENCY.withAlgorithm("eddi")).valueMs())
          .isCloseTo(best, within(1e-9));
    }
  }

  @Test
  void dadsHeavyIsWithinThreeTimesTheBestPeriod() {
    Request throughput = Request.of(Objective.THROUGHPUT);
    for (int i = 0; i < 60; i++) {
      Problem problem = new RandomProblems(i).next(2 + i % 6, 2);
      Plan heavy = Planner.plan(problem, throughput.withAlgorithm("dads-heavy"));
      if (heavy.main().valid()) {
        Plan mix = Planner.plan(problem, throughput);
        assertThat(mix.valueMs()).isLessThanOrEqualTo(heavy.valueMs() + 1e-9);
        assertThat(heavy.boundMs()).isLessThanOrEqualTo(heavy.valueMs() + 1e-9);
      }
    }
  }

  @Test
  void cutVerticesAreThoseWithoutWhichNoInputReachesAnOutput() {
    for (int i = 0; i < 200; i++) {
      Problem problem = new RandomProblems(i).next(1 + i % 9, 2);
      Instance in = new Instance(problem);
      int[] found =
          Arrays.stream(new Blocks(in).cutPositions).map(at -> in.order[at]).sorted().toArray();
      int[] expected =
          java.util.stream.IntStream.range(0, in.layers).filter(v -> isCut(in, v)).toArray();
      assertThat(found).as("problem " + i).isEqualTo(expected);
    }
  }

  /**
   * True if every layer is an ancestor or a descendant of v and no input or output passes it by.
   */
  private static boolean isCut(Instance in, int v) {
    boolean[] after = reachable(in, v);
    for (int w = 0; w < in.layers; w++) {
      if (w != v && !after[w] && !reachable(in, w)[v]) {
        return false;
      }
    }
    for (int t = 0; t < in.tensors; t++) {
      boolean before = in.producer[t] < 0 || (in.producer[t] != v && !after[in.producer[t]]);
      boolean output = in.problem.tensors().get(t).output() && in.producer[t] >= 0;
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        if (before && after[in.consumer[c]]) {
          return false;
        }
      }
      if (before && output) {
        return false;
      }
    }
    return true;
  }

  private static boolean[] reachable(Instance in, int from) {
    boolean[] seen = new boolean[in.layers];
    for (int v : in.order) {
      if (v == from || seen[v]) {
        for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
          for (int c = in.consumerStart[in.made[m]]; c < in.consumerStart[in.made[m] + 1]; c++) {
            seen[in.consumer[c]] = true;
          }
        }
      }
    }
    return seen;
  }

  @Test
  void unknownAlgorithmsAreRefusedWithASuggestion() {
    assertThatThrownBy(() -> Planner.plan(Examples.example(), LATENCY.withAlgorithm("minicut")))
        .isInstanceOf(ProblemException.class)
        .hasMessage("unknown algorithm \"minicut\". Maybe \"mincut\"?");
  }

  @Test
  void compareAnswersWithEveryAlgorithmThatApplies() {
    for (Objective objective : Objective.values()) {
      List<Plan> plans = Planner.compare(Examples.example(), Request.of(objective));
      assertThat(plans).hasSizeGreaterThan(9);
      double best = plans.get(0).valueMs();
      plans.forEach(
          plan ->
              assertThat(plan.main().valid() ? plan.valueMs() : best).isGreaterThanOrEqualTo(best));
    }
  }
}
