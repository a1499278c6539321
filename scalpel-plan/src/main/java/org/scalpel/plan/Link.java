package org.scalpel.plan;

/**
 * The connection between a tier and the next.
 *
 * @param upMbps rate away from the device, 10^6 bit/s; 0 = down, nothing crosses
 * @param downMbps rate towards the device, 10^6 bit/s; 0 = down
 * @param rttMs round trip, charged once by a plan that uses the link
 * @param mjPerMb energy per 10^6 bytes sent either way, millijoule
 * @param sharers so many devices share the link: its load counts so many times in the period
 */
public record Link(double upMbps, double downMbps, double rttMs, double mjPerMb, double sharers) {
  /** Checks every value. */
  public Link {
    Checks.nonNegative("up_mbps", upMbps);
    Checks.nonNegative("down_mbps", downMbps);
    Checks.nonNegative("rtt_ms", rttMs);
    Checks.nonNegative("mj_per_mb", mjPerMb);
    Checks.positive("sharers", sharers);
  }

  /** A link of one device that costs no energy. */
  public static Link of(double upMbps, double downMbps, double rttMs) {
    return new Link(upMbps, downMbps, rttMs, 0, 1);
  }

  /** The same link at other rates. */
  public Link withRates(double up, double down) {
    return new Link(up, down, rttMs, mjPerMb, sharers);
  }

  /** The same link, shared by so many devices. */
  public Link withSharers(double count) {
    return new Link(upMbps, downMbps, rttMs, mjPerMb, count);
  }
}
