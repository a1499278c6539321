package org.scalpel.learn;

import java.util.Arrays;
import java.util.Locale;

/** What stands for the many runs of something. */
public enum Statistic {
  /** The mean of the fastest eighth of the runs, at least two: the time in undisturbed moments. */
  UNDISTURBED,
  /** The median: what a run takes at the moment, with what else the machine does. */
  MEDIAN;

  private static final int SHARE = 8;
  private static final int LEAST = 2;

  /** Of some runs in rising order, at least one. */
  double of(double[] sorted) {
    if (this == MEDIAN) {
      int half = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
    return Arrays.stream(sorted).limit(Math.max(LEAST, sorted.length / SHARE)).average().orElse(0);
  }

  /** The name in files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
