package org.scalpel.plan;

/**
 * The partition of least priced cost: one minimum cut, or under caps that every request keeps first
 * a search that prices the caps and, only if that is asked for, the exact one.
 */
final class ColumnOracle {
  private final Setup setup;
  private final boolean capped;

  /**
   * An answer.
   *
   * @param bound no partition costs less
   * @param proven true if none costs less than the one found
   */
  record Answer(Found found, double bound, boolean proven) {}

  /**
   * An oracle.
   *
   * @param capped false to look away from the hard caps: cheaper columns, so a lower bound still
   */
  ColumnOracle(Setup setup, boolean capped) {
    this.setup = setup;
    this.capped = capped && setup.hasHardCaps();
  }

  /**
   * The cheapest at these prices.
   *
   * @param seconds for the exact search; 0 to leave it out
   * @throws InfeasibleException if no partition keeps the hard caps
   */
  Answer cheapest(Prices prices, double seconds) {
    if (!capped) {
      Crossings crossings = new Crossings(setup.in(), prices, setup.maxLoss());
      double ticks = Ticks.finest(setup.in(), prices, crossings);
      int[] tierOf = CutOracle.cut(setup.in(), setup.bounds(), prices, crossings, ticks);
      Found found = Found.of(setup.in(), tierOf, crossings);
      return new Answer(found, prices.value(found.loads()), true);
    }
    CappedSearch search = new CappedSearch(setup, prices).run();
    if (seconds > 0 || search.best().isEmpty()) {
      search.close(Math.max(seconds, setup.request().timeLimit().toMillis() / 1e4));
    }
    Found found =
        search
            .best()
            .orElseThrow(
                () ->
                    new InfeasibleException(
                        (search.proven()
                                ? "no assignment keeps "
                                : "no assignment found in time keeps ")
                            + setup.hard().names()));
    return new Answer(found, search.bound(), search.proven());
  }
}
