package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsualTimeTest {
  private static final long USUAL = 60_000;
  private static final long INTERRUPTED = 4_000_000;
  private static final long LIMIT = 100_000;

  private final UsualTime time = new UsualTime();

  @Test
  void nothingIsKnownAtFirstAndTheFirstRunIsTakenAtItsWord() {
    assertThat(time.isBelow(Long.MAX_VALUE)).isFalse();
    time.took(USUAL);
    assertThat(time.isBelow(LIMIT)).isTrue();
  }

  @Test
  void interruptedRunsNowAndThenDoNotMakeItLong() {
    time.took(USUAL);
    for (int i = 0; i < 1_000; i++) {
      time.took(i % 5 == 0 ? INTERRUPTED : USUAL);
      assertThat(time.isBelow(LIMIT)).isTrue();
    }
  }

  @Test
  void runsThatBecameLongAreKnownSoonAndSoAreThoseThatBecameShort() {
    time.took(USUAL);
    for (int i = 0; i < 10; i++) {
      time.took(INTERRUPTED);
    }
    assertThat(time.isBelow(LIMIT)).isFalse();
    for (int i = 0; i < 5; i++) {
      time.took(USUAL);
    }
    assertThat(time.isBelow(LIMIT)).isTrue();
  }
}
