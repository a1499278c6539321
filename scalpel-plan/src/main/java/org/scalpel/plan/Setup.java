package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What every algorithm starts from: the instance, what the limits leave, and the cheapest crossings
 * by the problem's own weights.
 *
 * @param request what was asked
 */
record Setup(Instance in, Request request, Prices prices, Crossings crossings, Bounds bounds) {
  /**
   * Reads problem and request.
   *
   * @throws InfeasibleException if pins, allowed tiers and dead links leave a layer no tier
   */
  static Setup of(Problem problem, Request request) {
    Instance in = new Instance(problem);
    Prices prices = Prices.of(problem);
    Crossings crossings = new Crossings(in, prices, maxLoss(request));
    checkTiers(problem, request.limits().maxTierMs());
    checkTiers(problem, request.limits().meanTierMs());
    checkTiers(problem, request.limits().maxMemoryMib());
    if (request.objective() == Objective.MAKESPAN && in.hasReach) {
      throw new ProblemException(
          "objective makespan: expected every layer to have reach 1, found one that has less");
    }
    return new Setup(
        in, request, prices, crossings, new Bounds(in, request.limits().pins(), crossings));
  }

  private static void checkTiers(Problem problem, Map<String, Double> limits) {
    limits.keySet().forEach(problem::tierIndex);
  }

  private static double maxLoss(Request request) {
    return request.limits().quality().maxLoss().orElse(Double.POSITIVE_INFINITY);
  }

  double maxLoss() {
    return maxLoss(request);
  }

  /**
   * The codecs for one assignment: the cheapest that together keep the bound on loss.
   *
   * @throws InfeasibleException if none do
   */
  Crossings crossingsFor(int[] tierOf) {
    return maxLoss() == Double.POSITIVE_INFINITY
        ? crossings
        : LossChoice.within(in, tierOf, crossings, maxLoss());
  }

  /**
   * The objective's value of an assignment, infinite if its codecs lose too much or a cap breaks.
   */
  double value(int[] tierOf) {
    return value(request.objective(), tierOf);
  }

  /** True if some tier has a cap that every request must keep. */
  boolean hasHardCaps() {
    return !request.limits().maxTierMs().isEmpty() || !request.limits().maxMemoryMib().isEmpty();
  }

  /** Which caps a partition breaks, in words. */
  List<String> brokenCaps(Loads loads) {
    List<String> broken = new ArrayList<>();
    request
        .limits()
        .maxTierMs()
        .forEach((tier, most) -> cap(broken, "max-tier-ms", tier, loads.tier, most));
    request
        .limits()
        .maxMemoryMib()
        .forEach((tier, most) -> cap(broken, "max-memory-mib", tier, loads.memoryMib, most));
    return broken;
  }

  private void cap(List<String> broken, String what, String tier, double[] used, double most) {
    double amount = used[in.problem.tierIndex(tier)];
    if (amount > most * (1 + 1e-12) + 1e-9) {
      broken.add(what + " " + tier + "=" + most + " is exceeded: " + amount);
    }
  }

  private double value(Objective objective, int[] tierOf) {
    try {
      Crossings chosen = crossingsFor(tierOf);
      if (hasHardCaps() && !brokenCaps(new Loads(in, tierOf, chosen)).isEmpty()) {
        return Double.POSITIVE_INFINITY;
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
    Crossings chosen = crossingsFor(tierOf);
    double value = Solutions.value(in, request.objective(), tierOf, chosen);
    Partition partition = Cost.partition(in, tierOf, chosen);
    if (hasHardCaps()) {
      partition = partition.withViolations(brokenCaps(new Loads(in, tierOf, chosen)));
    }
    Plan.Score score = new Plan.Score(value, Math.min(bound, value), Solutions.since(startNanos));
    return Solutions.single(algorithm, request.objective(), partition, score);
  }
}
