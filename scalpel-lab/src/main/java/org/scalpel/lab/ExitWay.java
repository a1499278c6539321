package org.scalpel.lab;

import java.util.List;
import org.scalpel.graph.Confidence;
import org.scalpel.learn.ExitSamples;
import org.scalpel.plan.Partition;

/**
 * One way to answer: thresholds and a partition, and how long a request takes that leaves at each
 * exit.
 *
 * @param what for people
 * @param depth the exit at which everyone leaves in a model that was cut off there; -1 for the
 *     model with exits, heads and all
 * @param thresholds one for each exit but the last
 * @param partition as it is used on average
 * @param exitMs until the answer of each exit is back
 */
record ExitWay(
    String what, int depth, List<Double> thresholds, Partition partition, List<Double> exitMs) {
  /** Copies. */
  ExitWay {
    thresholds = List.copyOf(thresholds);
    exitMs = List.copyOf(exitMs);
  }

  /** At which exit a sample leaves. */
  int leaves(ExitSamples.Row row, Confidence measure) {
    for (int exit = 0; exit < thresholds.size(); exit++) {
      if (row.answers().get(exit).confidence(measure) >= thresholds.get(exit)) {
        return exit;
      }
    }
    return thresholds.size();
  }

  /**
   * What samples get.
   *
   * @param accuracy of all answers, however late
   * @param inTime the share of answers within the deadline
   * @param both the share of answers that are right and in time
   */
  record Outcome(double meanMs, double p95Ms, double accuracy, double inTime, double both) {}

  /** What these samples get under a deadline. */
  Outcome on(ExitSamples samples, Confidence measure, double deadlineMs) {
    double[] times = new double[samples.rows().size()];
    int right = 0;
    int inTime = 0;
    int both = 0;
    double sum = 0;
    for (int i = 0; i < times.length; i++) {
      ExitSamples.Row row = samples.rows().get(i);
      int exit = leaves(row, measure);
      times[i] = exitMs.get(exit);
      sum += times[i];
      boolean hit = row.answers().get(exit).answer() == row.label();
      boolean soon = isWithin(times[i], deadlineMs);
      right += hit ? 1 : 0;
      inTime += soon ? 1 : 0;
      both += hit && soon ? 1 : 0;
    }
    java.util.Arrays.sort(times);
    double n = times.length;
    return new Outcome(
        sum / n,
        times[(int) Math.min(n - 1, Math.ceil(0.95 * n) - 1)],
        right / n,
        inTime / n,
        both / n);
  }

  /** The longest that any of these samples takes. */
  double worstMs(ExitSamples samples, Confidence measure) {
    return samples.rows().stream()
        .mapToDouble(row -> exitMs.get(leaves(row, measure)))
        .max()
        .orElse(0);
  }

  /** Whether a time keeps a deadline, rounding forgiven. */
  static boolean isWithin(double ms, double deadlineMs) {
    return ms <= deadlineMs * (1 + 1e-9);
  }
}
