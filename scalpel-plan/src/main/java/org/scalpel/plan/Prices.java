package org.scalpel.plan;

import java.util.Arrays;

/**
 * What a unit of each resource costs in a weighted sum. With every price 1 the sum is the serial
 * latency; other prices make the oracle of a mix, a Lagrangian or a frontier.
 *
 * <p>Prices are never compared, so arrays do no harm.
 *
 * @param tier per ms of work on a tier
 * @param up per ms of sending on a link away from the device
 * @param down per ms of sending on a link towards the device
 * @param rtt per ms of round trip
 * @param other per unit of what is not time
 */
@SuppressWarnings("ArrayRecordComponent")
record Prices(double[] tier, double[] up, double[] down, double[] rtt, Other other) {

  /**
   * Prices of what is not time.
   *
   * @param energy per millijoule
   * @param money per unit of money
   * @param loss per unit of accuracy lost by codecs
   * @param memory per MiB on a tier; empty = free
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Other(double energy, double money, double loss, double[] memory) {
    static final Other FREE = new Other(0, 0, 0, new double[0]);

    Other withEnergy(double price) {
      return new Other(price, money, loss, memory);
    }

    Other withMoney(double price) {
      return new Other(energy, price, loss, memory);
    }

    Other withLoss(double price) {
      return new Other(energy, money, price, memory);
    }

    Other withMemory(double[] prices) {
      return new Other(energy, money, loss, prices);
    }
  }

  /** The prices that the problem's own weights give. */
  static Prices of(Problem problem) {
    Weights weights = problem.options().weights();
    int tiers = problem.tiers().size();
    return new Prices(
        filled(tiers, weights.latency()),
        filled(tiers - 1, weights.latency()),
        filled(tiers - 1, weights.latency()),
        filled(tiers - 1, weights.latency()),
        new Other(weights.energy(), weights.money(), 0, new double[0]));
  }

  /** Everything is free. */
  static Prices zero(Instance in) {
    return new Prices(
        new double[in.tiers],
        new double[in.links],
        new double[in.links],
        new double[in.links],
        Other.FREE);
  }

  Prices copy() {
    return new Prices(tier.clone(), up.clone(), down.clone(), rtt.clone(), other);
  }

  /** What a partition costs at these prices, as a cut sees it. */
  double value(Loads loads) {
    double sum =
        dot(tier, loads.tier) + dot(up, loads.up) + dot(down, loads.down) + dot(rtt, loads.rtt);
    sum += other.energy() == 0 ? 0 : other.energy() * loads.energyMj;
    sum += other.money() == 0 ? 0 : other.money() * loads.money;
    sum += other.loss() == 0 ? 0 : other.loss() * loads.expectedLoss;
    return other.memory().length == 0 ? sum : sum + dot(other.memory(), loads.memoryMib);
  }

  private static double dot(double[] prices, double[] amounts) {
    double sum = 0;
    for (int i = 0; i < prices.length; i++) {
      sum += prices[i] == 0 ? 0 : prices[i] * amounts[i];
    }
    return sum;
  }

  Prices withOther(Other value) {
    return new Prices(tier, up, down, rtt, value);
  }

  static double[] filled(int count, double value) {
    double[] array = new double[count];
    Arrays.fill(array, value);
    return array;
  }
}
