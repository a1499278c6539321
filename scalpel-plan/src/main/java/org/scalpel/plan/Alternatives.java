package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The best distinct partitions: all of them tried when they are few, else what other bandwidths,
 * single tiers and prefixes give and the neighbourhood of the best, one layer at a time with
 * whatever must move along.
 */
final class Alternatives {
  private static final long FEW = 20_000;
  private static final int MOST_MOVES = 4_000;
  private static final double[] SCALES = {1.0 / 16, 0.25, 0.5, 0.8, 1.25, 2, 4, 16};

  private final Setup setup;
  private final Map<Assignment, Double> known = new HashMap<>();

  private Alternatives(Setup setup) {
    this.setup = setup;
  }

  /** Up to {@code count} partitions, the best first, equal ones with fewer remote layers first. */
  static List<Partition> of(Setup setup, int count, List<int[]> seeds) {
    Alternatives alternatives = new Alternatives(setup);
    seeds.forEach(alternatives::offer);
    alternatives.collect(count);
    return alternatives.best(count).stream()
        .map(Assignment::toArray)
        .map(tierOf -> Cost.partition(setup.in(), tierOf, setup.crossingsFor(tierOf)))
        .toList();
  }

  private void collect(int count) {
    if (Assignments.count(setup, FEW) <= FEW) {
      Assignments.visit(
          setup,
          FEW,
          tierOf -> {
            offer(tierOf);
            return true;
          });
      return;
    }
    family();
    Set<Assignment> expanded = new LinkedHashSet<>();
    int moves = 0;
    while (moves < MOST_MOVES) {
      List<Assignment> next =
          best(count).stream().filter(candidate -> !expanded.contains(candidate)).toList();
      if (next.isEmpty()) {
        return;
      }
      expanded.add(next.get(0));
      moves += neighbours(next.get(0).toArray(), MOST_MOVES - moves);
    }
  }

  private void offer(int[] tierOf) {
    Assignment key = Assignment.of(tierOf);
    if (!known.containsKey(key) && setup.allows(tierOf)) {
      known.put(key, setup.value(tierOf));
    }
  }

  private List<Assignment> best(int count) {
    return known.entrySet().stream()
        .filter(entry -> entry.getValue() < Double.POSITIVE_INFINITY)
        .sorted(
            Map.Entry.<Assignment, Double>comparingByValue()
                .thenComparing(
                    Map.Entry.comparingByKey(
                        Comparator.comparingInt(Assignment::remoteLayers)
                            .thenComparing(Assignment::toString))))
        .limit(count)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What other bandwidths would choose, and the simple plans. */
  private void family() {
    for (double scale : SCALES) {
      for (int link = 0; link < setup.in().links; link++) {
        Prices at = setup.prices();
        double[] up = at.up().clone();
        double[] down = at.down().clone();
        up[link] *= scale;
        down[link] *= scale;
        Prices scaled = new Prices(at.tier(), up, down, at.rtt(), at.other());
        Crossings crossings = new Crossings(setup.in(), scaled, setup.maxLoss());
        offer(CutOracle.cut(setup.in(), setup.bounds(), scaled, crossings));
      }
    }
    FixedTier.every().forEach(this::offerIfAllowed);
  }

  private void offerIfAllowed(FixedTier fixed) {
    try {
      if (fixed.applies(setup)) {
        offer(fixed.tiers(setup));
      }
    } catch (InfeasibleException forbidden) {
      // A tier that the limits forbid is no alternative.
    }
  }

  /** Every layer one tier away from where it is, with what has to follow; returns how many. */
  private int neighbours(int[] tierOf, int most) {
    Closure closure = new Closure(setup.in());
    List<int[]> found = new ArrayList<>();
    for (int v = 0; v < tierOf.length && found.size() < most; v++) {
      if (tierOf[v] + 1 < setup.in().tiers) {
        found.add(closure.raised(tierOf, v, tierOf[v] + 1));
      }
      if (tierOf[v] > 0) {
        found.add(closure.lowered(tierOf, v, tierOf[v] - 1));
      }
    }
    found.forEach(this::offer);
    return found.size();
  }
}
