package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final int REQUESTS = 2_000;

  @Test
  void theFewestRequestsThatReachThePeriodAreNamed() {
    Window window = new Window(20, 65);

    assertThat(window.least()).isEqualTo(4);
    assertThat(window.steps()).containsExactly(1, 2, 4, 8);
    assertThat(window.mostPerSecond(1)).isCloseTo(1000 / 65.0, within(1e-9));
    assertThat(window.mostPerSecond(4)).isCloseTo(50, within(1e-9));
    assertThat(window.leastLatencyMs(1)).isEqualTo(65);
    assertThat(window.leastLatencyMs(8)).isEqualTo(160);
  }

  @Test
  void onePartitionReachesBothBoundsWithEveryNumberInFlight() {
    RandomProblems problems = new RandomProblems(5);
    for (int trial = 0; trial < 200; trial++) {
      Problem problem = problems.next(1 + trial % 9, 2 + trial % 3);
      Plan plan = Planner.plan(problem, Request.of(Objective.LATENCY));
      Window window = Window.of(plan);
      if (!(window.periodMs() > 1e-6)) {
        continue;
      }
      for (int n : window.steps()) {
        double period = simulated(plan.main(), n);
        assertThat(1e3 / period).isCloseTo(window.mostPerSecond(n), within(2e-3 * 1e3 / period));
      }
    }
  }

  @Test
  void aPlanForThroughputCarriesItsWindow() {
    Plan plan = Planner.plan(Examples.example(), Request.of(Objective.THROUGHPUT));

    assertThat(PlanJson.node(plan).at("/window/least").asInt()).isEqualTo(4);
    assertThat(PlanJson.node(plan).at("/window/steps/0/in_flight").asInt()).isEqualTo(1);
    assertThat(PlanJson.read(PlanJson.write(plan), "plan").partitions())
        .isEqualTo(plan.partitions());
    assertThat(
            Planner.explain(Examples.example(), Request.of(Objective.THROUGHPUT), plan)
                .explanation())
        .anyMatch(sentence -> sentence.contains("keep at least 4 requests in flight"));
  }

  /**
   * The mean time between answers when n requests are always in flight: each goes through the
   * stages in order, a stage serves one at a time, round trips hold nobody up.
   */
  private static double simulated(Partition partition, int inFlight) {
    Map<String, Double> stages = partition.stagesMs();
    double[] free = new double[stages.size()];
    double[] done = new double[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      double at = i < inFlight ? 0 : done[i - inFlight];
      int s = 0;
      for (Map.Entry<String, Double> stage : stages.entrySet()) {
        if (stage.getKey().equals("rtt")) {
          at += stage.getValue();
        } else {
          at = Math.max(at, free[s]) + stage.getValue();
          free[s] = at;
        }
        s++;
      }
      done[i] = at;
    }
    int half = REQUESTS / 2;
    return (done[REQUESTS - 1] - done[half - 1]) / (REQUESTS - half);
  }
}
