package org.scalpel.learn;

import java.util.Arrays;
import java.util.List;

/**
 * What something takes on a machine.
 *
 * @param ms the time in undisturbed moments: the mean of the fastest eighth of the runs, at least
 *     two; on a throttled platform stretched by its pauses
 * @param spreadMs how far the runs were apart: from their first to their third quartile
 * @param runs that were measured
 */
public record Timing(double ms, double spreadMs, int runs) {
  private static final int SHARE = 8;
  private static final int LEAST = 2;

  /** Checks every figure. */
  public Timing {
    check("ms", ms);
    check("spread_ms", spreadMs);
    if (runs < 1) {
      throw new LearnException("runs is " + runs + "; expected 1 or more");
    }
  }

  private static void check(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new LearnException(name + " is " + value + "; expected a finite number, 0 or more");
    }
  }

  /** Of some runs, at least one. */
  static Timing of(List<Double> runsMs) {
    double[] sorted = runsMs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int count = Math.max(LEAST, sorted.length / SHARE);
    double mean = Arrays.stream(sorted).limit(count).average().orElse(0);
    double spread = sorted[3 * (sorted.length - 1) / 4] - sorted[(sorted.length - 1) / 4];
    return new Timing(mean, spread, sorted.length);
  }

  static double mean(List<Double> runsMs) {
    return runsMs.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  Timing times(double factor) {
    return new Timing(ms * factor, spreadMs * factor, runs);
  }
}
