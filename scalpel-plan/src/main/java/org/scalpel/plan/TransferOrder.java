package org.scalpel.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Schedules by the order in which tensors cross: work that leads to the first one comes first, and
 * what came with the first one is done first. Branches that each send one tensor are a flow shop;
 * Johnson's rule gives the first order, moving one tensor at a time improves it.
 */
final class TransferOrder {
  private static final int MOST_TRANSFERS = 64;
  private static final int NOWHERE = -1;
  private static final int SEVERAL = -2;

  private final JobGraph graph;
  private final double[] rank;
  private final double longest;

  /** Tensor → its number among those that cross, by job; -1 for other jobs. */
  private final int[] transfer;

  private final int count;
  private int[] order = new int[0];
  private Makespan best;

  private TransferOrder(JobGraph graph, double[] rank, Makespan known) {
    this.graph = graph;
    this.rank = rank;
    best = known;
    longest = Arrays.stream(rank).filter(Double::isFinite).max().orElse(0) + 1;
    transfer = new int[graph.jobs];
    Arrays.fill(transfer, -1);
    int found = 0;
    int last = -1;
    for (int j = 0; j < graph.jobs; j++) {
      if (graph.resource[j] >= graph.tiers()) {
        found += graph.subject[j] == last ? 0 : 1;
        last = graph.subject[j];
        transfer[j] = found - 1;
      }
    }
    count = found;
  }

  /** {@code known}, or a better schedule found in so many tries beyond Johnson's. */
  static Makespan improve(JobGraph graph, double[] rank, Makespan known, int tries) {
    TransferOrder search = new TransferOrder(graph, rank, known);
    if (search.count < 2 || search.count > MOST_TRANSFERS) {
      return known;
    }
    search.run(tries);
    return search.best;
  }

  private void run(int tries) {
    double[] ahead = ahead();
    double[] behind = behind();
    double[] sends = sends();
    order = johnson(ahead, behind);
    double value = value(order);
    int[] joint = johnson(sum(ahead, sends), sum(sends, behind));
    double other = Arrays.equals(joint, order) ? value : value(joint);
    if (other < value) {
      order = joint;
      value = other;
    }
    int left = tries;
    boolean better = true;
    while (better && left > 0) {
      better = false;
      for (int from = 0; from < count && left > 0; from++) {
        for (int to = 0; to < count && left > 0; to++) {
          if (to == from || to == from - 1) {
            continue;
          }
          int[] moved = moved(order, from, to);
          left--;
          double changed = value(moved);
          if (changed < value * (1 - 1e-12)) {
            value = changed;
            order = moved;
            better = true;
          }
        }
      }
    }
  }

  private static int[] moved(int[] order, int from, int to) {
    int[] moved = order.clone();
    int taken = moved[from];
    if (from < to) {
      System.arraycopy(order, from + 1, moved, from, to - from);
    } else {
      System.arraycopy(order, to, moved, to + 1, from - to);
    }
    moved[to] = taken;
    return moved;
  }

  private double value(int[] sequence) {
    Makespan made = Makespan.by(graph, priorities(sequence));
    if (made.end() < best.end()) {
      best = made;
    }
    return made.end();
  }

  /** First by the first transfer that a job leads to, else by the last that it comes after. */
  private double[] priorities(int[] sequence) {
    int[] position = new int[count];
    for (int i = 0; i < count; i++) {
      position[sequence[i]] = i;
    }
    int[] before = new int[graph.jobs];
    Arrays.fill(before, -1);
    int[] after = new int[graph.jobs];
    for (int j = 0; j < graph.jobs; j++) {
      before[j] = transfer[j] >= 0 ? position[transfer[j]] : before[j];
      for (int e = graph.nextStart[j]; e < graph.nextStart[j + 1]; e++) {
        before[graph.next[e]] = Math.max(before[graph.next[e]], before[j]);
      }
    }
    double[] priority = new double[graph.jobs];
    for (int j = graph.jobs - 1; j >= 0; j--) {
      after[j] = transfer[j] >= 0 ? position[transfer[j]] : count;
      for (int e = graph.nextStart[j]; e < graph.nextStart[j + 1] && transfer[j] < 0; e++) {
        after[j] = Math.min(after[j], after[graph.next[e]]);
      }
      int place = after[j] < count || before[j] < 0 ? after[j] : before[j];
      priority[j] = rank[j] - place * longest;
    }
    return priority;
  }

  /**
   * Johnson's order of the transfers: those with less to do ahead than behind first, by what is
   * ahead, then the others, those with most behind first.
   */
  private int[] johnson(double[] ahead, double[] behind) {
    return IntStream.range(0, count)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(t -> ahead[t] < behind[t] ? 0 : 1)
                .thenComparingDouble(t -> ahead[t] < behind[t] ? ahead[t] : -behind[t]))
        .mapToInt(t -> t)
        .toArray();
  }

  /** The work that leads to each transfer and no other, without another in between. */
  private double[] ahead() {
    int[] to = new int[graph.jobs];
    double[] sum = new double[count];
    for (int j = graph.jobs - 1; j >= 0; j--) {
      to[j] = NOWHERE;
      for (int e = graph.nextStart[j]; e < graph.nextStart[j + 1]; e++) {
        int next = graph.next[e];
        to[j] = both(to[j], transfer[next] >= 0 ? transfer[next] : to[next]);
      }
      if (transfer[j] < 0 && to[j] >= 0) {
        sum[to[j]] += graph.duration[j];
      }
    }
    return sum;
  }

  /** The work that comes after each transfer and no other. */
  private double[] behind() {
    int[] from = new int[graph.jobs];
    Arrays.fill(from, NOWHERE);
    double[] sum = new double[count];
    for (int j = 0; j < graph.jobs; j++) {
      from[j] = transfer[j] >= 0 ? transfer[j] : from[j];
      if (transfer[j] < 0 && from[j] >= 0) {
        sum[from[j]] += graph.duration[j];
      }
      for (int e = graph.nextStart[j]; e < graph.nextStart[j + 1]; e++) {
        from[graph.next[e]] = both(from[graph.next[e]], from[j]);
      }
    }
    return sum;
  }

  private double[] sends() {
    double[] sum = new double[count];
    for (int j = 0; j < graph.jobs; j++) {
      if (transfer[j] >= 0) {
        sum[transfer[j]] += graph.duration[j];
      }
    }
    return sum;
  }

  private static int both(int one, int other) {
    if (one == NOWHERE || one == other) {
      return other;
    }
    return other == NOWHERE ? one : SEVERAL;
  }

  private static double[] sum(double[] one, double[] other) {
    double[] sum = one.clone();
    Arrays.setAll(sum, t -> sum[t] + other[t]);
    return sum;
  }
}
