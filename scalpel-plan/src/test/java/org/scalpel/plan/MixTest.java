package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The mix against one linear program over every assignment. */
class MixTest {
  private static final Request THROUGHPUT = Request.of(Objective.THROUGHPUT);

  /**
   * The least period over shares of all assignments, with a cap on the mean work of the last tier.
   */
  private static double everything(Problem problem, double cap) {
    Loader.loadNativeLibraries();
    Reference reference = new Reference(problem);
    List<double[]> columns = new ArrayList<>();
    int[] tierOf = new int[problem.layers().size()];
    do {
      if (reference.valid(tierOf, Map.of())) {
        columns.add(reference.loads(tierOf));
      }
    } while (reference.next(tierOf));
    MPSolver solver = MPSolver.createSolver("GLOP");
    MPVariable period = solver.makeNumVar(0, Double.POSITIVE_INFINITY, "Z");
    MPConstraint one = solver.makeConstraint(1, 1);
    int resources = columns.get(0).length;
    MPConstraint[] loads = new MPConstraint[resources];
    for (int r = 0; r < resources; r++) {
      loads[r] = solver.makeConstraint(Double.NEGATIVE_INFINITY, 0);
      loads[r].setCoefficient(period, -1);
    }
    MPConstraint capped = solver.makeConstraint(Double.NEGATIVE_INFINITY, cap);
    for (double[] column : columns) {
      MPVariable share = solver.makeNumVar(0, 1, "");
      one.setCoefficient(share, 1);
      for (int r = 0; r < resources; r++) {
        loads[r].setCoefficient(share, column[r]);
      }
      capped.setCoefficient(share, column[problem.tiers().size() - 1]);
    }
    solver.objective().setCoefficient(period, 1);
    solver.objective().setMinimization();
    return solver.solve() == MPSolver.ResultStatus.OPTIMAL
        ? solver.objective().value()
        : Double.POSITIVE_INFINITY;
  }

  @Test
  void equalsTheProgramOverAllAssignments() {
    for (int i = 0; i < 2_000; i++) {
      RandomProblems problems = new RandomProblems(i);
      int tiers = 2 + i % 3;
      Problem problem = (i % 2 == 0 ? problems : problems.reach()).next(1 + i % (9 - tiers), tiers);
      Plan plan = new Mix().plan(problem, THROUGHPUT);
      assertThat(plan.valueMs())
          .as("problem " + i)
          .isCloseTo(everything(problem, 1e9), within(1e-6));
      assertThat(plan.gap()).as("problem " + i).isLessThan(1e-6);
      assertThat(plan.partitions().size()).isLessThanOrEqualTo(3 * tiers - 2);
      double shares = plan.partitions().stream().mapToDouble(Partition::share).sum();
      assertThat(shares).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void keepsACapOnTheMeanOfATier() {
    for (int i = 0; i < 1_000; i++) {
      int tiers = 2 + i % 2;
      Problem problem = new RandomProblems(i).next(1 + i % 6, tiers);
      double cap = i % 40;
      Request capped = THROUGHPUT.withLimits(Limits.NONE.meanTierMs("tier" + (tiers - 1), cap));
      double best = everything(problem, cap);
      Plan plan = new Mix().plan(problem, capped);
      assertThat(plan.valueMs()).as("problem " + i).isCloseTo(best, within(1e-6));
      assertThat(plan.gap()).as("problem " + i).isLessThan(1e-6);
      double mean =
          plan.partitions().stream()
              .mapToDouble(p -> p.share() * p.stageMs("tier" + (tiers - 1)))
              .sum();
      assertThat(mean).isLessThanOrEqualTo(cap + 1e-6);
    }
  }

  @Test
  void countsTheLoadOfSharedTiersAndLinksOncePerSharer() {
    Problem problem = new RandomProblems(3).next(5, 2);
    Problem shared =
        new Problem(
            "shared",
            List.of(problem.tiers().get(0), new Tier("tier1", 3)),
            problem.layers(),
            problem.tensors(),
            List.of(new Link(2, 2, 1, 0, 2)),
            problem.options());
    Plan plan = new Mix().plan(shared, THROUGHPUT);
    assertThat(plan.valueMs()).isCloseTo(everything(shared, 1e9), within(1e-6));
  }

  @Test
  void isNeverWorseThanAnySinglePartitionAndItsBoundHolds() {
    for (int i = 0; i < 150; i++) {
      Problem problem = new RandomProblems(i).codecs().reach().next(2 + i % 6, 2 + i % 2);
      Plan mix = Planner.plan(problem, THROUGHPUT);
      Plan single = new Exhaustive().plan(problem, THROUGHPUT);
      assertThat(mix.boundMs()).isLessThanOrEqualTo(mix.valueMs());
      assertThat(mix.valueMs()).isLessThanOrEqualTo(single.valueMs() + 1e-9);
      mix.baselinesMs()
          .values()
          .forEach(value -> assertThat(mix.valueMs()).isLessThanOrEqualTo(value + 1e-9));
    }
  }

  @Test
  void answersForLatencyUnderACapOnTheMean() {
    Problem problem = Examples.example();
    Request capped = Request.of(Objective.LATENCY).withLimits(Limits.NONE.meanTierMs("edge", 9));
    Plan plan = Planner.plan(problem, capped.withAlgorithm("mix"));
    double half = (64.7685 + 110) / 2;
    assertThat(plan.valueMs()).isLessThanOrEqualTo(half + 1e-3).isGreaterThan(64.769);
    assertThat(plan.gap()).isLessThan(1e-6);
  }

  @Test
  void refusesCapsThatNothingMeets() {
    Limits limits = Limits.NONE.meanTierMs("edge", 1).pin("conv2", "edge");
    assertThatThrownBy(() -> Planner.plan(Examples.example(), THROUGHPUT.withLimits(limits)))
        .isInstanceOf(InfeasibleException.class)
        .hasMessageContaining("edge=1.0");
  }
}
