package org.scalpel.plan;

/**
 * The end–edge–cloud search for two partition points (Liu et al., FGCS 140, 2023, as far as its
 * abstract tells), on a graph taken as a chain in topological order: all cut positions, one per
 * link, in time linear in layers times tiers, because a running minimum over the earlier cut is
 * enough.
 *
 * <p>With p layers on the end device and q − p on the edge: T(p,q) = end(p) + link₀(p) + edge(p,q)
 * + link₁(q) + cloud(q). More tiers have more points, two tiers have one.
 */
final class TwoCut extends Solver {
  @Override
  public String name() {
    return "two-cut";
  }

  @Override
  Plan solve(Setup setup, long start) {
    Instance in = setup.in();
    ChainCosts chain = new ChainCosts(setup);
    double[] best = new double[in.layers + 1];
    int[][] choice = new int[in.tiers][in.layers + 1];
    for (int i = 0; i <= in.layers; i++) {
      best[i] = chain.work(0, 0, i);
    }
    for (int k = 1; k < in.tiers; k++) {
      best = extend(chain, k, best, choice[k]);
    }
    if (best[in.layers] == Double.POSITIVE_INFINITY) {
      throw new InfeasibleException(
          "two-cut: pins, allowed tiers or links that are down forbid every cut of the chain");
    }
    int[] cuts = new int[in.links];
    int end = in.layers;
    for (int k = in.links; k > 0; k--) {
      end = choice[k][end];
      cuts[k - 1] = end;
    }
    return setup.plan(name(), chain.tiers(cuts), LowerBounds.of(setup), start);
  }

  /**
   * {@code best[i]}: the first i layers on tiers before k, cut behind. Returns the same with tier k
   * added; {@code choice[i]} is where link k−1 is then cut, the latest among equals.
   */
  private static double[] extend(ChainCosts chain, int k, double[] best, int[] choice) {
    int layers = best.length - 1;
    double[] next = new double[layers + 1];
    double least = Double.POSITIVE_INFINITY;
    int at = 0;
    int since = 0;
    for (int i = 0; i <= layers; i++) {
      if (i > 0 && chain.work(k, i - 1, i) == Double.POSITIVE_INFINITY) {
        least = Double.POSITIVE_INFINITY;
        since = i;
      }
      double here = best[i] + chain.link[k - 1][i];
      double moved = least == Double.POSITIVE_INFINITY ? least : least + chain.work(k, since, i);
      double before = here - (here == Double.POSITIVE_INFINITY ? 0 : chain.work(k, since, i));
      next[i] = Math.min(moved, here);
      if (here <= moved) {
        least = before;
        at = i;
      }
      choice[i] = at;
    }
    return next;
  }
}
