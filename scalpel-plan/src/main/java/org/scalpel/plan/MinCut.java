package org.scalpel.plan;

/**
 * The exact partition for serial latency, or the problem's weighted sum, over any graph and any
 * number of tiers: one minimum cut. See {@link CutOracle} for the network.
 *
 * <p>Caps that every request keeps, a bound on the <em>sum</em> of codec losses among them, are not
 * part of one cut: {@link Capped} answers then.
 */
final class MinCut extends Solver {
  @Override
  public String name() {
    return "mincut";
  }

  private static boolean isCapped(Setup setup) {
    return setup.hasHardCaps() && setup.request().objective() == Objective.LATENCY;
  }

  @Override
  Plan solve(Setup setup, long start) {
    if (isCapped(setup)) {
      return new Capped().solve(setup, start);
    }
    int[] tierOf = setup.cheapest();
    double bound =
        setup.request().objective() == Objective.LATENCY
            ? new Loads(setup.in(), tierOf, setup.crossings()).value()
            : LowerBounds.of(setup);
    return setup.plan(name(), tierOf, bound, start);
  }
}
