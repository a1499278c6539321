package org.scalpel.plan;

import java.util.function.Predicate;

/** Every assignment that the limits allow, one after the other: for small problems. */
final class Assignments {
  private final Setup setup;
  private final Instance in;
  private final Predicate<int[]> visitor;
  private final int[] tierOf;
  private final int[] floor;
  private final long most;
  private long seen;
  private boolean stopped;

  private Assignments(Setup setup, long most, Predicate<int[]> visitor) {
    this.setup = setup;
    this.in = setup.in();
    this.visitor = visitor;
    this.most = most;
    tierOf = new int[in.layers];
    floor = new int[in.layers];
  }

  /**
   * Shows each assignment to {@code visitor} (the same array each time) until it answers false.
   *
   * @return how many there are, or {@code most + 1} if there are more than {@code most}
   */
  static long visit(Setup setup, long most, Predicate<int[]> visitor) {
    Assignments all = new Assignments(setup, most, visitor);
    all.place(0);
    return all.seen;
  }

  /** How many there are, counted up to {@code most + 1}. */
  static long count(Setup setup, long most) {
    return setup.in().layers > 64 ? most + 1 : visit(setup, most, tierOf -> true);
  }

  private void place(int depth) {
    if (depth == in.layers) {
      if (setup.allows(tierOf)) {
        seen++;
        stopped = seen > most || !visitor.test(tierOf);
      }
      return;
    }
    int v = in.order[depth];
    int least = Math.max(setup.bounds().lowest[v], floor[v]);
    for (int k = least; k <= setup.bounds().highest[v] && !stopped; k++) {
      tierOf[v] = k;
      push(v, k, depth);
    }
  }

  /** Raises the floor of the readers of {@code v} while deeper layers are placed. */
  private void push(int v, int k, int depth) {
    int[] saved = new int[readers(v)];
    int at = 0;
    for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
      for (int c = in.consumerStart[in.made[m]]; c < in.consumerStart[in.made[m] + 1]; c++) {
        int w = in.consumer[c];
        saved[at++] = floor[w];
        floor[w] = Math.max(floor[w], k);
      }
    }
    place(depth + 1);
    for (int m = in.madeStart[v + 1] - 1; m >= in.madeStart[v]; m--) {
      for (int c = in.consumerStart[in.made[m] + 1] - 1; c >= in.consumerStart[in.made[m]]; c--) {
        floor[in.consumer[c]] = saved[--at];
      }
    }
  }

  private int readers(int v) {
    int count = 0;
    for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
      count += in.consumerStart[in.made[m] + 1] - in.consumerStart[in.made[m]];
    }
    return count;
  }
}
