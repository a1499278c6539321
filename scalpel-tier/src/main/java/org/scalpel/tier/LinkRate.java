package org.scalpel.tier;

/**
 * The rate of one direction of a link, from samples of what it carried while it was busy. Small
 * changes are smoothed; a large one is believed when a second sample says so too, so that one late
 * reader changes nothing and a link that changed is known soon. Thread-safe.
 */
final class LinkRate {
  /** What one sample needs at least: fewer bytes may come in one piece, however thin the link. */
  static final long SAMPLE_BYTES = 16 << 10;

  /**
   * A reader that comes late finds a heap of bytes: over less time that looks like another link.
   */
  static final long SAMPLE_NS = 40_000_000;

  /** So many are enough whatever their time. */
  static final long MANY_BYTES = 256 << 10;

  private static final double STEP = Math.log(1.25);
  private static final double SMOOTHING = 0.3;
  // Beyond it the reading thread is what is measured.
  private static final double MOST_MBPS = 10_000;

  private long bytes;
  private long nanos;
  private double mbps = Double.NaN;
  private double suspected;
  private long samples;

  /** So many bytes came in so much time. */
  synchronized void add(Intake.Totals carried) {
    bytes += carried.bytes();
    nanos += carried.nanos();
    if (bytes < SAMPLE_BYTES || (nanos < SAMPLE_NS && bytes < MANY_BYTES)) {
      return;
    }
    double sample = Math.min(MOST_MBPS, bytes * 8e3 / Math.max(1, nanos));
    double change = Math.log(sample / mbps);
    if (Double.isNaN(mbps) || (Math.abs(change) > STEP && change * suspected > 0)) {
      mbps = sample;
      suspected = 0;
    } else if (Math.abs(change) > STEP) {
      suspected = change;
    } else {
      mbps *= Math.exp(SMOOTHING * change);
      suspected = 0;
    }
    bytes = 0;
    nanos = 0;
    samples++;
  }

  /** In 10^6 bit/s; NaN before the first sample. */
  synchronized double mbps() {
    return mbps;
  }

  /** How often the rate was seen. */
  synchronized long samples() {
    return samples;
  }
}
