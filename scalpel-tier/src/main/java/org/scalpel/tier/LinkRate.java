package org.scalpel.tier;

/**
 * The rate of one direction of a link, from samples of what it carried while it was busy. Small
 * changes are smoothed; a large one is believed as soon as enough bytes came at the new rate, so
 * that the next request already knows. Thread-safe.
 */
final class LinkRate {
  /** What one sample needs at least: fewer bytes may come in one piece, however thin the link. */
  static final long SAMPLE_BYTES = 32 << 10;

  private static final double STEP = Math.log(1.25);
  private static final double SMOOTHING = 0.3;
  // Beyond it the reading thread is what is measured.
  private static final double MOST_MBPS = 10_000;

  private long bytes;
  private long nanos;
  private double mbps = Double.NaN;
  private long samples;

  /** So many bytes came in so much time. */
  synchronized void add(Intake.Totals carried) {
    bytes += carried.bytes();
    nanos += carried.nanos();
    if (bytes < SAMPLE_BYTES) {
      return;
    }
    double sample = Math.min(MOST_MBPS, bytes * 8e3 / Math.max(1, nanos));
    double change = Math.log(sample / mbps);
    mbps =
        Double.isNaN(mbps) || Math.abs(change) > STEP
            ? sample
            : mbps * Math.exp(SMOOTHING * change);
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
