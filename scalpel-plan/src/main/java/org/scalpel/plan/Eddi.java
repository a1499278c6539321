package org.scalpel.plan;

/**
 * EDDI (Yang et al., JPDC 173, 2023), as far as its abstract tells: two tiers, early exits, a
 * minimum cut of the graph for each exit, and the most accurate exit whose latency keeps the
 * deadline. Without a deadline it is the repaired two-tier cut of the whole network.
 */
final class Eddi extends Solver {
  @Override
  public String name() {
    return "eddi";
  }

  @Override
  Plan solve(Setup setup, long start) {
    int[] tierOf = TierPair.best(setup, name(), Eddi::cut);
    return setup.plan(name(), tierOf, LowerBounds.of(setup), start);
  }

  private static int[] cut(TierPair pair) {
    Setup setup = pair.setup();
    int[] pinned = setup.in().pinned(setup.request().limits().pins());
    try {
      return CutOracle.cut(setup.in(), pair.bounds(pinned), setup.prices(), setup.crossings());
    } catch (InfeasibleException forbidden) {
      return new int[0];
    }
  }
}
