package org.scalpel.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.scalpel.tier.LinkState;

/** Probes cost little, come soon enough, and are believed only when they say something. */
class ProbeTurnsTest {
  private static LinkState link(double mbps, long samples) {
    return new LinkState(mbps, mbps, 5, false, samples);
  }

  private static long ms(double value) {
    return (long) (value * 1e6);
  }

  private static double takesMs(int bytes, double mbps) {
    return bytes * 8e-3 / mbps;
  }

  /** Asks every 50 ms of the clock; when the first probe was due. */
  private static double firstDueMs(LinkState link) {
    ProbeTurns turns = new ProbeTurns(0);
    for (double now = 0; now < 200_000; now += 50) {
      if (turns.due(link, ms(now)).isPresent()) {
        return now;
      }
    }
    return Double.NaN;
  }

  @Test
  void aQuietLinkIsProbedAfterThreeSecondsAndTakesATwentiethOfItsTime() {
    for (double mbps : new double[] {0.13, 1.1, 5.85, 18.88, 1000}) {
      ProbeTurns turns = new ProbeTurns(0);
      assertThat(turns.due(link(mbps, 0), ms(0))).isEmpty();
      assertThat(turns.due(link(mbps, 0), ms(2_900))).isEmpty();
      OptionalInt bytes = turns.due(link(mbps, 0), ms(3_100));
      assertThat(bytes).as("at %s Mbit/s", mbps).isPresent();
      assertThat(takesMs(bytes.getAsInt(), mbps)).isLessThanOrEqualTo(155);
      assertThat(bytes.getAsInt()).isBetween(ProbeTurns.LEAST_BYTES, ProbeTurns.MOST_BYTES);
    }
  }

  @Test
  void onTheThinnestLinksTheyAreRare() {
    assertThat(firstDueMs(link(0.01, 0))).isBetween(30_000.0, 34_000.0);
    assertThat(firstDueMs(link(1e-6, 0))).isLessThan(121_000);
  }

  @Test
  void requestsThatShowTheLinkAndProbesThemselvesPutTheNextOff() {
    ProbeTurns turns = new ProbeTurns(0);
    assertThat(turns.due(link(1.1, 5), ms(2_500))).isEmpty();
    assertThat(turns.due(link(1.1, 5), ms(5_000))).isEmpty();
    assertThat(turns.due(link(1.1, 5), ms(5_600))).isPresent();
    turns.sent(link(1.1, 6), ms(5_700));
    assertThat(turns.due(link(1.1, 6), ms(8_600))).isEmpty();
    assertThat(turns.due(link(1.1, 6), ms(8_800))).isPresent();
  }

  @Test
  void aLostLinkIsNotProbed() {
    LinkState lost = new LinkState(1.1, 1.1, 5, true, 0);
    assertThat(new ProbeTurns(0).due(lost, ms(100_000))).isEmpty();
  }

  @Test
  void oneThatComesThroughMuchQuickerIsNewsAndTheNextIsLarger() {
    LinkState thin = link(1.1, 0);
    int bytes = 20_000;
    assertThat(ProbeTurns.isNews(thin, bytes, 5 + takesMs(bytes, 1.1))).isFalse();
    assertThat(ProbeTurns.isNews(thin, bytes, 5 + takesMs(bytes, 0.5))).isFalse();
    double quick = 5 + takesMs(bytes, 18.88);
    assertThat(ProbeTurns.isNews(thin, bytes, quick)).isTrue();
    assertThat(ProbeTurns.following(thin, bytes, quick)).isGreaterThan(90_000);
    assertThat(ProbeTurns.isNews(LinkState.UNKNOWN, bytes, 1_000)).isTrue();
    assertThat(ProbeTurns.following(thin, bytes, 0)).isEqualTo(ProbeTurns.MOST_BYTES);
  }
}
