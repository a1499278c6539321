package org.scalpel.tier;

/**
 * A link as its users see it now.
 *
 * @param upMbps away from the device, in 10^6 bit/s; NaN while nothing large enough went over it
 * @param downMbps towards the device; NaN likewise
 * @param rttMs there and back, the least of the last beats; NaN before the first
 * @param lost whether nothing is heard from its far end
 * @param samples how often the rate away from the device was seen so far
 */
public record LinkState(double upMbps, double downMbps, double rttMs, boolean lost, long samples) {
  /** Nothing is known. */
  public static final LinkState UNKNOWN =
      new LinkState(Double.NaN, Double.NaN, Double.NaN, false, 0);
}
