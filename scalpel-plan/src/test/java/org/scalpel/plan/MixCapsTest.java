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

/** Mixes under caps on the mean and on every request, against one program over all assignments. */
class MixCapsTest {
  /** {@code -Dscalpel.problems=10} tries ten times as many problems. */
  private static final int MANY = Integer.getInteger("scalpel.problems", 5);

  /** What an assignment uses, counted from the problem's text. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Use(double value, double[] loads, double[] capped, boolean allowed) {}

  /** A question with its caps, as limits and as numbers: work, bytes up, energy, money. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Question(Problem problem, Request request, double[] mean, double[] each) {}

  private static double upBytes(Problem problem, int[] tierOf, int link) {
    double sum = 0;
    for (PlanTensor tensor : problem.tensors()) {
      int home = tensor.producer() < 0 ? 0 : tierOf[tensor.producer()];
      double beyond = 0;
      boolean crosses = false;
      for (int reader : tensor.consumers()) {
        if (home <= link && tierOf[reader] > link) {
          crosses = true;
          beyond = Math.max(beyond, problem.layers().get(reader).reach());
        }
      }
      sum += crosses ? beyond * tensor.bytes() : 0;
    }
    return sum;
  }

  private static double downBytes(Problem problem, int[] tierOf, int link) {
    double sum = 0;
    for (PlanTensor tensor : problem.tensors()) {
      if (tensor.output()
          && problem.options().resultsAt() == ResultsAt.DEVICE
          && tensor.producer() >= 0
          && tierOf[tensor.producer()] > link) {
        double reach = problem.layers().get(tensor.producer()).reach();
        sum += tensor.bytes() * tensor.delivery().probability().orElse(reach);
      }
    }
    return sum;
  }

  private static double[] charges(Problem problem, int[] tierOf) {
    double energy = 0;
    double money = 0;
    for (int v = 0; v < tierOf.length; v++) {
      PlanLayer layer = problem.layers().get(v);
      energy += layer.reach() * layer.charges().energyMj().get(tierOf[v]);
      money += layer.reach() * layer.charges().money().get(tierOf[v]);
    }
    for (int k = 0; k < problem.links().size(); k++) {
      double bytes = upBytes(problem, tierOf, k) + downBytes(problem, tierOf, k);
      energy += bytes / 1e6 * problem.links().get(k).mjPerMb();
    }
    return new double[] {energy, money};
  }

  private static Use use(Question question, Reference reference, int[] tierOf) {
    Problem problem = question.problem();
    double[] loads = reference.loads(tierOf);
    double[] charges = charges(problem, tierOf);
    double[] capped = {
      loads[problem.tiers().size() - 1], upBytes(problem, tierOf, 0), charges[0], charges[1]
    };
    boolean allowed = true;
    for (int c = 0; c < capped.length; c++) {
      allowed &= capped[c] <= question.each()[c] + 1e-9;
    }
    return new Use(reference.sum(tierOf), loads, capped, allowed);
  }

  private static double best(Question question) {
    Loader.loadNativeLibraries();
    Problem problem = question.problem();
    Reference reference = new Reference(problem);
    List<Use> uses = new ArrayList<>();
    int[] tierOf = new int[problem.layers().size()];
    do {
      if (reference.valid(tierOf, Map.of())) {
        Use use = use(question, reference, tierOf);
        if (use.allowed()) {
          uses.add(use);
        }
      }
    } while (reference.next(tierOf));
    boolean throughput = question.request().objective() == Objective.THROUGHPUT;
    MPSolver solver = MPSolver.createSolver("GLOP");
    MPVariable period = solver.makeNumVar(0, Double.POSITIVE_INFINITY, "Z");
    MPConstraint one = solver.makeConstraint(1, 1);
    MPConstraint[] loads = new MPConstraint[3 * problem.tiers().size() - 2];
    for (int r = 0; r < loads.length; r++) {
      loads[r] = solver.makeConstraint(Double.NEGATIVE_INFINITY, 0);
      loads[r].setCoefficient(period, -1);
    }
    MPConstraint[] caps = new MPConstraint[question.mean().length];
    for (int c = 0; c < caps.length; c++) {
      caps[c] = solver.makeConstraint(Double.NEGATIVE_INFINITY, question.mean()[c]);
    }
    for (Use use : uses) {
      MPVariable share = solver.makeNumVar(0, 1, "");
      one.setCoefficient(share, 1);
      solver.objective().setCoefficient(share, throughput ? 0 : use.value());
      for (int r = 0; r < loads.length && throughput; r++) {
        loads[r].setCoefficient(share, use.loads()[r]);
      }
      for (int c = 0; c < caps.length; c++) {
        caps[c].setCoefficient(share, use.capped()[c]);
      }
    }
    if (throughput) {
      solver.objective().setCoefficient(period, 1);
    }
    solver.objective().setMinimization();
    return solver.solve() == MPSolver.ResultStatus.OPTIMAL
        ? solver.objective().value()
        : Double.POSITIVE_INFINITY;
  }

  private static Question question(int i, boolean hard) {
    int tiers = 2 + i % 2;
    RandomProblems problems = new RandomProblems(i).charges();
    Problem problem = (i % 3 == 0 ? problems.reach() : problems).next(1 + i % 6, tiers);
    double[] mean = {5 + i % 40, 20_000 + 500 * (i % 50), 10 + i % 30, 3 + i % 20};
    double[] each = {
      hard && i % 4 == 0 ? 20 + i % 50 : 1e12,
      hard && i % 4 == 1 ? 30_000 + 1000 * (i % 40) : 1e12,
      hard && i % 4 == 2 ? 25 + i % 30 : 1e12,
      hard && i % 4 == 3 ? 6 + i % 20 : 1e12
    };
    Limits limits = Limits.NONE.withMean(caps(mean, tiers)).withEach(caps(each, tiers));
    Objective objective = i % 5 < 3 ? Objective.THROUGHPUT : Objective.LATENCY;
    return new Question(problem, Request.of(objective).withLimits(limits), mean, each);
  }

  private static Caps caps(double[] most, int tiers) {
    Caps caps = Caps.NONE;
    caps = most[0] < 1e9 ? caps.withTierMs("tier" + (tiers - 1), most[0]) : caps;
    caps = most[1] < 1e9 ? caps.withLinkBytes("tier0->tier1", most[1]) : caps;
    caps = most[2] < 1e9 ? caps.withEnergyMj(most[2]) : caps;
    return most[3] < 1e9 ? caps.withMoney(most[3]) : caps;
  }

  private static int check(Question question, int i) {
    double best = best(question);
    if (best == Double.POSITIVE_INFINITY) {
      assertThatThrownBy(() -> Planner.plan(question.problem(), question.request()))
          .as("problem " + i)
          .isInstanceOf(InfeasibleException.class);
      return 1;
    }
    Plan plan = Planner.plan(question.problem(), question.request());
    assertThat(plan.valueMs()).as("problem " + i).isCloseTo(best, within(1e-6));
    assertThat(plan.boundMs()).as("problem " + i).isLessThanOrEqualTo(plan.valueMs());
    assertThat(plan.gap()).as("problem " + i).isLessThan(1e-6);
    Reference reference = new Reference(question.problem());
    double[] mean = new double[question.mean().length];
    for (Partition partition : plan.partitions()) {
      int[] tierOf = Assignment.of(question.problem(), partition.assignment()).toArray();
      Use use = use(question, reference, tierOf);
      assertThat(use.allowed()).as("problem " + i).isTrue();
      for (int c = 0; c < mean.length; c++) {
        mean[c] += partition.share() * use.capped()[c];
      }
    }
    for (int c = 0; c < mean.length; c++) {
      assertThat(mean[c]).isLessThanOrEqualTo(question.mean()[c] * (1 + 1e-7) + 1e-6);
    }
    return 0;
  }

  @Test
  void capsOnTheMeanEqualTheProgramOverAllAssignments() {
    int infeasible = 0;
    for (int i = 0; i < 200 * MANY; i++) {
      infeasible += check(question(i, false), i);
    }
    assertThat(infeasible).isBetween(1, 100 * MANY);
  }

  @Test
  void capsOnTheMeanAndOnEveryRequestTogetherEqualTheProgramOverWhatIsAllowed() {
    int infeasible = 0;
    for (int i = 0; i < 120 * MANY; i++) {
      infeasible += check(question(i, true), i);
    }
    assertThat(infeasible).isBetween(1, 80 * MANY);
  }

  @Test
  void leastCostUnderEveryKindOfHardCapEqualsBruteForce() {
    for (int i = 0; i < 150 * MANY; i++) {
      Question mixed = question(i, true);
      double[] free = {1e12, 1e12, 1e12, 1e12};
      Limits limits = mixed.request().limits().withMean(Caps.NONE);
      Request request = Request.of(Objective.LATENCY).withLimits(limits);
      check(new Question(mixed.problem(), request, free, mixed.each()), i);
    }
  }

  @Test
  void aDeadlineBoundsTheLatencyOfEveryPartitionOfAMix() {
    Request request = Request.of(Objective.THROUGHPUT);
    Problem problem = Examples.example();
    assertThat(Planner.plan(problem, request).partitions()).hasSize(2);
    Plan plan = Planner.plan(problem, request.withLimits(Limits.NONE.deadlineMs(70)));
    assertThat(plan.partitions()).allMatch(partition -> partition.latencyMs() <= 70);
    assertThat(plan.baselinesMs().get("device-only")).isInfinite();
  }
}
