package org.scalpel.plan;

/** How finely priced costs can be cut into whole numbers without their sum overflowing. */
final class Ticks {
  private static final double ROOM = 0x1p58;

  private Ticks() {}

  /** A power of two, at least nanoseconds. */
  static double finest(Instance in, Prices prices, Crossings crossings) {
    double total = 1e-300;
    for (int v = 0; v < in.layers; v++) {
      PlanLayer.Charges charges = in.problem.layers().get(v).charges();
      for (int k = 0; k < in.tiers; k++) {
        total +=
            prices.tier()[k] * in.compute[v * in.tiers + k]
                + prices.other().energy() * charges.energyMj(k)
                + prices.other().money() * charges.money(k)
                + (prices.other().memory().length == 0
                    ? 0
                    : prices.other().memory()[k] * charges.memoryMib());
      }
    }
    for (int at = 0; at < crossings.up.length; at++) {
      total += crossings.up[at] < Double.POSITIVE_INFINITY ? crossings.up[at] : 0;
      total += crossings.down[at] < Double.POSITIVE_INFINITY ? crossings.down[at] : 0;
    }
    for (int k = 0; k < in.links; k++) {
      total += prices.rtt()[k] * in.problem.links().get(k).rttMs();
    }
    double ticks = ROOM / total;
    return Math.max(
        CutOracle.TICKS_PER_MS, Math.min(0x1p200, Math.scalb(1.0, Math.getExponent(ticks))));
  }
}
