package org.scalpel.lab;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * What a link may carry next, by how much it changed lately: the changes of the last requests, each
 * as likely as any other. At first there are some of a log-normal distribution; they drop out as
 * real ones come.
 */
final class RateOutlook {
  private static final int MEMORY = 120;
  private static final double SPREAD = 0.35;
  private static final double[] NORMAL = {-2, -1.28, -0.84, -0.52, -0.25, 0, 0, 0.25, 0.52, 0.84};

  private final Deque<Double> changes = new ArrayDeque<>();
  private double[] sorted = new double[0];

  RateOutlook() {
    for (double z : NORMAL) {
      changes.addLast(Math.exp(SPREAD * z));
    }
    sort();
  }

  /** The link carried this after that. */
  void saw(double beforeMbps, double nowMbps) {
    changes.addLast(nowMbps / beforeMbps);
    if (changes.size() > MEMORY) {
      changes.removeFirst();
    }
    sort();
  }

  private void sort() {
    sorted = changes.stream().mapToDouble(change -> change).sorted().toArray();
  }

  /** How likely the next rate is at least that. */
  double chance(double beforeMbps, double leastMbps) {
    if (leastMbps <= 0) {
      return 1;
    }
    double least = leastMbps / beforeMbps;
    int at = Arrays.binarySearch(sorted, least);
    int first = at >= 0 ? at : -at - 1;
    while (first > 0 && sorted[first - 1] >= least) {
      first--;
    }
    return (double) (sorted.length - first) / sorted.length;
  }
}
