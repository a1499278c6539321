package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a mix caps on average: work per tier. Knows how a price on a cap enters a cut. */
final class MixRows {
  private final Setup setup;
  private final List<Integer> tiers = new ArrayList<>();
  private final List<Double> most = new ArrayList<>();

  MixRows(Setup setup) {
    this.setup = setup;
    Map<String, Double> caps = new TreeMap<>(setup.request().limits().meanTierMs());
    caps.forEach(
        (tier, ms) -> {
          tiers.add(setup.in().problem.tierIndex(tier));
          most.add(ms);
        });
  }

  Setup setup() {
    return setup;
  }

  int count() {
    return tiers.size();
  }

  double most(int row) {
    return most.get(row);
  }

  double[] used(Loads loads) {
    return tiers.stream().mapToDouble(k -> loads.tier[k]).toArray();
  }

  /**
   * Prices for a cut.
   *
   * @param loads the weight of each resource (tiers, up, down); empty = the problem's own weights
   * @param caps the price of each cap
   */
  Prices prices(double[] loads, double[] caps) {
    Instance in = setup.in();
    Prices own = setup.prices();
    double[] tier = own.tier().clone();
    double[] up = own.up().clone();
    double[] down = own.down().clone();
    boolean shared = loads.length > 0;
    for (int k = 0; shared && k < in.tiers; k++) {
      tier[k] = loads[k] * in.problem.tiers().get(k).sharers();
    }
    for (int k = 0; shared && k < in.links; k++) {
      double sharers = in.problem.links().get(k).sharers();
      up[k] = loads[in.tiers + k] * sharers;
      down[k] = loads[in.tiers + in.links + k] * sharers;
    }
    for (int row = 0; row < caps.length; row++) {
      tier[tiers.get(row)] += caps[row];
    }
    return new Prices(
        tier,
        up,
        down,
        shared ? new double[in.links] : own.rtt(),
        shared ? Prices.Other.FREE : own.other());
  }

  /** The names of the capped tiers, for messages. */
  String names() {
    List<String> names = new ArrayList<>();
    for (int row = 0; row < count(); row++) {
      names.add(setup.in().problem.tiers().get(tiers.get(row)).name() + "=" + most.get(row));
    }
    return String.join(", ", names);
  }
}
