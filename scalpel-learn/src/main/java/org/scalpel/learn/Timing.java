package org.scalpel.learn;

import java.util.Arrays;
import java.util.List;

/**
 * What something takes on a machine.
 *
 * @param ms what stands for the runs by the platform's {@link Statistic}; on a throttled platform
 *     stretched by its pauses
 * @param spreadMs how far the runs were apart: from their first to their third quartile
 * @param runs that were measured
 */
public record Timing(double ms, double spreadMs, int runs) {
  private static final int STRETCHES = 5;

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
  static Timing of(List<Double> runsMs, Statistic statistic) {
    double[] sorted = runsMs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Timing(statistic.of(sorted), spread(sorted), sorted.length);
  }

  /**
   * The mean, pauses by a quota included: that of the middle one of five stretches of runs, as a
   * stretch in which something else ran says nothing.
   */
  static Timing withPauses(List<Double> runsMs) {
    int stretches = Math.max(1, Math.min(STRETCHES, runsMs.size() / 2));
    double[] means = new double[stretches];
    for (int s = 0; s < stretches; s++) {
      means[s] =
          runsMs
              .subList(s * runsMs.size() / stretches, (s + 1) * runsMs.size() / stretches)
              .stream()
              .mapToDouble(Double::doubleValue)
              .average()
              .orElse(0);
    }
    Arrays.sort(means);
    return new Timing(Statistic.MEDIAN.of(means), spread(means), runsMs.size());
  }

  private static double spread(double[] sorted) {
    return sorted[3 * (sorted.length - 1) / 4] - sorted[(sorted.length - 1) / 4];
  }

  Timing times(double factor) {
    return new Timing(ms * factor, spreadMs * factor, runs);
  }
}
