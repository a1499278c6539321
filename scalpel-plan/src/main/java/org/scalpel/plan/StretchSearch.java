package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongPredicate;

/**
 * Good tiers for one stretch and a lower bound on the best: the play of {@link MakespanDuals},
 * whose every answer is a candidate, then moves of single layers, with whatever has to follow, as
 * long as they help, then two at once.
 */
final class StretchSearch {
  private static final double CLOSED = 1e-9;
  private static final int PAIRS = 2;
  private static final int MOST_KEPT = 8;

  private final Stretch stretch;
  private final Instance in;
  private final Bounds bounds;
  double bound;
  double value = Double.POSITIVE_INFINITY;
  Optional<Scheduled> best = Optional.empty();
  private final double[] around;
  private final LongPredicate lateAfter;
  private final Closure closure;
  private final List<Scheduled> pool = new ArrayList<>();
  private int left;

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
    closure = new Closure(in);
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
    return reaches(value);
  }

  /** True if {@code ms} is as short as the bound. */
  boolean reaches(double ms) {
    return bound >= ms * (1 - CLOSED);
  }

  boolean isLate() {
    return lateAfter.test(0);
  }

  /** The best assignments met, by single layers, best first. */
  List<Scheduled> pool() {
    return pool;
  }

  private boolean offer(int[] tierOf) {
    Pieces pieces = Pieces.layers(in, tierOf);
    JobGraph graph = new JobGraph(in, tierOf, stretch.steps, pieces);
    if (graph.least() >= worstOfUse()) {
      return false;
    }
    Scheduled found = new Scheduled(tierOf, pieces, Makespan.best(graph));
    remember(found);
    if (found.ms() < value * (1 - 1e-12)) {
      value = found.ms();
      best = Optional.of(found);
      return true;
    }
    return false;
  }

  /** An assignment that takes as long is of no use. */
  private double worstOfUse() {
    if (!stretch.steps.segmented) {
      return value;
    }
    return pool.size() < MOST_KEPT ? Double.POSITIVE_INFINITY : pool.get(MOST_KEPT - 1).ms();
  }

  private void remember(Scheduled found) {
    int at = pool.size();
    while (at > 0 && pool.get(at - 1).ms() > found.ms()) {
      at--;
    }
    boolean known = at > 0 && Arrays.equals(pool.get(at - 1).tierOf(), found.tierOf());
    if (at < MOST_KEPT && !known) {
      pool.add(at, found);
      if (pool.size() > MOST_KEPT) {
        pool.remove(MOST_KEPT);
      }
    }
  }

  /** True if every layer may be on its tier. */
  boolean allows(int[] tierOf) {
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
    left = moves;
    descend();
    pairs();
  }

  /** Moves of one layer at a time. */
  private void descend() {
    int still = 0;
    for (int i = 0; goesOn() && still < in.layers; i = (i + 1) % in.layers) {
      int v = in.order[i];
      still++;
      for (int step = -1; step <= 1; step += 2) {
        if (tried(moved(best.orElseThrow().tierOf(), v, step))) {
          still = 0;
        }
      }
    }
  }

  /** Two moves at once, by chance, as when one branch goes and another comes. */
  private void pairs() {
    Random random = new Random(1);
    for (long n = Math.min(left, PAIRS * (long) in.layers * in.layers); n > 0 && goesOn(); n--) {
      int[] tiers = best.orElseThrow().tierOf();
      int step = random.nextBoolean() ? 1 : -1;
      int[] once = moved(tiers, random.nextInt(in.layers), step);
      int[] twice = once.length == 0 ? once : moved(once, random.nextInt(in.layers), -step);
      if (tried(twice)) {
        descend();
      }
    }
  }

  private boolean goesOn() {
    return left > 0 && !closed() && !lateAfter.test(0);
  }

  private boolean tried(int[] tierOf) {
    if (tierOf.length == 0 || !allows(tierOf)) {
      return false;
    }
    left--;
    return offer(tierOf);
  }

  /** Layer {@code v} a tier further or nearer, with whatever has to follow; empty if it cannot. */
  int[] moved(int[] tiers, int v, int step) {
    int k = tiers[v] + step;
    if (k < bounds.lowest[v] || k > bounds.highest[v]) {
      return new int[0];
    }
    return step > 0 ? closure.raised(tiers, v, k) : closure.lowered(tiers, v, k);
  }
}
