package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
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
    for (int i = 0; i < 60; i++) {
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
  void reachIsRefused() {
    Problem problem = fusion();
    Problem gated =
        problem.withLayers(problem.layers().stream().map(layer -> layer.withReach(0.5)).toList());
    assertThatThrownBy(() -> Planner.plan(gated, MAKESPAN))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("reach");
  }

  /** Every order of all work of one assignment; each piece of work starts as soon as it can. */
  private static final class Orders {
    private final Problem problem;
    private final List<double[]> work = new ArrayList<>();
    private final List<List<Integer>> before = new ArrayList<>();
    private int[] tierOf = new int[0];
    private double least;

    Orders(Problem problem) {
      this.problem = problem;
    }

    /** Pieces of work are (resource, ms, delay, awaited). */
    private int add(double resource, double ms, double delay, List<Integer> after) {
      work.add(new double[] {resource, ms, delay, 0});
      before.add(after);
      return work.size() - 1;
    }

    double best(int[] assignment) {
      tierOf = assignment.clone();
      work.clear();
      before.clear();
      for (int v = 0; v < tierOf.length; v++) {
        add(tierOf[v], problem.layers().get(v).computeMs().get(tierOf[v]), 0, new ArrayList<>());
      }
      Link link = problem.links().get(0);
      boolean outputs = false;
      for (PlanTensor tensor : problem.tensors()) {
        int p = tensor.producer();
        int home = p < 0 ? 0 : tierOf[p];
        int sent = -1;
        for (int reader : tensor.consumers()) {
          if (home == 0 && tierOf[reader] == 1 && sent < 0) {
            double ms = tensor.bytes() * 8e-3 / link.upMbps();
            sent = add(2, ms, link.rttMs() / 2, p < 0 ? List.of() : List.of(p));
          }
        }
        for (int reader : tensor.consumers()) {
          if (home == 0 && tierOf[reader] == 1) {
            before.get(reader).add(sent);
          } else if (p >= 0) {
            before.get(reader).add(p);
          }
        }
        if (tensor.output() && p >= 0) {
          outputs = true;
          int last = p;
          if (home == 1 && problem.options().resultsAt() == ResultsAt.DEVICE) {
            last = add(3, tensor.bytes() * 8e-3 / link.downMbps(), link.rttMs() / 2, List.of(p));
          }
          work.get(last)[3] = 1;
        }
      }
      for (int v = 0; !outputs && v < tierOf.length; v++) {
        work.get(v)[3] = 1;
      }
      least = Double.POSITIVE_INFINITY;
      place(new double[work.size()], new boolean[work.size()], new double[4], 0);
      return least;
    }

    private void place(double[] end, boolean[] done, double[] free, double latest) {
      boolean all = true;
      for (int j = 0; j < work.size(); j++) {
        if (done[j]) {
          continue;
        }
        all = false;
        double ready = 0;
        for (int b : before.get(j)) {
          ready = done[b] ? Math.max(ready, end[b]) : Double.POSITIVE_INFINITY;
          if (!done[b]) {
            break;
          }
        }
        if (ready == Double.POSITIVE_INFINITY) {
          continue;
        }
        int resource = (int) work.get(j)[0];
        double ms = work.get(j)[1];
        double kept = free[resource];
        double finish = ms == 0 ? ready : Math.max(ready, kept) + ms;
        free[resource] = ms == 0 ? kept : finish;
        end[j] = finish + work.get(j)[2];
        done[j] = true;
        double next = work.get(j)[3] > 0 ? Math.max(latest, end[j]) : latest;
        if (next < least) {
          place(end, done, free, next);
        }
        done[j] = false;
        free[resource] = kept;
      }
      if (all) {
        least = Math.min(least, latest);
      }
    }
  }
}
