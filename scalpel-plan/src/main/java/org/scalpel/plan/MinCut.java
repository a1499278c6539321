package org.scalpel.plan;

/**
 * The exact partition for serial latency, or the problem's weighted sum, over any graph and any
 * number of tiers: one minimum cut. See {@link CutOracle} for the network.
 *
 * <p>A bound on the <em>sum</em> of codec losses is not part of one cut: each codec that alone
 * loses too much is left out, the losses are priced until the sum keeps the bound, and the gap to
 * the priced bound is reported.
 */
final class MinCut extends Solver {
  private static final int LOSS_STEPS = 40;

  @Override
  public String name() {
    return "mincut";
  }

  @Override
  Plan solve(Setup setup, long start) {
    if (ExitSearch.asked(setup.request())) {
      return ExitSearch.choose(
          setup.in().problem,
          setup.request(),
          (problem, request) -> solve(Setup.of(problem, request), start));
    }
    if (setup.hasHardCaps()) {
      return new Capped().solve(setup, start);
    }
    int[] tierOf = setup.cheapest();
    Loads loads = new Loads(setup.in(), tierOf, setup.crossings());
    if (loads.loss > setup.maxLoss()) {
      return withLossPriced(setup, tierOf, start);
    }
    double bound =
        setup.request().objective() == Objective.LATENCY ? loads.value() : LowerBounds.of(setup);
    return setup.plan(name(), tierOf, bound, start);
  }

  /** Bisects the price of loss; every cut's assignment gets its best codecs within the bound. */
  private Plan withLossPriced(Setup setup, int[] free, long start) {
    Instance in = setup.in();
    int[] best = free;
    double value = setup.sum(free);
    double bound = new Loads(in, free, setup.crossings()).value();
    double low = 0;
    double high = Math.max(1, bound) / Math.max(1e-9, setup.maxLoss());
    for (int step = 0; step < LOSS_STEPS; step++) {
      double price = (low + high) / 2;
      Prices prices = setup.prices().withOther(setup.prices().other().withLoss(price));
      Crossings crossings = new Crossings(in, prices, setup.maxLoss());
      int[] tierOf = CutOracle.cut(in, setup.bounds(), prices, crossings);
      Loads loads = new Loads(in, tierOf, crossings);
      bound = Math.max(bound, loads.value() + price * (loads.loss - setup.maxLoss()));
      double kept = setup.sum(tierOf);
      if (kept < value) {
        value = kept;
        best = tierOf;
      }
      if (loads.loss > setup.maxLoss()) {
        low = price;
      } else {
        high = price;
      }
    }
    return setup.plan(name(), best, bound, start);
  }
}
