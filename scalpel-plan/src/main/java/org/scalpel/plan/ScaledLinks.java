package org.scalpel.plan;

/**
 * The cheapest partitions of one setup when links run at other rates: up and down of a link scale
 * together, everything else stays.
 */
final class ScaledLinks {
  private final Setup setup;

  /** What a cut found: tiers, and the codecs chosen at the rates of the cut. */
  record Found(Assignment assignment, Crossings crossings) {}

  ScaledLinks(Setup setup) {
    this.setup = setup;
  }

  /**
   * Checks that a link can be scaled.
   *
   * @throws ProblemException if it is down, for a link that is down has no ratio of up to down
   */
  void check(int link) {
    if (link < 0 || link >= setup.in().links) {
      throw new ProblemException(
          "table: expected a link from 0 to " + (setup.in().links - 1) + ", found " + link);
    }
    if (rate(link) == 0 || setup.in().problem.links().get(link).downMbps() == 0) {
      throw new ProblemException(
          "table: expected rates above 0 on "
              + setup.in().problem.upName(link)
              + ", found a link that is down");
    }
  }

  double rate(int link) {
    return setup.in().problem.links().get(link).upMbps();
  }

  /** The cheapest partition with {@code links[i]} at {@code mbps[i]} up. */
  Found at(int[] links, double[] mbps) {
    Prices base = setup.prices();
    double[] up = base.up().clone();
    double[] down = base.down().clone();
    for (int i = 0; i < links.length; i++) {
      double factor = rate(links[i]) / mbps[i];
      up[links[i]] *= factor;
      down[links[i]] *= factor;
    }
    Prices scaled = new Prices(base.tier(), up, down, base.rtt(), base.other());
    Crossings crossings = new Crossings(setup.in(), scaled, setup.maxLoss());
    int[] tierOf =
        CutOracle.cut(
            setup.in(),
            setup.bounds(),
            scaled,
            crossings,
            Ticks.finest(setup.in(), scaled, crossings));
    return new Found(Assignment.of(tierOf), crossings);
  }

  /** What part of the weighted sum is inversely proportional to the rate of {@code link}. */
  double slope(Found found, int link) {
    Loads loads = loads(found);
    double weight = setup.in().problem.options().weights().latency();
    return weight * (loads.up[link] + loads.down[link]) * rate(link);
  }

  Loads loads(Found found) {
    return new Loads(setup.in(), found.assignment().toArray(), found.crossings());
  }

  Partition partition(Found found) {
    return Cost.partition(setup.in(), found.assignment().toArray(), found.crossings());
  }
}
