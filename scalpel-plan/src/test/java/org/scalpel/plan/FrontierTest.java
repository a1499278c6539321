package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The latency–cost frontier, the direct link, and what the explanation says. */
class FrontierTest {
  private static final Request LATENCY = Request.of(Objective.LATENCY);

  @Test
  void noPartitionLiesBelowTheFrontier() {
    for (int i = 0; i < 60; i++) {
      int tiers = 2 + i % 2;
      Problem problem = new RandomProblems(i).next(2 + i % 6, tiers);
      String last = "tier" + (tiers - 1);
      List<CostFrontier.Point> points = CostFrontier.of(problem, LATENCY, last);
      Reference reference = new Reference(problem);
      for (double price : new double[] {0, 0.3, 1, 3, 10}) {
        double hull =
            points.stream()
                .mapToDouble(p -> p.latencyMs() + price * p.tierMs())
                .min()
                .orElseThrow();
        double best =
            reference.least(
                Map.of(),
                tierOf -> reference.sum(tierOf) + price * reference.loads(tierOf)[tiers - 1]);
        assertThat(hull).as("problem " + i + " price " + price).isCloseTo(best, within(1e-6));
      }
    }
  }

  @Test
  void aDirectLinkIsTakenWhereItIsBetter() {
    Problem problem = Examples.example();
    Plan relayed = Planner.plan(problem, LATENCY);
    assertThat(DirectLink.plan(problem, Link.of(0.1, 0.1, 50), LATENCY).valueMs())
        .isEqualTo(relayed.valueMs());
    Plan direct = DirectLink.plan(problem, Link.of(1000, 1000, 1), LATENCY);
    assertThat(direct.valueMs()).isLessThan(relayed.valueMs());
    assertThat(direct.main().assignment()).containsValue("cloud").doesNotContainValue("edge");
  }

  @Test
  void theExplanationNamesTheLimitTheProofAndTheNextPlan() {
    Problem problem = Examples.example();
    List<String> sentences =
        Planner.explain(problem, LATENCY, Planner.plan(problem, LATENCY)).explanation();
    assertThat(sentences).anyMatch(text -> text.contains("device->edge"));
    assertThat(sentences).anyMatch(text -> text.contains("proven best"));
    assertThat(sentences).anyMatch(text -> text.contains("Splitting helps"));
    assertThat(sentences).anyMatch(text -> text.contains("another plan is best below"));
  }
}
