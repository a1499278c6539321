package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LinkRateTest {
  private static final Percentage CLOSE = Percentage.withPercentage(1);

  private final LinkRate rate = new LinkRate();

  /** What a link of a rate carries in the time of a sample, in pieces as beats tell of them. */
  private void carry(double mbps, double seconds) {
    for (int i = 0; i < 10; i++) {
      rate.add(new Intake.Totals((long) (mbps * 1e6 / 8 * seconds / 10), (long) (seconds * 1e8)));
    }
  }

  @Test
  void nothingIsKnownBeforeASample() {
    rate.add(new Intake.Totals(LinkRate.SAMPLE_BYTES - 1, LinkRate.SAMPLE_NS));
    assertThat(rate.mbps()).isNaN();
    rate.add(new Intake.Totals(1, 0));
    assertThat(rate.mbps()).isPositive();
  }

  @Test
  void oneLateReaderChangesNothing() {
    carry(100, 1);
    for (double late : new double[] {250, 100, 40, 100}) {
      rate.add(new Intake.Totals((long) (late * 1e6 / 8 * 0.041), 41_000_000));
    }
    assertThat(rate.mbps()).isCloseTo(100, CLOSE);
  }

  @Test
  void aLinkThatFellIsKnownBeforeSixtyFourKilobytesCame() {
    carry(18.88, 1);
    double seconds = (64 << 10) * 8 / 1.1e6;
    for (int i = 0; i < 10; i++) {
      carry(1.1, seconds / 10);
    }
    assertThat(rate.mbps()).isCloseTo(1.1, CLOSE);
  }

  @Test
  void smallChangesAreSmoothed() {
    carry(100, 1);
    carry(110, 0.05);
    assertThat(rate.mbps()).isBetween(100.5, 109.5);
  }
}
