package org.scalpel.cost;

import java.util.Arrays;
import java.util.Collection;

/**
 * A measured time.
 *
 * @param medianMs the median of the runs, in ms
 * @param spreadMs the distance between the quartiles, in ms
 * @param count of runs, at least 1
 */
public record Stat(double medianMs, double spreadMs, int count) {
  /** Checks every figure. */
  public Stat {
    Figures.nonNegative("median_ms", medianMs);
    Figures.nonNegative("spread_ms", spreadMs);
    if (count < 1) {
      throw new ProfileException("count is " + count + "; expected 1 or more");
    }
  }

  /** Median and spread of some runs, at least one. */
  public static Stat of(Collection<Double> runsMs) {
    double[] sorted = sorted(runsMs);
    return new Stat(
        quantile(sorted, 0.5), quantile(sorted, 0.75) - quantile(sorted, 0.25), sorted.length);
  }

  /** A quantile by linear interpolation of at least one value; {@code q} from 0 to 1. */
  public static double quantile(Collection<Double> values, double q) {
    return quantile(sorted(values), q);
  }

  private static double[] sorted(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    if (sorted.length == 0) {
      throw new ProfileException("no run was measured; expected at least one");
    }
    Arrays.sort(sorted);
    return sorted;
  }

  private static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
