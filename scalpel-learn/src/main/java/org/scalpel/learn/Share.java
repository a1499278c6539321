package org.scalpel.learn;

/**
 * A share that was counted, with the 95 % interval of Wilson (1927): honest for few samples and
 * near 0 and 1, where the usual one is not.
 *
 * @param hits so many
 * @param of so many
 */
public record Share(long hits, long of) {
  private static final double Z = 1.959963984540054;

  /** Checks the counts. */
  public Share {
    if (hits < 0 || hits > of) {
      throw new LearnException(hits + " of " + of + "; expected a part of the whole");
    }
  }

  /** The share itself; NaN of nothing. */
  public double value() {
    return (double) hits / of;
  }

  /** The lower end of the interval; 0 of nothing. */
  public double low() {
    return of == 0 ? 0 : Math.max(0, middle() - reach());
  }

  /** The upper end of the interval; 1 of nothing. */
  public double high() {
    return of == 0 ? 1 : Math.min(1, middle() + reach());
  }

  private double middle() {
    return (value() + Z * Z / (2 * of)) / (1 + Z * Z / of);
  }

  private double reach() {
    double spread = value() * (1 - value()) / of + Z * Z / (4.0 * of * of);
    return Z * Math.sqrt(spread) / (1 + Z * Z / of);
  }
}
