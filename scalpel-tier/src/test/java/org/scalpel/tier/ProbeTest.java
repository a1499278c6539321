package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that nobody needs show what a link carries, also one behind the first. */
@Timeout(60)
class ProbeTest {
  private static final int MUCH = 2 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path store;

  @Test
  void aLinkBehindTheFirstIsSeenWhenItIsProbed() {
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build())) {
      TierClient next = device.next().orElseThrow();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (next.links().size() < 2 || next.links().get(1).samples() == 0) {
        assertThat(System.nanoTime()).as("a rate of the second link").isLessThan(end);
        assertThat(next.probe(1, MUCH, LIMIT)).isPositive();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      assertThat(next.links().get(1).upMbps()).isPositive();
      assertThat(next.links().get(0).samples()).as("nothing went over the first link").isZero();
    }
  }

  @Test
  void whatCannotBeProbedIsRefused() {
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build())) {
      TierClient next = device.next().orElseThrow();
      assertThat(next.probe(0, 0, LIMIT)).isPositive();
      assertThatThrownBy(() -> next.probe(2, MUCH, LIMIT))
          .hasMessageContaining("'cloud' has none behind it");
      assertThatThrownBy(() -> next.probe(1, 1 << 30, LIMIT)).hasMessageContaining("a ping of");
      assertThatThrownBy(() -> next.probe(99, 1, LIMIT)).hasMessageContaining("over 99 links");
    }
  }
}
