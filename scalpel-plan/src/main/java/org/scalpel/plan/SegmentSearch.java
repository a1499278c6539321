package org.scalpel.plan;

import java.util.Arrays;

/**
 * Where an assignment's tiers should be cut into several segments, so that what others wait for is
 * released early and what is still on its way holds nothing up.
 *
 * <p>Layers of a tier are sorted by when all they depend on has arrived, then by the transfer that
 * waits for them first, as in the schedule of single layers. A segment may begin wherever one of
 * the two changes. From no such cut and from all of them, cuts are added and removed as long as the
 * makespan falls; fewer segments win ties.
 */
final class SegmentSearch {
  private static final int MOST_BREAKS = 40;
  private static final int ROUNDS = 3;
  private static final int TRIES = 20;
  private static final double LESS = 1e-9;

  private final Instance in;
  private final Steps steps;
  private final int[] tierOf;
  private final int[] order;
  private final int[] candidates;
  private boolean[] breaks;
  private Scheduled best;

  private SegmentSearch(Instance in, Steps steps, int[] tierOf) {
    this.in = in;
    this.steps = steps;
    this.tierOf = tierOf;
    breaks = new boolean[in.layers];
    order = in.order.clone();
    best = Scheduled.whole(in, steps, tierOf);
    candidates = best.pieces().count > 1 ? sorted() : new int[0];
  }

  /** The best found for {@code tierOf}; layers by themselves where problems know no segments. */
  static Scheduled best(Instance in, Steps steps, int[] tierOf) {
    return steps.segmented
        ? new SegmentSearch(in, steps, tierOf).run()
        : Scheduled.layers(in, steps, tierOf);
  }

  private Scheduled run() {
    if (candidates.length == 0) {
      return best;
    }
    boolean[] all = new boolean[in.layers];
    for (int v : candidates) {
      all[v] = true;
    }
    Scheduled cut = Scheduled.segments(in, steps, tierOf, order, all);
    if (cut.ms() < best.ms() - LESS) {
      best = cut;
      breaks = all;
    }
    boolean changed = true;
    for (int round = 0; changed && round < ROUNDS; round++) {
      changed = false;
      for (int v : candidates) {
        changed |= flip(v);
      }
    }
    return best;
  }

  private boolean flip(int v) {
    boolean[] other = breaks.clone();
    other[v] = !breaks[v];
    Pieces pieces = Pieces.segments(in, steps, tierOf, order, other);
    JobGraph graph = new JobGraph(in, tierOf, steps, pieces);
    if (graph.least() > best.ms() + 1e-12) {
      return false;
    }
    Scheduled cut = new Scheduled(tierOf, pieces, Makespan.best(graph));
    if (cut.ms() < best.ms() - LESS || (breaks[v] && cut.ms() <= best.ms() + 1e-12)) {
      best = cut;
      breaks = other;
      return true;
    }
    return false;
  }

  /** Sorts {@code order} and returns the layers with which a segment may begin. */
  private int[] sorted() {
    Scheduled fine = Scheduled.layers(in, steps, tierOf, TRIES);
    double[] release = releases(fine);
    double[] due = dues(fine);
    Integer[] sorted = Arrays.stream(in.order).boxed().toArray(Integer[]::new);
    Arrays.sort(
        sorted,
        (v, w) -> {
          int byTier = Integer.compare(tierOf[v], tierOf[w]);
          int byRelease = byTier != 0 ? byTier : Double.compare(release[v], release[w]);
          return byRelease != 0 ? byRelease : Double.compare(due[v], due[w]);
        });
    int[] found = new int[in.layers];
    int count = 0;
    for (int i = 0; i < in.layers; i++) {
      order[i] = sorted[i];
      if (i > 0 && tierOf[order[i]] == tierOf[order[i - 1]]) {
        int v = order[i];
        int before = order[i - 1];
        if (release[v] != release[before] || due[v] != due[before]) {
          found[count++] = v;
        }
      }
    }
    int kept = Math.min(count, MOST_BREAKS);
    int[] chosen = new int[kept];
    for (int i = 0; i < kept; i++) {
      chosen[i] = found[(int) ((long) i * count / kept)];
    }
    return chosen;
  }

  /** When all that a layer and those before it on its tier read has arrived. */
  private double[] releases(Scheduled fine) {
    double[] arrival = new double[in.tensors * in.tiers];
    JobGraph graph = fine.run().graph();
    for (int j = 0; j < graph.jobs; j++) {
      int r = graph.resource[j];
      if (!graph.isPiece(j) && r < in.tiers + in.links) {
        int at = graph.subject[j] * in.tiers + (r < in.tiers ? r : r - in.tiers + 1);
        arrival[at] = Math.max(arrival[at], fine.run().start[j] + graph.duration[j]);
      }
    }
    double[] release = new double[in.layers];
    for (int t = 0; t < in.tensors; t++) {
      if (in.producer[t] < 0) {
        arrive(t, arrival, release);
      }
    }
    for (int v : in.order) {
      for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
        arrive(in.made[m], arrival, release);
      }
    }
    return release;
  }

  private void arrive(int t, double[] arrival, double[] release) {
    int p = in.producer[t];
    for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
      int q = in.consumer[c];
      boolean here = tierOf[q] == in.home(t, tierOf);
      double there = here ? (p < 0 ? 0 : release[p]) : arrival[t * in.tiers + tierOf[q]];
      release[q] = Math.max(release[q], there);
    }
  }

  /** The end of the first layer that sends something away and waits for this one. */
  private double[] dues(Scheduled fine) {
    double[] due = new double[in.layers];
    Arrays.fill(due, Double.MAX_VALUE);
    JobGraph graph = fine.run().graph();
    double[] end = new double[in.layers];
    for (int j = 0; j < graph.jobs; j++) {
      if (graph.isPiece(j)) {
        end[fine.pieces().members[~graph.subject[j]]] = fine.run().start[j] + graph.duration[j];
      }
    }
    for (int i = in.layers - 1; i >= 0; i--) {
      int v = in.order[i];
      for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
        int t = in.made[m];
        boolean away = in.returns(t) && tierOf[v] > 0;
        for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
          int q = in.consumer[c];
          away |= tierOf[q] != tierOf[v];
          due[v] = tierOf[q] == tierOf[v] ? Math.min(due[v], due[q]) : due[v];
        }
        due[v] = away ? Math.min(due[v], end[v]) : due[v];
      }
    }
    return due;
  }
}
