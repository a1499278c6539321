package org.scalpel.plan;

import java.math.BigInteger;

/**
 * What one partition costs as a function of x = 1/bandwidth: {@code intercept + slope · x}, in
 * whole units so that lines are compared exactly. Intercepts are nanoseconds, slopes nanoseconds ·
 * Mbps.
 */
record Line(long intercept, long slope) {
  private static final double NANOS = 1e6;

  /** From milliseconds and milliseconds · Mbps. */
  static Line of(double interceptMs, double slopeMsMbps) {
    return new Line(Math.round(interceptMs * NANOS), Math.round(slopeMsMbps * NANOS));
  }

  /** The value at 1/{@code mbps}, ms. */
  double at(double mbps) {
    return intercept / NANOS + slope / NANOS / mbps;
  }

  /** The bandwidth at which this line meets one of smaller slope and larger intercept. */
  double meets(Line flatter) {
    return (double) (slope - flatter.slope) / (flatter.intercept - intercept);
  }

  /** True if this line is strictly below the point where {@code left} and {@code right} meet. */
  boolean belowMeeting(Line left, Line right) {
    BigInteger run = BigInteger.valueOf(left.slope).subtract(BigInteger.valueOf(right.slope));
    BigInteger rise =
        BigInteger.valueOf(right.intercept).subtract(BigInteger.valueOf(left.intercept));
    return scaled(run, rise).compareTo(left.scaled(run, rise)) < 0;
  }

  /** The value at x = rise/run, times run. */
  private BigInteger scaled(BigInteger run, BigInteger rise) {
    return BigInteger.valueOf(intercept)
        .multiply(run)
        .add(BigInteger.valueOf(slope).multiply(rise));
  }
}
