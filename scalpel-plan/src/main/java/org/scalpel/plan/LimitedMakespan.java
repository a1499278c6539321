package org.scalpel.plan;

import java.util.Arrays;

/**
 * A good assignment for the makespan under limits that concern it as a whole (caps, a bound on
 * loss): the cuts that other weights of links and tiers give, then moves of single layers, with
 * whatever has to follow, as long as that helps.
 */
final class LimitedMakespan {
  private static final double[] SCALES = {0.02, 0.25, 0.5, 0.75, 1.5, 3};
  private static final int WORK = 60_000;

  private final Setup setup;
  private final Instance in;
  private int evaluations;
  int[] best = new int[0];
  double value = Double.POSITIVE_INFINITY;

  LimitedMakespan(Setup setup) {
    this.setup = setup;
    in = setup.in();
  }

  LimitedMakespan run() {
    offer(setup.cheapest());
    for (double scale : SCALES) {
      if (setup.isLate()) {
        break;
      }
      offer(cut(scale, 1));
      offer(cut(1, scale));
    }
    improve();
    return this;
  }

  private int[] cut(double linkScale, double tierScale) {
    Prices own = setup.prices();
    double[] tier = own.tier().clone();
    for (int k = 0; k + 1 < in.tiers; k++) {
      tier[k] *= tierScale;
    }
    Prices scaled =
        new Prices(
            tier, times(own.up(), linkScale), times(own.down(), linkScale), own.rtt(), own.other());
    Crossings crossings = new Crossings(in, scaled, setup.maxLoss());
    return CutOracle.cut(in, setup.bounds(), scaled, crossings);
  }

  private static double[] times(double[] values, double factor) {
    return Arrays.stream(values).map(value -> value * factor).toArray();
  }

  /** Takes the assignment if it is better; true if it is. */
  boolean offer(int[] tierOf) {
    evaluations++;
    if (!setup.allows(tierOf)) {
      return false;
    }
    double cost = setup.value(tierOf);
    if (cost < value - 1e-12 * Math.abs(cost)) {
      value = cost;
      best = tierOf;
      return true;
    }
    return false;
  }

  private void improve() {
    Closure closure = new Closure(in);
    int most = evaluations + Math.max(40, Math.min(2_000, WORK / in.layers));
    boolean better = best.length > 0;
    while (better && evaluations < most && !setup.isLate()) {
      better = false;
      for (int i = 0; i < in.layers && evaluations < most && !setup.isLate(); i++) {
        int v = in.order[i];
        if (best[v] + 1 < in.tiers) {
          better |= offer(closure.raised(best, v, best[v] + 1));
        }
        if (best[v] > 0) {
          better |= offer(closure.lowered(best, v, best[v] - 1));
        }
      }
    }
  }
}
