package org.scalpel.plan;

import java.util.Arrays;

/**
 * A lower bound on any makespan: from cut vertex to cut vertex, with the tier of each as the state.
 * All that comes before a cut vertex ends before it starts, so bounds of blocks add up. A block
 * whose two ends share a tier is on that tier whole and takes the sum of its layers; otherwise the
 * longest path counts, each layer on its best tier between the two, each tensor with its transfers.
 */
final class MakespanBound {
  private final Setup setup;
  private final Instance in;
  private final Blocks blocks;
  private final int[][] sources;

  /** {@code finish[v][k]}: earliest end of layer v on tier k within the block at hand. */
  private final double[][] finish;

  private MakespanBound(Setup setup) {
    this.setup = setup;
    in = setup.in();
    blocks = new Blocks(in);
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

  static double of(Setup setup) {
    return new MakespanBound(setup).run();
  }

  private double run() {
    double[] done = new double[in.tiers];
    int from = -1;
    for (int to : blocks.cutPositions) {
      done = extend(done, from, to);
      from = to;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < (from < 0 ? 1 : in.tiers); k++) {
      if (done[k] < Double.POSITIVE_INFINITY) {
        least = Math.min(least, done[k] + rest(from, k));
      }
    }
    return least;
  }

  private boolean permits(int v, int k) {
    return k >= setup.bounds().lowest[v]
        && k <= setup.bounds().highest[v]
        && setup.bounds().permits(v, k);
  }

  /** The best ends of the cut vertex at {@code to}, per tier. */
  private double[] extend(double[] done, int from, int to) {
    double[] next = Prices.filled(in.tiers, Double.POSITIVE_INFINITY);
    int last = in.order[to];
    for (int i = 0; i < (from < 0 ? 1 : in.tiers); i++) {
      if (done[i] == Double.POSITIVE_INFINITY) {
        continue;
      }
      next[i] = Math.min(next[i], done[i] + together(from, to, i));
      if (i < in.links) {
        paths(from, to, i);
        for (int j = i + 1; j < in.tiers; j++) {
          next[j] = Math.min(next[j], done[i] + finish[last][j]);
        }
      }
    }
    return next;
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
      ms += time(t, k, true);
    }
    return ms;
  }

  private double time(int t, int k, boolean away) {
    Link link = in.problem.links().get(k);
    double rate = away ? link.upMbps() : link.downMbps();
    if (rate == 0) {
      return Double.POSITIVE_INFINITY;
    }
    Codec codec = setup.crossings().codec(t, k, away);
    return codec.encodeMs(away ? k : k + 1)
        + codec.bytes() * 8e-3 / rate
        + link.rttMs() / 2
        + codec.decodeMs(away ? k + 1 : k);
  }

  /** From the last cut vertex on tier {@code k} to the last output on tier 0. */
  private double rest(int from, int k) {
    paths(from, in.layers - 1, k);
    double latest = 0;
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
      ms += time(t, k, false);
    }
    return ms;
  }
}
