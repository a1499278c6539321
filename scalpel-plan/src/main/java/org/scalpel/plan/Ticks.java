package org.scalpel.plan;

/** How finely priced costs can be cut into whole numbers without their sum overflowing. */
final class Ticks {
  private static final double ROOM = 0x1p58;

  private Ticks() {}

  /** A power of two, at least nanoseconds. */
  static double finest(Instance in, Prices prices, Crossings crossings) {
    double total = compute(in, prices);
    for (int at = 0; at < crossings.up.length; at++) {
      total += finite(crossings.up[at]) + finite(crossings.down[at]);
    }
    double ticks = ROOM / total;
    return Math.max(
        CutOracle.TICKS_PER_MS, Math.min(0x1p200, Math.scalb(1.0, Math.getExponent(ticks))));
  }

  /** More than any partition costs, whatever codecs it takes. */
  static double most(Instance in, Prices prices, Crossings crossings) {
    double total = compute(in, prices);
    for (int t = 0; t < in.tensors; t++) {
      for (int k = 0; k < in.links; k++) {
        double up = finite(crossings.up[t * in.links + k]);
        double down = finite(crossings.down[t * in.links + k]);
        for (int c = 0; c < crossings.ways(t); c++) {
          up = Math.max(up, finite(crossings.costOf(t, k, true, c)));
          down = Math.max(down, finite(crossings.costOf(t, k, false, c)));
        }
        total += up + down;
      }
    }
    return total;
  }

  private static double compute(Instance in, Prices prices) {
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
    for (int k = 0; k < in.links; k++) {
      total += prices.rtt()[k] * in.problem.links().get(k).rttMs();
    }
    return total;
  }

  private static double finite(double value) {
    return value < Double.POSITIVE_INFINITY ? value : 0;
  }
}
