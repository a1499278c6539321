package org.scalpel.plan;

/**
 * Neurosurgeon (Kang et al., ASPLOS 2017), in its fair form for graphs: every prefix of one
 * topological order, both ends included, sending every tensor that is alive at the cut. With more
 * than two tiers it takes the best pair; tiers between relay.
 *
 * <p>It looks at serial latency (or the problem's weighted sum) whatever the objective.
 */
final class Neurosurgeon extends Solver {
  @Override
  public String name() {
    return "neurosurgeon";
  }

  @Override
  Plan solve(Setup setup, long start) {
    int[] tierOf = prefix(setup);
    return setup.plan(name(), tierOf, LowerBounds.of(setup), start);
  }

  /**
   * The best prefix.
   *
   * @throws InfeasibleException if the limits forbid every one
   */
  static int[] prefix(Setup setup) {
    ChainCosts chain = new ChainCosts(setup);
    double least = Double.POSITIVE_INFINITY;
    int[] best = new int[0];
    for (int near = 0; near < setup.in().links; near++) {
      for (int far = near + 1; far < setup.in().tiers; far++) {
        for (int i = setup.in().layers; i >= 0; i--) {
          double cost = chain.pair(near, far, i);
          if (cost < least) {
            least = cost;
            best = chain.tiers(near, far, i);
          }
        }
      }
    }
    if (best.length == 0) {
      throw new InfeasibleException(
          "neurosurgeon: pins, allowed tiers or links that are down forbid every prefix of the layers");
    }
    return best;
  }
}
