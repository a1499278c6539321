package org.scalpel.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which plan is better now, and when that is worth a move. */
class StandingTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  @Test
  void whatIsInTimeComesFirstThenTheMoreAccurateThenTheFaster() {
    Standing late = new Standing(true, 0.9, 60);
    Standing later = new Standing(true, 0.95, 80);
    Standing rough = new Standing(false, 0.7, 10);
    Standing good = new Standing(false, 0.8, 40);
    Standing same = new Standing(false, 0.8, 30);
    assertThat(List.of(later, late, good, rough, same).stream().sorted())
        .containsExactly(same, good, rough, late, later);
  }

  @Test
  void withoutExitsAPartOfTheCostMustBeSaved() {
    Standing there = new Standing(false, 1, 100);
    assertThat(new Standing(false, 1, 96).isWorthLeaving(there, 0.05, INFINITE)).isFalse();
    assertThat(new Standing(false, 1, 94).isWorthLeaving(there, 0.05, INFINITE)).isTrue();
    assertThat(
            new Standing(false, 1, 94)
                .isWorthLeaving(new Standing(false, 1, INFINITE), 0.05, INFINITE))
        .isTrue();
  }

  @Test
  void aBrokenDeadlineIsLeftAndAccuracyIsTakenOnlyWithRoomToTheDeadline() {
    Standing late = new Standing(true, 0.9, 60);
    Standing rough = new Standing(false, 0.7, 30);
    assertThat(rough.isWorthLeaving(late, 0.05, 47.5)).isTrue();
    assertThat(late.isWorthLeaving(rough, 0.05, 47.5)).isFalse();
    Standing tight = new Standing(false, 0.9, 49);
    assertThat(tight.isWorthLeaving(rough, 0.05, 47.5)).isFalse();
    Standing roomy = new Standing(false, 0.9, 47);
    assertThat(roomy.isWorthLeaving(rough, 0.05, 47.5)).isTrue();
  }
}
