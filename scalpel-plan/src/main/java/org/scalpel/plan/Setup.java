package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * What every algorithm starts from: the instance, what the limits leave, and the cheapest crossings
 * by the problem's own weights.
 */
final class Setup {
  /** How many times more dearly a broken cap is priced in the search for other codecs. */
  private static final double[] CODEC_PRICES = {1e-2, 0.1, 1, 10, 1e2, 1e4};

  private final Instance in;
  private final Request request;
  private final Prices prices;
  private final Crossings crossings;
  private final Bounds bounds;
  private final Steps steps;
  private final CapRows hard;
  private final CapRows mean;

  /** When the time limit is reached, on {@link System#nanoTime}'s clock. */
  private final long end;

  private Setup(Instance in, Request request) {
    this.in = in;
    this.request = request;
    end = System.nanoTime() + request.timeLimit().toNanos();
    prices = Prices.of(in.problem);
    crossings = new Crossings(in, prices, maxLoss());
    steps = new Steps(in, crossings);
    hard = CapRows.hard(in, request.limits());
    mean = CapRows.mean(in, request.limits());
    bounds = new Bounds(in, request.limits().pins(), crossings);
  }

  /**
   * Reads problem and request.
   *
   * @throws InfeasibleException if pins, allowed tiers and dead links leave a layer no tier
   */
  static Setup of(Problem problem, Request request) {
    Instance in = new Instance(problem);
    if (request.objective() == Objective.MAKESPAN && in.hasReach) {
      throw new ProblemException(
          "objective makespan: expected every layer to have reach 1, found one that has less");
    }
    return new Setup(in, request);
  }

  Instance in() {
    return in;
  }

  Request request() {
    return request;
  }

  Prices prices() {
    return prices;
  }

  Crossings crossings() {
    return crossings;
  }

  /** How long every step of every crossing takes with those codecs. */
  Steps steps() {
    return steps;
  }

  Bounds bounds() {
    return bounds;
  }

  /** What every request must keep. */
  CapRows hard() {
    return hard;
  }

  /** What must be kept on average. */
  CapRows mean() {
    return mean;
  }

  double maxLoss() {
    return request.limits().quality().maxLoss().orElse(Double.POSITIVE_INFINITY);
  }

  /** True once the time limit is reached. */
  boolean isLate() {
    return isLateAfter(0);
  }

  /** True if the time limit is reached before so much more work is done. */
  boolean isLateAfter(long nanos) {
    return System.nanoTime() + nanos - end > 0;
  }

  /** Seconds that are left of the time limit, at least a little. */
  double secondsLeft(long startNanos) {
    double limit = request.timeLimit().toNanos() / 1e9;
    return Math.max(0.1, limit - Solutions.since(startNanos) / 1e3);
  }

  /**
   * {@code chosen}, changed where {@code tierOf} crosses so that losses keep their bound.
   *
   * @throws InfeasibleException if no codecs do
   */
  Crossings lossy(int[] tierOf, Crossings chosen) {
    return maxLoss() == Double.POSITIVE_INFINITY
        ? chosen
        : LossChoice.within(in, tierOf, chosen, maxLoss());
  }

  /**
   * The codecs for one assignment: the cheapest that together keep the bound on loss. If they break
   * a cap, others are tried at prices on the caps.
   *
   * @throws InfeasibleException if none keep the bound on loss
   */
  Crossings crossingsFor(int[] tierOf) {
    Crossings own = lossy(tierOf, crossings);
    if (hard.isEmpty() || !own.hasChoice() || hard.keeps(new Loads(in, tierOf, own))) {
      return own;
    }
    Crossings best = own;
    double least = Double.POSITIVE_INFINITY;
    for (double factor : CODEC_PRICES) {
      double level = factor * Math.max(1e-9, prices.value(new Loads(in, tierOf, own)));
      double[] price = Prices.filled(hard.count(), level);
      Crossings other = new Crossings(in, hard.prices(prices, price), maxLoss());
      Loads loads = new Loads(in, tierOf, other);
      if (hard.keeps(loads) && prices.value(loads) < least) {
        least = prices.value(loads);
        best = other;
      }
    }
    return best;
  }

  /**
   * The objective's value of an assignment, infinite if its codecs lose too much or a cap breaks.
   */
  double value(int[] tierOf) {
    return value(request.objective(), tierOf);
  }

  /** True if there are caps that every request must keep. */
  boolean hasHardCaps() {
    return !hard.isEmpty();
  }

  /** Which caps a partition that serves all requests breaks, in words. */
  List<String> brokenCaps(Loads loads) {
    List<String> broken = new ArrayList<>(hard.broken(loads));
    broken.addAll(mean.broken(loads));
    return broken;
  }

  private double value(Objective objective, int[] tierOf) {
    try {
      Crossings chosen = crossingsFor(tierOf);
      if (!hard.isEmpty() || !mean.isEmpty()) {
        Loads loads = new Loads(in, tierOf, chosen);
        if (!hard.keeps(loads) || !mean.keeps(loads)) {
          return Double.POSITIVE_INFINITY;
        }
      }
      return Solutions.value(in, objective, tierOf, chosen);
    } catch (InfeasibleException tooLossy) {
      return Double.POSITIVE_INFINITY;
    }
  }

  /** The weighted sum of an assignment, infinite if its codecs lose too much. */
  double sum(int[] tierOf) {
    return value(Objective.LATENCY, tierOf);
  }

  /** The cheapest assignment by weighted sum. */
  int[] cheapest() {
    return CutOracle.cut(in, bounds, prices, crossings);
  }

  /** True if the limits that concern single layers and links allow the assignment. */
  boolean allows(int[] tierOf) {
    for (int v = 0; v < in.layers; v++) {
      if (tierOf[v] < bounds.lowest[v]
          || tierOf[v] > bounds.highest[v]
          || !bounds.permits(v, tierOf[v])) {
        return false;
      }
    }
    for (int t = 0; t < in.tensors; t++) {
      int home = in.home(t, tierOf);
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        if (tierOf[in.consumer[c]] < home) {
          return false;
        }
      }
      for (int k = home; k < in.farthest(t, tierOf); k++) {
        if (crossings.up[t * in.links + k] == Double.POSITIVE_INFINITY) {
          return false;
        }
      }
    }
    return true;
  }

  /** A plan of one partition. */
  Plan plan(String algorithm, int[] tierOf, double bound, long startNanos) {
    Crossings chosen;
    try {
      chosen = crossingsFor(tierOf);
    } catch (InfeasibleException tooLossy) {
      throw new InfeasibleException(algorithm + ": " + tooLossy.getMessage());
    }
    return plan(algorithm, Found.of(in, tierOf, chosen), bound, startNanos);
  }

  /** A plan of one partition whose codecs are chosen. */
  Plan plan(String algorithm, Found found, double bound, long startNanos) {
    Partition partition =
        Cost.partition(in, found.tierOf(), found.crossings())
            .withViolations(brokenCaps(found.loads()));
    double value;
    if (request.objective() == Objective.MAKESPAN && partition.valid()) {
      Steps own = found.crossings() == crossings ? steps : new Steps(in, found.crossings());
      Scheduled best = SegmentSearch.best(in, own, found.tierOf());
      value = best.ms();
      partition = partition.withTimeline(value, best.timeline(in));
    } else {
      value = Solutions.value(in, request.objective(), found.tierOf(), found.crossings());
    }
    Plan.Score score = new Plan.Score(value, Math.min(bound, value), Solutions.since(startNanos));
    return Solutions.single(algorithm, request.objective(), partition, score);
  }

  /** A plan of one partition whose schedule is known, for the makespan. */
  Plan scheduled(String algorithm, Scheduled found, double bound, long startNanos) {
    Partition partition =
        Cost.partition(in, found.tierOf(), crossings).withTimeline(found.ms(), found.timeline(in));
    Plan.Score score =
        new Plan.Score(found.ms(), Math.min(bound, found.ms()), Solutions.since(startNanos));
    return Solutions.single(algorithm, Objective.MAKESPAN, partition, score);
  }
}
