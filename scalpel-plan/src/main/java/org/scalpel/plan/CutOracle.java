package org.scalpel.plan;

import java.util.Arrays;
import java.util.Locale;

/**
 * The partition of least priced cost, for any prices: one minimum cut over all tiers at once.
 *
 * <pre>
 * node (v,k), k = 0…K-2, lies on the sink side iff layer v runs beyond tier k
 *
 *   compute    source → (v,K-2) → … → (v,0) → sink   with c[v][K-1], …, c[v][1], c[v][0];
 *              against the arrows ∞: beyond k implies beyond k-1
 *   order      (q,k) → (p,k)  ∞  for each tensor p→q: a layer is never before its producer
 *   tensor t   (p,k) → (t,k)  price of crossing link k;  (t,k) → (q,k)  ∞  for each reader q:
 *              paid once if the producer is not beyond the link and any reader is
 *              (a model input is produced by the source)
 *   output     source → (p,k)  price of returning over link k
 *   round trip source → z_k  price of link k;  z_k → (v,k)  ∞  for each layer v
 * </pre>
 *
 * <p>A layer that is reached with probability r weighs r times as much. A tensor whose readers have
 * different reach gets one node per level, as does the round trip: level i costs the difference to
 * the level below and is implied by the level above. Nodes that pins, forbidden tiers and dead
 * links decide are part of a terminal from the start, so no infinite capacity touches one.
 *
 * <p>Capacities are integers, rounded once; with 10^6 ticks per ms they are nanoseconds. The cut
 * taken is the one with the smallest sink side: the fewest remote layers among the cheapest.
 */
final class CutOracle {
  /** Nanoseconds. */
  static final double TICKS_PER_MS = 1e6;

  private static final double MOST_TICKS = 0x1p61;
  private static final int SOURCE = -1;
  private static final int SINK = -2;

  private final Instance in;
  private final Bounds bounds;
  private final Prices prices;
  private final Crossings crossings;
  private final double ticksPerUnit;
  private final int[] base;
  private FlowNetwork network = new FlowNetwork(0, 0);
  private double total;

  private CutOracle(Instance in, Bounds bounds, Prices prices, Crossings crossings, double ticks) {
    this.in = in;
    this.bounds = bounds;
    this.prices = prices;
    this.crossings = crossings;
    this.ticksPerUnit = ticks;
    base = new int[in.layers];
  }

  /**
   * The tiers of the cheapest assignment within {@code bounds}.
   *
   * @param crossings made at the same prices
   * @throws ProblemException if the costs are too large to be summed exactly
   */
  static int[] cut(Instance in, Bounds bounds, Prices prices, Crossings crossings) {
    return cut(in, bounds, prices, crossings, TICKS_PER_MS);
  }

  static int[] cut(
      Instance in, Bounds bounds, Prices prices, Crossings crossings, double ticksPerUnit) {
    CutOracle oracle = new CutOracle(in, bounds, prices, crossings, ticksPerUnit);
    PushRelabel solver = new PushRelabel(oracle.build());
    solver.run();
    return oracle.tiers(solver.sinkSide());
  }

  /** The network alone, for those who want to solve it otherwise. */
  static FlowNetwork network(Instance in, Bounds bounds, Prices prices, Crossings crossings) {
    return new CutOracle(in, bounds, prices, crossings, TICKS_PER_MS).build();
  }

  private FlowNetwork build() {
    int readers = in.consumer.length;
    network =
        new FlowNetwork(
            in.links * (in.layers + in.tensors + 1),
            in.links * (2 * in.layers + in.tensors + 2 * readers));
    long infinite = 1 + ticksOfEverything();
    for (int v : in.order) {
      base[v] = network.addNodes(bounds.highest[v] - bounds.lowest[v]) - bounds.lowest[v];
    }
    for (int v : in.order) {
      layer(v, infinite);
    }
    for (int t = 0; t < in.tensors; t++) {
      if (in.consumerStart[t] < in.consumerStart[t + 1]) {
        tensor(t, infinite);
      }
    }
    roundTrips(infinite);
    return network;
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

  /** Costs {@code there} if a is on the source side and b is not, {@code back} the other way. */
  private void edge(int a, int b, long there, long back) {
    if (a >= 0 && b >= 0) {
      network.edge(a, b, there, back);
    } else if (b >= 0) {
      terminal(b, a == SOURCE ? there : 0, a == SINK ? back : 0);
    } else if (a >= 0) {
      terminal(a, b == SOURCE ? back : 0, b == SINK ? there : 0);
    }
  }

  private void terminal(int v, long fromSource, long toSink) {
    network.source(v, fromSource);
    network.sink(v, toSink);
  }

  private long ticks(double price) {
    return Math.round(price * ticksPerUnit);
  }

  private double computePrice(int v, int k) {
    double price = prices.tier()[k] * in.compute[v * in.tiers + k];
    if (in.hasCharges) {
      PlanLayer.Charges charges = in.problem.layers().get(v).charges();
      Prices.Other other = prices.other();
      price += other.energy() * charges.energyMj(k) + other.money() * charges.money(k);
      price *= in.reach[v];
      return other.memory().length == 0 ? price : price + other.memory()[k] * charges.memoryMib();
    }
    return price * in.reach[v];
  }

  private void layer(int v, long infinite) {
    for (int k = bounds.lowest[v];
        k <= bounds.highest[v] && bounds.lowest[v] < bounds.highest[v];
        k++) {
      int here = k == bounds.highest[v] ? SOURCE : base[v] + k;
      int before = k == bounds.lowest[v] ? SINK : base[v] + k - 1;
      long cost = bounds.permits(v, k) ? ticks(computePrice(v, k)) : infinite;
      boolean inner = here >= 0 && before >= 0;
      edge(here, before, cost, inner ? infinite : 0);
    }
    for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
      int t = in.made[m];
      for (int k = bounds.lowest[v]; k < bounds.highest[v] && in.returns(t); k++) {
        network.source(base[v] + k, ticks(in.returned[t] * crossings.down[t * in.links + k]));
      }
    }
  }

  private void tensor(int t, long infinite) {
    int start = in.consumerStart[t];
    int end = in.consumerStart[t + 1];
    int p = in.producer[t];
    int from = p < 0 ? 0 : bounds.lowest[p];
    int to = 0;
    for (int c = start; c < end; c++) {
      to = Math.max(to, bounds.highest[in.consumer[c]]);
    }
    for (int k = from; k < to; k++) {
      int made = p < 0 ? SOURCE : node(p, k);
      double price = crossings.up[t * in.links + k];
      if (price == Double.POSITIVE_INFINITY) {
        for (int c = start; c < end; c++) {
          edge(made, node(in.consumer[c], k), infinite, infinite);
        }
      } else if (end - start == 1) {
        int q = in.consumer[start];
        edge(made, node(q, k), ticks(price * in.reach[q]), p < 0 ? 0 : infinite);
      } else {
        shared(t, k, made, infinite);
      }
    }
  }

  private void shared(int t, int k, int made, long infinite) {
    int start = in.consumerStart[t];
    int end = in.consumerStart[t + 1];
    double[] levels = levels(start, end);
    int first = network.addNodes(levels.length);
    double price = crossings.up[t * in.links + k];
    for (int level = 0; level < levels.length; level++) {
      double step = levels[level] - (level == 0 ? 0 : levels[level - 1]);
      edge(made, first + level, ticks(price * step), 0);
      if (level > 0) {
        edge(first + level - 1, first + level, infinite, 0);
      }
    }
    for (int c = start; c < end; c++) {
      int q = in.consumer[c];
      int level = levels.length == 1 ? 0 : Arrays.binarySearch(levels, in.reach[q]);
      edge(first + level, node(q, k), infinite, 0);
      if (in.producer[t] >= 0) {
        edge(node(q, k), made, infinite, 0);
      }
    }
  }

  /** The distinct reach of the readers of a tensor, ascending. */
  private double[] levels(int start, int end) {
    if (!in.hasReach) {
      return new double[] {1};
    }
    return Arrays.stream(in.consumer, start, end)
        .mapToDouble(q -> in.reach[q])
        .distinct()
        .sorted()
        .toArray();
  }

  private void roundTrips(long infinite) {
    boolean free = true;
    for (int k = 0; k < in.links; k++) {
      free &= prices.rtt()[k] * in.problem.links().get(k).rttMs() == 0;
    }
    if (free) {
      return;
    }
    double[] levels =
        in.hasReach ? Arrays.stream(in.reach).distinct().sorted().toArray() : new double[] {1};
    int first = network.addNodes(levels.length * in.links);
    for (int k = 0; k < in.links; k++) {
      double price = prices.rtt()[k] * in.problem.links().get(k).rttMs();
      for (int level = 0; level < levels.length; level++) {
        int at = first + k * levels.length + level;
        network.source(at, ticks(price * (levels[level] - (level == 0 ? 0 : levels[level - 1]))));
        if (level > 0) {
          edge(at - 1, at, infinite, 0);
        }
      }
    }
    for (int v = 0; v < in.layers; v++) {
      if (!impliedByReader(v)) {
        int level = levels.length == 1 ? 0 : Arrays.binarySearch(levels, in.reach[v]);
        for (int k = 0; k < bounds.highest[v]; k++) {
          edge(first + k * levels.length + level, node(v, k), infinite, 0);
        }
      }
    }
  }

  /** True if a layer that reads from v, and so is at least as remote, is reached as often. */
  private boolean impliedByReader(int v) {
    for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
      for (int c = in.consumerStart[in.made[m]]; c < in.consumerStart[in.made[m] + 1]; c++) {
        if (in.reach[in.consumer[c]] >= in.reach[v]) {
          return true;
        }
      }
    }
    return false;
  }

  /** The layer or tensor that costs most anywhere. */
  private String dearest() {
    String name = "round trips";
    double most = 0;
    for (int v = 0; v < in.layers; v++) {
      for (int k = 0; k < in.tiers; k++) {
        if (computePrice(v, k) > most) {
          most = computePrice(v, k);
          name = "layer \"" + in.problem.layers().get(v).name() + "\"";
        }
      }
    }
    for (int at = 0; at < in.tensors * in.links; at++) {
      double cost = Math.max(finite(crossings.up[at]), finite(crossings.down[at]));
      if (cost > most) {
        most = cost;
        name = "tensor \"" + in.problem.tensors().get(at / in.links).name() + "\"";
      }
    }
    return name;
  }

  private static double finite(double ms) {
    return ms < Double.POSITIVE_INFINITY ? ms : 0;
  }

  /** The sum of all finite capacities, rounded up a little. */
  private long ticksOfEverything() {
    total = 0;
    for (int v = 0; v < in.layers; v++) {
      for (int k = 0; k < in.tiers; k++) {
        total += computePrice(v, k);
      }
    }
    for (int t = 0; t < in.tensors; t++) {
      for (int k = 0; k < in.links; k++) {
        int at = t * in.links + k;
        total += crossings.up[at] < Double.POSITIVE_INFINITY ? crossings.up[at] : 0;
        total +=
            in.returned[t] > 0 && crossings.down[at] < Double.POSITIVE_INFINITY
                ? crossings.down[at] * in.returned[t]
                : 0;
      }
    }
    for (int k = 0; k < in.links; k++) {
      total += prices.rtt()[k] * in.problem.links().get(k).rttMs();
    }
    double ticks = total * ticksPerUnit;
    if (!(ticks <= MOST_TICKS)) {
      throw new ProblemException(
          "costs: expected a total of at most "
              + Math.round(MOST_TICKS / TICKS_PER_MS)
              + " ms (2^61 ns), found "
              + String.format(Locale.ROOT, "%.4g", total)
              + ", most of it for "
              + dearest());
    }
    long rounding =
        8L * (in.layers * (long) in.tiers + in.tensors * (long) in.links + in.consumer.length);
    return (long) Math.ceil(ticks) + rounding;
  }
}
