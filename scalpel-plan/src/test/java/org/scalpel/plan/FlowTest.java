package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our maximum flow against other people's on the same networks. */
class FlowTest {
  private static FlowNetwork network(Problem problem) {
    Setup setup = Setup.of(problem, Request.of(Objective.LATENCY));
    return CutOracle.network(setup.in(), setup.bounds(), setup.prices(), setup.crossings());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void equalsOrToolsAndJgraphtOnRandomGraphs(int tiers) {
    RandomProblems problems = new RandomProblems(tiers).codecs().reach();
    for (int i = 0; i < 60; i++) {
      FlowNetwork network = network(problems.next(5 + 5 * (i % 10), tiers));
      long ours = new PushRelabel(network).run();
      assertThat(ours).isEqualTo(OracleFlows.orTools(network));
      assertThat((double) ours).isEqualTo(OracleFlows.jgrapht(network));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 3_000, 30_000})
  void equalsOrToolsOnLargeGraphs(int layers) {
    FlowNetwork network = network(BigProblems.inception(layers, 3, layers));
    assertThat(new PushRelabel(network).run()).isEqualTo(OracleFlows.orTools(network));
  }
}
