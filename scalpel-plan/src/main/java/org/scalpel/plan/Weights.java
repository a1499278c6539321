package org.scalpel.plan;

/**
 * What the objective sums.
 *
 * @param latency weight of a millisecond
 * @param energy weight of a millijoule
 * @param money weight of a unit of money
 */
public record Weights(double latency, double energy, double money) {
  /** Latency alone. */
  public static final Weights LATENCY = new Weights(1, 0, 0);

  /** Checks the values. */
  public Weights {
    Checks.nonNegative("weights.latency", latency);
    Checks.nonNegative("weights.energy", energy);
    Checks.nonNegative("weights.money", money);
  }
}
