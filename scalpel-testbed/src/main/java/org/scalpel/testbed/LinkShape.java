package org.scalpel.testbed;

/**
 * What a link is like at one moment.
 *
 * @param upMbps 10^6 bit/s from the listening side towards the target; 0 = nothing passes; {@link
 *     Double#POSITIVE_INFINITY} = not limited
 * @param downMbps the same, from the target back
 * @param rttMs round-trip propagation delay; half of it passes in each direction
 */
public record LinkShape(double upMbps, double downMbps, double rttMs) {
  /** A link that changes nothing. */
  public static final LinkShape UNLIMITED =
      new LinkShape(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0);

  /** Checks the ranges. */
  public LinkShape {
    checkRate("up", upMbps);
    checkRate("down", downMbps);
    if (!(rttMs >= 0 && rttMs <= 60_000)) {
      throw new TestbedException("link rtt " + rttMs + " ms: expected 0…60000");
    }
  }

  /** The same rate both ways. */
  public static LinkShape symmetric(double mbps, double rttMs) {
    return new LinkShape(mbps, mbps, rttMs);
  }

  private static void checkRate(String direction, double mbps) {
    boolean limited = mbps >= 0 && mbps <= 1_000_000;
    if (!limited && mbps != Double.POSITIVE_INFINITY) {
      throw new TestbedException(
          "link " + direction + " rate " + mbps + " Mbps: expected 0…1000000 or infinity");
    }
  }
}
