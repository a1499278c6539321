package org.scalpel.plan;

import java.util.Arrays;

/**
 * The serial cost of every prefix of a topological order on tier a with the rest on tier b, in one
 * pass: each tensor adds its price to the range of prefixes that leave it alive.
 *
 * <p>Prefix i holds the first i layers. {@code cost[i]} is infinite where the limits forbid it.
 */
final class PrefixScan {
  private final Setup setup;
  private final Instance in;
  private final int near;
  private final int far;
  private final int[] position;
  private final double[] step;
  private final int[] forbidden;
  final double[] cost;

  PrefixScan(Setup setup, int near, int far) {
    this.setup = setup;
    in = setup.in();
    this.near = near;
    this.far = far;
    position = new int[in.layers];
    for (int i = 0; i < in.layers; i++) {
      position[in.order[i]] = i;
    }
    step = new double[in.layers + 2];
    forbidden = new int[in.layers + 2];
    for (int v = 0; v < in.layers; v++) {
      layer(v);
    }
    for (int t = 0; t < in.tensors; t++) {
      crossing(t);
      returning(t);
    }
    roundTrips();
    cost = new double[in.layers + 1];
    double sum = 0;
    int bans = 0;
    for (int i = 0; i <= in.layers; i++) {
      sum += step[i];
      bans += forbidden[i];
      cost[i] = bans > 0 ? Double.POSITIVE_INFINITY : sum;
    }
  }

  /** Prefixes {@code from} to {@code to} (inclusive) cost {@code price} more. */
  private void add(int from, int to, double price) {
    if (from > to) {
      return;
    }
    if (price == Double.POSITIVE_INFINITY) {
      forbidden[from]++;
      forbidden[to + 1]--;
    } else {
      step[from] += price;
      step[to + 1] -= price;
    }
  }

  private void layer(int v) {
    add(position[v] + 1, in.layers, price(v, near));
    add(0, position[v], price(v, far));
  }

  private double price(int v, int k) {
    boolean allowed =
        k >= setup.bounds().lowest[v]
            && k <= setup.bounds().highest[v]
            && setup.bounds().permits(v, k);
    if (!allowed) {
      return Double.POSITIVE_INFINITY;
    }
    Prices prices = setup.prices();
    PlanLayer.Charges charges = in.problem.layers().get(v).charges();
    return in.reach[v]
        * (prices.tier()[k] * in.compute[v * in.tiers + k]
            + prices.other().energy() * charges.energyMj(k)
            + prices.other().money() * charges.money(k));
  }

  private double upPrice(int t, int from, int to) {
    double price = 0;
    for (int k = from; k < to; k++) {
      price += setup.crossings().up[t * in.links + k];
    }
    return price;
  }

  private void crossing(int t) {
    int start = in.consumerStart[t];
    int count = in.consumerStart[t + 1] - start;
    if (count == 0) {
      return;
    }
    int made = in.producer[t] < 0 ? 0 : position[in.producer[t]] + 1;
    int[] readers =
        Arrays.stream(in.consumer, start, start + count).map(v -> position[v]).sorted().toArray();
    double between = upPrice(t, near, far);
    double level = 0;
    for (int c = count - 1; c >= 0; c--) {
      level = Math.max(level, in.reach[in.order[readers[c]]]);
      int from = Math.max(made, c == 0 ? 0 : readers[c - 1] + 1);
      add(from, readers[c], times(between, level));
    }
    if (in.producer[t] < 0) {
      add(0, in.layers, times(upPrice(t, 0, near), level));
    }
  }

  /** A dead link stays dead however seldom it is used. */
  private static double times(double price, double probability) {
    return price == Double.POSITIVE_INFINITY ? price : price * probability;
  }

  private void returning(int t) {
    if (!in.returns(t)) {
      return;
    }
    int made = position[in.producer[t]];
    add(made + 1, in.layers, downPrice(t, near));
    add(0, made, downPrice(t, far));
  }

  private double downPrice(int t, int from) {
    double price = 0;
    for (int k = 0; k < from; k++) {
      price += times(setup.crossings().down[t * in.links + k], in.returned[t]);
    }
    return price;
  }

  private void roundTrips() {
    double toNear = 0;
    double toFar = 0;
    for (int k = 0; k < far; k++) {
      double price = setup.prices().rtt()[k] * in.problem.links().get(k).rttMs();
      if (k < near) {
        toNear += price;
      } else {
        toFar += price;
      }
    }
    double all = Arrays.stream(in.reach).max().orElse(0);
    add(0, in.layers, toNear * all);
    double level = 0;
    for (int i = in.layers - 1; i >= 0; i--) {
      level = Math.max(level, in.reach[in.order[i]]);
      add(i, i, toFar * level);
    }
  }

  /** The assignment of prefix {@code i}. */
  int[] tiers(int i) {
    int[] tierOf = new int[in.layers];
    for (int at = 0; at < in.layers; at++) {
      tierOf[in.order[at]] = at < i ? near : far;
    }
    return tierOf;
  }
}
