package org.scalpel.plan;

/**
 * The most that a partition, or a mix on average, may use of one thing.
 *
 * @param name as the user gave it, as in "max-tier-ms cloud=5.0"
 * @param what the thing
 * @param place its tier or link, 0 where it has none
 * @param most the cap
 */
record Cap(String name, What what, int place, double most) {
  /**
   * What can be capped: every one is a sum over layers and crossings, so a price on it is a cut.
   */
  enum What {
    TIER_MS,
    MEMORY_MIB,
    UP_BYTES,
    DOWN_BYTES,
    ENERGY_MJ,
    MONEY,
    LATENCY_MS,
    LOSS
  }

  /** Bytes per millisecond at 1 Mbps. */
  private static final double BYTES_PER_MS = 125;

  /** How much of it a partition uses. */
  double used(Loads loads) {
    return switch (what) {
      case TIER_MS -> loads.tier[place];
      case MEMORY_MIB -> loads.memoryMib[place];
      case UP_BYTES -> loads.upBytes[place];
      case DOWN_BYTES -> loads.downBytes[place];
      case ENERGY_MJ -> loads.energyMj;
      case MONEY -> loads.money;
      case LATENCY_MS -> loads.latencyMs();
      case LOSS -> loads.loss;
    };
  }

  /**
   * How much of it a price sees: what is used, except that a cut weighs a loss by the probability
   * of its crossing, which is less.
   */
  double priced(Loads loads) {
    return what == What.LOSS ? loads.expectedLoss : used(loads);
  }

  /** The cap, a little loosened against rounding. */
  double loosened() {
    return most * (1 + 1e-12) + 1e-9;
  }

  /** {@code prices} with {@code price} per unit added; changes the arrays of {@code prices}. */
  Prices add(Prices prices, Instance in, double price) {
    Prices.Other other = prices.other();
    switch (what) {
      case TIER_MS -> prices.tier()[place] += price;
      case UP_BYTES ->
          prices.up()[place] += price * BYTES_PER_MS * in.problem.links().get(place).upMbps();
      case DOWN_BYTES ->
          prices.down()[place] += price * BYTES_PER_MS * in.problem.links().get(place).downMbps();
      case LATENCY_MS -> addEverywhere(prices, price);
      case MEMORY_MIB -> {
        double[] memory =
            other.memory().length == 0 ? new double[in.tiers] : other.memory().clone();
        memory[place] += price;
        return prices.withOther(other.withMemory(memory));
      }
      case ENERGY_MJ -> {
        return prices.withOther(other.withEnergy(other.energy() + price));
      }
      case MONEY -> {
        return prices.withOther(other.withMoney(other.money() + price));
      }
      case LOSS -> {
        return prices.withOther(other.withLoss(other.loss() + price));
      }
    }
    return prices;
  }

  private static void addEverywhere(Prices prices, double price) {
    for (double[] part : new double[][] {prices.tier(), prices.up(), prices.down(), prices.rtt()}) {
      for (int i = 0; i < part.length; i++) {
        part[i] += price;
      }
    }
  }
}
