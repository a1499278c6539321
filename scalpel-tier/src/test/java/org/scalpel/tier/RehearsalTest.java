package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RehearsalTest {
  @Test
  void requestsPassUntilThereWereEnoughOrTimeIsOver() {
    assertThat(Rehearsal.run(20, Duration.ofSeconds(30))).isEqualTo(20);
    assertThat(Rehearsal.run(Duration.ZERO)).isZero();
  }
}
