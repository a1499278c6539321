package org.scalpel.live;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Stage;

/**
 * How much slower than its profile every tier computes now: the median of its last answers, so that
 * one disturbed request changes nothing. Thread-safe.
 */
final class ComputeFactors {
  private static final int KEPT = 15;
  private static final int LEAST = 5;
  // Shorter stages are noise.
  private static final double LEAST_MS = 0.2;

  private final List<String> tiers;
  private final double[][] ratios;
  private final int[] counts;

  ComputeFactors(List<String> tiers) {
    this.tiers = tiers;
    this.ratios = new double[tiers.size()][KEPT];
    this.counts = new int[tiers.size()];
  }

  /**
   * One answer.
   *
   * @param profiledMs what the profiles say about every tier's part of it
   */
  synchronized void observe(Execution execution, Map<String, Double> profiledMs) {
    for (Stage stage : execution.stages()) {
      int tier = tiers.indexOf(stage.name());
      double profiled = profiledMs.getOrDefault(stage.name(), 0.0);
      if (tier >= 0 && profiled >= LEAST_MS && stage.measuredMs() > 0) {
        ratios[tier][counts[tier]++ % KEPT] = stage.measuredMs() / profiled;
      }
    }
  }

  /** One per tier; 1 where too little is known. */
  synchronized List<Double> now() {
    return IntStream.range(0, tiers.size()).mapToObj(this::median).toList();
  }

  private double median(int tier) {
    int known = Math.min(counts[tier], KEPT);
    if (known < LEAST) {
      return 1;
    }
    double[] sorted = Arrays.copyOf(ratios[tier], known);
    Arrays.sort(sorted);
    return sorted[known / 2];
  }
}
