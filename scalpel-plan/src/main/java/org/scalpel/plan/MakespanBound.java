package org.scalpel.plan;

import java.util.Arrays;

/**
 * Quick lower bounds from one cut vertex to the next. A stretch that stays on one tier takes the
 * sum of its layers; any other at least its longest path, each layer on its best tier between the
 * two, each tensor with its transfers.
 */
final class MakespanBound {
  private final Instance in;
  private final Bounds bounds;
  private final Steps steps;
  private final Blocks blocks;
  private final int[][] sources;

  /** {@code finish[v][k]}: earliest end of layer v on tier k within the block at hand. */
  private final double[][] finish;

  MakespanBound(Setup setup, Blocks blocks) {
    this.blocks = blocks;
    in = setup.in();
    bounds = setup.bounds();
    steps = setup.steps();
    finish = new double[in.layers][in.tiers];
    int[] count = new int[in.layers];
    for (int reader : in.consumer) {
      count[reader]++;
    }
    sources = new int[in.layers][];
    Arrays.setAll(sources, v -> new int[count[v]]);
    for (int t = 0; t < in.tensors; t++) {
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        int v = in.consumer[c];
        sources[v][--count[v]] = t;
      }
    }
  }

  private boolean permits(int v, int k) {
    return k >= bounds.lowest[v] && k <= bounds.highest[v] && bounds.permits(v, k);
  }

  /**
   * The earliest ends of the layer at position {@code to} on each tier, when the one at position
   * {@code from} (-1 = the start) ends at 0 on tier {@code k}: all on one tier take their sum,
   * beyond it the longest path counts.
   */
  double[] ends(int from, int to, int k) {
    double[] ends = Prices.filled(in.tiers, Double.POSITIVE_INFINITY);
    ends[k] = together(from, to, k);
    if (k < in.links) {
      paths(from, to, k);
      System.arraycopy(finish[in.order[to]], k + 1, ends, k + 1, in.links - k);
    }
    return ends;
  }

  private double together(int from, int to, int k) {
    double sum = 0;
    for (int i = from + 1; i <= to; i++) {
      int v = in.order[i];
      if (!permits(v, k)) {
        return Double.POSITIVE_INFINITY;
      }
      sum += in.compute[v * in.tiers + k];
    }
    return sum;
  }

  /**
   * Fills {@code finish} for positions after {@code from} up to {@code to}, from tier {@code k} on.
   */
  private void paths(int from, int to, int k) {
    for (int i = from + 1; i <= Math.min(to, in.layers - 1); i++) {
      int v = in.order[i];
      for (int at = 0; at < in.tiers; at++) {
        finish[v][at] =
            at < k || !permits(v, at)
                ? Double.POSITIVE_INFINITY
                : in.compute[v * in.tiers + at] + ready(v, at, from, k);
      }
    }
  }

  private double ready(int v, int at, int from, int k) {
    double latest = 0;
    for (int t : sources[v]) {
      int p = in.producer[t];
      if (p < 0) {
        latest = Math.max(latest, from < 0 ? carry(t, 0, at) : 0);
      } else if (blocks.position(p) <= from) {
        latest = Math.max(latest, blocks.position(p) == from ? carry(t, k, at) : 0);
      } else {
        double soonest = Double.POSITIVE_INFINITY;
        for (int home = k; home <= at; home++) {
          if (finish[p][home] < Double.POSITIVE_INFINITY) {
            soonest = Math.min(soonest, finish[p][home] + carry(t, home, at));
          }
        }
        latest = Math.max(latest, soonest);
      }
    }
    return latest;
  }

  /** The time from when a tensor exists on one tier to when it is on a farther one. */
  private double carry(int t, int from, int to) {
    double ms = 0;
    for (int k = from; k < to; k++) {
      ms += steps.up.whole[t * in.links + k];
    }
    return ms;
  }

  /** From the last cut vertex on tier {@code k} to the last output on tier 0. */
  double rest(int from, int k) {
    paths(from, in.layers - 1, k);
    double latest = 0;
    for (int i = from + 1; i < in.layers && !steps.anyOutput; i++) {
      double soonest = Double.POSITIVE_INFINITY;
      for (int at = k; at < in.tiers; at++) {
        soonest = Math.min(soonest, finish[in.order[i]][at]);
      }
      latest = Math.max(latest, soonest);
    }
    for (int t = 0; t < in.tensors; t++) {
      int p = in.producer[t];
      if (p < 0 || !in.problem.tensors().get(t).output()) {
        continue;
      }
      double soonest = Double.POSITIVE_INFINITY;
      if (blocks.position(p) > from) {
        for (int at = k; at < in.tiers; at++) {
          soonest = Math.min(soonest, finish[p][at] + back(t, at));
        }
      } else {
        soonest = blocks.position(p) == from ? back(t, k) : 0;
      }
      latest = Math.max(latest, soonest);
    }
    return latest;
  }

  private double back(int t, int from) {
    double ms = 0;
    for (int k = from - 1; k >= 0 && in.returns(t); k--) {
      ms += steps.down.whole[t * in.links + k];
    }
    return ms;
  }
}
