package org.scalpel.plan;

import java.util.Arrays;

/**
 * Layers grouped into what runs as one: single layers, or the segments of a real plan. A piece
 * starts when all it reads is on its tier and releases what it makes when it ends.
 *
 * <p>Pieces are runs of one order of all layers, tier by tier, so each is convex and their graph
 * has no cycle; they are numbered so that a piece reads only from smaller numbers.
 */
final class Pieces {
  final int count;

  /** Layer → its piece. */
  final int[] of;

  final int[] tier;

  /** What each piece takes, ms. */
  final double[] ms;

  /** Members of piece p: {@code members[start[p] … start[p+1]-1]}, in order. */
  final int[] start;

  final int[] members;

  private Pieces(int[] of, int[] tierOf, int[] order, int count) {
    this.of = of;
    this.count = count;
    start = new int[count + 1];
    for (int piece : of) {
      start[piece + 1]++;
    }
    for (int p = 0; p < count; p++) {
      start[p + 1] += start[p];
    }
    members = new int[of.length];
    tier = new int[count];
    ms = new double[count];
    int[] next = start.clone();
    for (int v : order) {
      members[next[of[v]]++] = v;
      tier[of[v]] = tierOf[v];
    }
  }

  /** Every layer by itself. */
  static Pieces layers(Instance in, int[] tierOf) {
    int[] of = new int[in.layers];
    for (int i = 0; i < in.layers; i++) {
      of[in.order[i]] = i;
    }
    Pieces pieces = new Pieces(of, tierOf, in.order, in.layers);
    pieces.compute(in);
    return pieces;
  }

  /**
   * Segments: along {@code order} each tier's layers, a new piece wherever {@code breaks} says.
   *
   * @param order a topological order
   * @param breaks layer → true if a new piece of its tier begins with it
   */
  static Pieces segments(Instance in, Steps steps, int[] tierOf, int[] order, boolean[] breaks) {
    int[] of = new int[in.layers];
    int[] open = new int[in.tiers];
    Arrays.fill(open, -1);
    int[] ranked = new int[in.layers];
    int count = 0;
    for (int v : order) {
      int k = tierOf[v];
      if (open[k] < 0 || breaks[v]) {
        open[k] = count++;
      }
      of[v] = open[k];
    }
    int[] rank = byTier(in, tierOf, of, order, count);
    for (int v = 0; v < in.layers; v++) {
      ranked[v] = rank[of[v]];
    }
    Pieces pieces = new Pieces(ranked, tierOf, order, count);
    pieces.compute(in);
    pieces.borders(in, steps);
    return pieces;
  }

  /** Tier after tier, pieces of a tier in their order: what is read never has a greater number. */
  private static int[] byTier(Instance in, int[] tierOf, int[] of, int[] order, int count) {
    int[] tier = new int[count];
    for (int v : order) {
      tier[of[v]] = tierOf[v];
    }
    int[] rank = new int[count];
    int next = 0;
    for (int k = 0; k < in.tiers; k++) {
      for (int p = 0; p < count; p++) {
        if (tier[p] == k) {
          rank[p] = next++;
        }
      }
    }
    return rank;
  }

  private void compute(Instance in) {
    for (int p = 0; p < count; p++) {
      for (int m = start[p]; m < start[p + 1]; m++) {
        ms[p] += in.compute[members[m] * in.tiers + tier[p]];
      }
    }
  }

  /**
   * What cutting one tier's work into several sessions costs: each further session, what leaves one
   * for another of the same tier, what enters more than one.
   */
  private void borders(Instance in, Steps steps) {
    boolean[] seen = new boolean[in.tiers];
    for (int p = 0; p < count; p++) {
      ms[p] += seen[tier[p]] ? steps.session[tier[p]] : 0;
      seen[tier[p]] = true;
    }
    int[] readBy = new int[count];
    Arrays.fill(readBy, -1);
    int[] entered = new int[in.tiers];
    Arrays.fill(entered, -1);
    for (int t = 0; t < in.tensors; t++) {
      border(in, steps, t, readBy, entered);
    }
  }

  private void border(Instance in, Steps steps, int t, int[] readBy, int[] entered) {
    int p = in.producer[t];
    int home = p < 0 ? -1 : of[p];
    boolean inside = false;
    boolean leaves = p >= 0 && in.problem.tensors().get(t).output();
    for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
      int reader = of[in.consumer[c]];
      if (reader == home || readBy[reader] == t) {
        continue;
      }
      readBy[reader] = t;
      int k = tier[reader];
      leaves |= home >= 0 && k != tier[home];
      inside |= home >= 0 && k == tier[home];
      if (entered[k] == t || (home >= 0 && k == tier[home])) {
        ms[reader] += steps.enter[t * in.tiers + k];
      }
      entered[k] = t;
    }
    if (inside && !leaves) {
      ms[home] += steps.leave[t * in.tiers + tier[home]];
    }
  }
}
