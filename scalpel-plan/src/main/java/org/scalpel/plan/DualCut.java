package org.scalpel.plan;

/**
 * The assignment of least cost by {@link Duals}: the network of {@link CutOracle}, with an arc of
 * its own for every reader of a tensor, as ways through the graph pay each crossing themselves.
 */
final class DualCut {
  private static final double MOST_TICKS = 0x1p56;
  private static final double TICKS_PER_MS = 1e9;
  private static final int SOURCE = -1;
  private static final int SINK = -2;

  private final Instance in;
  private final Bounds bounds;
  private final Steps steps;
  private final Duals duals;
  private final FlowNetwork network;
  private final int[] base;
  private double ticksPerMs;
  private long infinite;

  private DualCut(Instance in, Bounds bounds, Steps steps, Duals duals) {
    this.in = in;
    this.bounds = bounds;
    this.steps = steps;
    this.duals = duals;
    base = new int[in.layers];
    network =
        new FlowNetwork(
            in.links * (in.layers + in.tensors),
            in.links * (2 * in.layers + in.tensors + 3 * in.consumer.length));
  }

  /** The cheapest tiers within {@code bounds}. */
  static int[] cut(Instance in, Bounds bounds, Steps steps, Duals duals) {
    DualCut cut = new DualCut(in, bounds, steps, duals);
    cut.build();
    PushRelabel solver = new PushRelabel(cut.network);
    solver.run();
    return cut.tiers(solver.sinkSide());
  }

  /** How far rounding may have led the cut from the cheapest, ms. */
  static double tolerance(Instance in, double total) {
    int arcs = in.links * (2 * in.layers + in.tensors + 3 * in.consumer.length) + 16;
    return 2 * arcs / perMs(total) + 1e-12 * total;
  }

  private static double perMs(double total) {
    return Math.min(TICKS_PER_MS, MOST_TICKS / Math.max(total, 1e-9));
  }

  /** The sum of everything that can be paid, ms; what no cut costs more than. */
  static double total(Instance in, Steps steps) {
    double total = 1;
    for (double ms : in.compute) {
      total += 2 * ms;
    }
    for (int t = 0; t < in.tensors; t++) {
      int readers = in.consumerStart[t + 1] - in.consumerStart[t] + 1;
      for (int at = t * in.links; at < (t + 1) * in.links; at++) {
        total += finite(steps.up.whole[at]) * readers + 2 * finite(steps.down.whole[at]);
      }
    }
    return total;
  }

  private static double finite(double ms) {
    return ms == Double.POSITIVE_INFINITY ? 0 : ms;
  }

  private void build() {
    double total = total(in, steps);
    ticksPerMs = perMs(total);
    infinite = (long) Math.ceil(total * ticksPerMs) + in.consumer.length + 8L * in.layers + 64;
    for (int v : in.order) {
      base[v] = network.addNodes(bounds.highest[v] - bounds.lowest[v]) - bounds.lowest[v];
    }
    for (int v : in.order) {
      layer(v);
    }
    for (int t = 0; t < in.tensors; t++) {
      if (in.consumerStart[t] < in.consumerStart[t + 1]) {
        tensor(t);
      }
    }
  }

  private int[] tiers(boolean[] sinkSide) {
    int[] tierOf = new int[in.layers];
    for (int v = 0; v < in.layers; v++) {
      int k = bounds.lowest[v];
      while (k < bounds.highest[v] && sinkSide[base[v] + k]) {
        k++;
      }
      tierOf[v] = k;
    }
    return tierOf;
  }

  private int node(int v, int k) {
    if (k < bounds.lowest[v]) {
      return SINK;
    }
    return k >= bounds.highest[v] ? SOURCE : base[v] + k;
  }

  private void edge(int a, int b, long there, long back) {
    if (a >= 0 && b >= 0) {
      network.edge(a, b, there, back);
    } else if (b >= 0) {
      network.source(b, a == SOURCE ? there : 0);
      network.sink(b, a == SINK ? back : 0);
    } else if (a >= 0) {
      network.source(a, b == SOURCE ? back : 0);
      network.sink(a, b == SINK ? there : 0);
    }
  }

  private long ticks(double ms) {
    return Math.round(ms * ticksPerMs);
  }

  private void layer(int v) {
    int low = bounds.lowest[v];
    int high = bounds.highest[v];
    if (low == high) {
      return;
    }
    for (int k = low; k <= high; k++) {
      int here = k == high ? SOURCE : base[v] + k;
      int before = k == low ? SINK : base[v] + k - 1;
      double ms = (duals.tier[k] + duals.layer[v]) * in.compute[v * in.tiers + k];
      edge(
          here,
          before,
          bounds.permits(v, k) ? ticks(ms) : infinite,
          here >= 0 && before >= 0 ? infinite : 0);
    }
    for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
      int t = in.made[m];
      for (int k = low; k < high && in.returns(t); k++) {
        int at = t * in.links + k;
        if (steps.down.send[at] < Double.POSITIVE_INFINITY) {
          double ms = duals.shared(steps, t, k, false, in.links);
          network.source(base[v] + k, ticks(ms + duals.back[t] * steps.down.whole[at]));
        }
      }
    }
  }

  private void tensor(int t) {
    int start = in.consumerStart[t];
    int end = in.consumerStart[t + 1];
    int p = in.producer[t];
    int to = 0;
    for (int c = start; c < end; c++) {
      to = Math.max(to, bounds.highest[in.consumer[c]]);
    }
    for (int k = p < 0 ? 0 : bounds.lowest[p]; k < to; k++) {
      int made = p < 0 ? SOURCE : node(p, k);
      double shared = duals.shared(steps, t, k, true, in.links);
      int paid = made;
      boolean joint = end - start > 1 && shared > 0 && shared < Double.POSITIVE_INFINITY;
      if (joint) {
        paid = network.addNodes(1);
        edge(made, paid, ticks(shared), 0);
      }
      double whole = steps.up.whole[t * in.links + k];
      for (int c = start; c < end; c++) {
        int there = node(in.consumer[c], k);
        if (whole == Double.POSITIVE_INFINITY) {
          edge(made, there, infinite, infinite);
        } else {
          double own = duals.reader[c] * whole + (end - start == 1 ? shared : 0);
          edge(made, there, ticks(own), p < 0 ? 0 : infinite);
        }
        if (joint) {
          edge(paid, there, infinite, 0);
        }
      }
    }
  }
}
