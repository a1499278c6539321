package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/** Three programs that share nothing but the problem find the same least latency. */
class TextbookNetworkTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 2", "30, 3", "100, 4", "300, 5", "1000, 6"})
  void plannerAndLibrariesAgree(int layers, long seed) {
    Problem problem = SyntheticProblem.of(layers, seed);
    double ours =
        Planner.algorithm("mincut").plan(problem, Request.of(Objective.LATENCY)).score().valueMs();
    TextbookNetwork network = new TextbookNetwork(problem);
    assertThat(network.orTools()).isCloseTo(ours, withinPercentage(1e-4));
    assertThat(network.jgrapht()).isCloseTo(ours, withinPercentage(1e-4));
  }
}
