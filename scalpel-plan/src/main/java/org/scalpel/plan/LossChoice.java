package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The cheapest codecs of one assignment whose losses sum to at most a bound: a multiple-choice
 * knapsack over the crossings, solved exactly by merging lists of undominated (cost, loss) pairs.
 */
final class LossChoice {
  /** Beyond so many undominated pairs the list is thinned and the choice is no longer exact. */
  private static final int MOST = 4_096;

  private record Pair(double cost, double loss, int codec, int parent) {}

  private record Crossing(int t, int k, boolean away) {}

  private final List<Crossing> sites = new ArrayList<>();
  private final List<List<Pair>> fronts = new ArrayList<>();
  private final double maxLoss;

  private LossChoice(double maxLoss) {
    this.maxLoss = maxLoss;
    fronts.add(List.of(new Pair(0, 0, 0, 0)));
  }

  /** {@code crossings}, changed where {@code tierOf} crosses so that the losses keep the bound. */
  static Crossings within(Instance in, int[] tierOf, Crossings crossings, double maxLoss) {
    if (new Loads(in, tierOf, crossings).loss <= maxLoss) {
      return crossings;
    }
    LossChoice choice = new LossChoice(maxLoss);
    for (int t = 0; t < in.tensors; t++) {
      if (!in.problem.tensors().get(t).codecs().isEmpty()) {
        choice.tensor(in, tierOf, crossings, t);
      }
    }
    return choice.apply(crossings);
  }

  private void tensor(Instance in, int[] tierOf, Crossings crossings, int t) {
    int home = in.home(t, tierOf);
    for (int k = home; k < in.farthest(t, tierOf); k++) {
      cross(crossings, new Crossing(t, k, true), in.reachBeyond(t, k, tierOf));
    }
    for (int k = 0; k < home && in.returns(t); k++) {
      cross(crossings, new Crossing(t, k, false), in.returned[t]);
    }
  }

  private void cross(Crossings crossings, Crossing at, double probability) {
    List<Pair> before = fronts.get(fronts.size() - 1);
    List<Pair> all = new ArrayList<>();
    int ways = crossings.ways(at.t());
    for (int parent = 0; parent < before.size(); parent++) {
      for (int c = 0; c < ways; c++) {
        double loss = before.get(parent).loss() + crossings.lossOf(at.t(), c);
        double cost = crossings.costOf(at.t(), at.k(), at.away(), c);
        if (loss <= maxLoss && cost < Double.POSITIVE_INFINITY) {
          all.add(new Pair(before.get(parent).cost() + cost * probability, loss, c, parent));
        }
      }
    }
    sites.add(at);
    fronts.add(undominated(all));
  }

  private static List<Pair> undominated(List<Pair> all) {
    all.sort(Comparator.comparingDouble(Pair::cost).thenComparingDouble(Pair::loss));
    List<Pair> kept = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (Pair pair : all) {
      if (pair.loss() < least) {
        least = pair.loss();
        kept.add(pair);
      }
    }
    if (kept.size() <= MOST) {
      return kept;
    }
    List<Pair> thinned = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      thinned.add(kept.get((int) ((long) i * (kept.size() - 1) / (MOST - 1))));
    }
    return thinned;
  }

  private Crossings apply(Crossings crossings) {
    Crossings changed = crossings.copy();
    if (fronts.get(fronts.size() - 1).isEmpty()) {
      throw new InfeasibleException(
          "the codecs that this plan needs lose more than max-loss " + maxLoss);
    }
    int at = 0;
    for (int site = sites.size() - 1; site >= 0; site--) {
      Pair pair = fronts.get(site + 1).get(at);
      Crossing crossing = sites.get(site);
      changed.take(crossing.t(), crossing.k(), crossing.away(), pair.codec());
      at = pair.parent();
    }
    return changed;
  }
}
