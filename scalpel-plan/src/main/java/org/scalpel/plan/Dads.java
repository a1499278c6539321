package org.scalpel.plan;

/**
 * DADS for light load (Hu et al., INFOCOM 2019, Algorithm 1), as published: see {@link
 * PublishedCut}. The partition may break the order of tiers; the plan then says so.
 */
final class Dads extends Solver {
  @Override
  public String name() {
    return "dads";
  }

  @Override
  Plan solve(Setup setup, long start) {
    int[] tierOf = TierPair.best(setup, name(), pair -> new PublishedCut(pair, 1, 1).tiers());
    return setup.plan(name(), tierOf, LowerBounds.of(setup), start);
  }
}
