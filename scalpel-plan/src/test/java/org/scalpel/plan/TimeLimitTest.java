package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A limit that is reached gives the best so far with a bound that still holds. */
class TimeLimitTest {
  private static final Duration AT_ONCE = Duration.ofNanos(1);

  @ParameterizedTest
  @EnumSource(Objective.class)
  void theBestSoFarComesWithABoundThatHolds(Objective objective) {
    RandomProblems problems = new RandomProblems(77);
    for (int trial = 0; trial < 40; trial++) {
      Problem problem = problems.next(3 + trial % 6, 2 + trial % 2);
      Request request = Request.of(objective);
      Plan hurried = Planner.plan(problem, request.withTimeLimit(AT_ONCE));
      Plan patient = Planner.plan(problem, request);

      assertThat(hurried.partitions()).allMatch(Partition::valid);
      assertThat(hurried.boundMs()).isLessThanOrEqualTo(patient.valueMs() * (1 + 1e-9));
      assertThat(hurried.valueMs()).isGreaterThanOrEqualTo(patient.boundMs() * (1 - 1e-9));
    }
  }

  @ParameterizedTest
  @EnumSource(Objective.class)
  void thousandsOfLayersAreAnsweredWithinALimitThatIsTooShort(Objective objective) {
    Problem problem = BigProblems.inception(3_000, 3, 7);
    Request request = Request.of(objective).withTimeLimit(Duration.ofMillis(50));

    Plan plan = Planner.plan(problem, request);

    assertThat(plan.partitions()).allMatch(Partition::valid);
    assertThat(plan.boundMs()).isLessThanOrEqualTo(plan.valueMs());
  }

  @Test
  void aCapIsKeptWithinALimitThatIsTooShort() {
    Problem problem = BigProblems.inception(3_000, 3, 7);
    Limits limits = Limits.NONE.maxTierMs(problem.tiers().get(2).name(), 20);
    Request request =
        Request.of(Objective.LATENCY).withTimeLimit(Duration.ofMillis(1)).withLimits(limits);

    Plan capped = Planner.plan(problem, request);

    assertThat(capped.main().valid()).isTrue();
    assertThat(capped.boundMs()).isLessThanOrEqualTo(capped.valueMs());
  }
}
