package org.scalpel.live;

import java.util.OptionalInt;
import org.scalpel.tier.LinkState;

/**
 * When one link is probed, and with how much. A probe takes the link a twentieth of the pause
 * between two probes: on a thin link it is small, and whether the link became better shows in how
 * quickly it came through, not in the rate that such a small message would give.
 */
final class ProbeTurns {
  static final int LEAST_BYTES = 2 << 10;
  static final int MOST_BYTES = 96 << 10;
  // Of a link of which nothing is known: enough for a first sample of its rate.
  static final int FIRST_BYTES = 24 << 10;
  private static final double PAUSE_MS = 3_000;
  private static final double MOST_PAUSE_MS = 120_000;
  private static final double SHARE = 0.05;
  // One that takes less than this part of what the known rate allows says that the rate is wrong.
  private static final double QUICK = 0.7;
  // What follows then shall take the link so long: one sample of its rate each.
  private static final double FOLLOWING_MS = 60;
  private static final double KBIT_PER_BYTE = 8e-3;

  private long samples = -1;
  private long seenAt;

  /** Begins to wait at {@code now}, on {@link System#nanoTime}. */
  ProbeTurns(long now) {
    seenAt = now;
  }

  /** The bytes to send now; empty while requests show the link, or it rests, or it is lost. */
  OptionalInt due(LinkState link, long now) {
    if (link.samples() != samples) {
      samples = link.samples();
      seenAt = now;
    }
    int bytes = bytes(link.upMbps());
    if (link.lost() || (now - seenAt) / 1e6 <= pauseMs(link.upMbps(), bytes)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(bytes);
  }

  /** One was sent and came back, and the link has been seen so often since. */
  void sent(LinkState link, long now) {
    samples = link.samples();
    seenAt = now;
  }

  private static int bytes(double mbps) {
    if (Double.isNaN(mbps)) {
      return FIRST_BYTES;
    }
    return bounded(SHARE * PAUSE_MS * mbps / KBIT_PER_BYTE, LEAST_BYTES);
  }

  private static int bounded(double bytes, int least) {
    return (int) Math.max(least, Math.min(MOST_BYTES, bytes));
  }

  private static double pauseMs(double mbps, int bytes) {
    double takes = Double.isNaN(mbps) ? 0 : bytes * KBIT_PER_BYTE / mbps;
    return Math.min(MOST_PAUSE_MS, Math.max(PAUSE_MS, takes / SHARE));
  }

  /** What a probe says about the rate: too quick for the known one, so there is more to learn. */
  static boolean isNews(LinkState link, int bytes, double tookMs) {
    return !(onTheLink(link, tookMs) >= QUICK * bytes * KBIT_PER_BYTE / link.upMbps());
  }

  /** The size of the next one, after one that was news. */
  static int following(LinkState link, int bytes, double tookMs) {
    double mbps = bytes * KBIT_PER_BYTE / Math.max(0.1, onTheLink(link, tookMs));
    return bounded(FOLLOWING_MS * mbps / KBIT_PER_BYTE, FIRST_BYTES);
  }

  private static double onTheLink(LinkState link, double tookMs) {
    return Double.isNaN(link.rttMs()) ? tookMs : tookMs - link.rttMs();
  }
}
