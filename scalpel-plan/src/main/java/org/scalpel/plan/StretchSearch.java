package org.scalpel.plan;

import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * Good tiers for one stretch and a lower bound on the best: the play of {@link MakespanDuals},
 * whose every answer is a candidate, then moves of single layers, with whatever has to follow, as
 * long as they help.
 */
final class StretchSearch {
  private static final double CLOSED = 1e-9;

  private final Stretch stretch;
  private final Instance in;
  private final Bounds bounds;
  double bound;
  double value = Double.POSITIVE_INFINITY;
  Optional<Scheduled> best = Optional.empty();
  private final double[] around;
  private final LongPredicate lateAfter;

  /**
   * Prepares.
   *
   * @param lateAfter whether the time limit is reached before so many nanoseconds are over
   * @throws InfeasibleException if the ends cannot be on these tiers
   */
  StretchSearch(Stretch stretch, int i, int j, LongPredicate lateAfter) {
    this.stretch = stretch;
    in = stretch.in;
    bounds = stretch.bounds(i, j);
    around = stretch.around(i, j);
    this.lateAfter = lateAfter;
  }

  /** Plays so many rounds and tries so many moves. */
  void run(int rounds, int moves) {
    long begin = System.nanoTime();
    int[] serial = CutOracle.cut(in, bounds, Prices.of(in.problem), stretch.crossings);
    offer(serial);
    MakespanDuals duals = new MakespanDuals(in, bounds, stretch.steps, around);
    duals.begin(serial);
    long longest = System.nanoTime() - begin;
    for (int n = 1; n <= rounds && !closed() && !lateAfter.test(longest); n++) {
      long start = System.nanoTime();
      int[] answer = duals.answer();
      bound = Math.max(bound, duals.bound);
      offer(answer);
      duals.shift(answer, 1.0 / (n + 1));
      longest = Math.max(longest, System.nanoTime() - start);
    }
    improve(moves);
  }

  private boolean closed() {
    return bound >= value * (1 - CLOSED);
  }

  private boolean offer(int[] tierOf) {
    Scheduled found = Scheduled.layers(in, stretch.steps, tierOf);
    if (found.ms() < value * (1 - 1e-12)) {
      value = found.ms();
      best = Optional.of(found);
      return true;
    }
    return false;
  }

  private boolean allows(int[] tierOf) {
    for (int v = 0; v < in.layers; v++) {
      if (tierOf[v] < bounds.lowest[v]
          || tierOf[v] > bounds.highest[v]
          || !bounds.permits(v, tierOf[v])) {
        return false;
      }
    }
    return true;
  }

  private void improve(int moves) {
    Closure closure = new Closure(in);
    int[] tiers = best.orElseThrow().tierOf();
    int left = moves;
    int still = 0;
    for (int i = 0;
        left > 0 && still < in.layers && !closed() && !lateAfter.test(0);
        i = (i + 1) % in.layers) {
      int v = in.order[i];
      still++;
      for (int step = -1; step <= 1; step += 2) {
        int k = tiers[v] + step;
        if (k < bounds.lowest[v] || k > bounds.highest[v]) {
          continue;
        }
        int[] moved = step > 0 ? closure.raised(tiers, v, k) : closure.lowered(tiers, v, k);
        if (allows(moved)) {
          left--;
          if (offer(moved)) {
            still = 0;
            tiers = moved;
          }
        }
      }
    }
  }
}
