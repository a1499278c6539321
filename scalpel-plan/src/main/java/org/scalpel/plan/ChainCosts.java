package org.scalpel.plan;

import java.util.Arrays;

/**
 * A graph seen as a chain: one topological order, cut once per link at position i_0 ≤ i_1 ≤ …; link
 * k lies between the first i_k layers and the rest. What a link costs depends on its own position
 * alone (every tensor that is alive there crosses, every output made after it returns), so all
 * positions of all links are priced in one pass.
 */
final class ChainCosts {
  private final Setup setup;
  private final Instance in;
  private final int[] position;

  /** {@code link[k][i]}: what link k costs with i layers before it; infinite if it cannot be. */
  final double[][] link;

  /**
   * {@code work[k][i]}: the first i layers on tier k; infinite from a layer that may not be there.
   */
  private final double[][] work;

  private final int[][] forbidden;

  ChainCosts(Setup setup) {
    this.setup = setup;
    in = setup.in();
    position = new int[in.layers];
    for (int i = 0; i < in.layers; i++) {
      position[in.order[i]] = i;
    }
    work = new double[in.tiers][in.layers + 1];
    forbidden = new int[in.tiers][in.layers + 1];
    for (int k = 0; k < in.tiers; k++) {
      sumWork(k);
    }
    link = new double[in.links][];
    for (int k = 0; k < in.links; k++) {
      link[k] = new Steps().price(k);
    }
  }

  private void sumWork(int k) {
    Prices prices = setup.prices();
    for (int i = 0; i < in.layers; i++) {
      int v = in.order[i];
      PlanLayer.Charges charges = in.problem.layers().get(v).charges();
      double price =
          prices.tier()[k] * in.compute[v * in.tiers + k]
              + prices.other().energy() * charges.energyMj(k)
              + prices.other().money() * charges.money(k);
      boolean allowed =
          k >= setup.bounds().lowest[v]
              && k <= setup.bounds().highest[v]
              && setup.bounds().permits(v, k);
      work[k][i + 1] = work[k][i] + in.reach[v] * price;
      forbidden[k][i + 1] = forbidden[k][i] + (allowed ? 0 : 1);
    }
  }

  /** The price of layers {@code from} to {@code to} (exclusive) on tier {@code k}. */
  double work(int k, int from, int to) {
    return forbidden[k][to] > forbidden[k][from]
        ? Double.POSITIVE_INFINITY
        : work[k][to] - work[k][from];
  }

  /**
   * The serial cost of the first {@code i} layers on tier {@code near}, the rest on {@code far}.
   */
  double pair(int near, int far, int i) {
    double cost = work(near, 0, i) + work(far, i, in.layers);
    for (int k = 0; k < far; k++) {
      cost += link[k][k < near ? 0 : i];
    }
    return cost;
  }

  /** The assignment with the first {@code i} layers on {@code near} and the rest on {@code far}. */
  int[] tiers(int near, int far, int i) {
    int[] tierOf = new int[in.layers];
    for (int at = 0; at < in.layers; at++) {
      tierOf[in.order[at]] = at < i ? near : far;
    }
    return tierOf;
  }

  /** The assignment with link k after the first {@code cuts[k]} layers. */
  int[] tiers(int[] cuts) {
    int[] tierOf = new int[in.layers];
    for (int at = 0; at < in.layers; at++) {
      int k = 0;
      while (k < cuts.length && at >= cuts[k]) {
        k++;
      }
      tierOf[in.order[at]] = k;
    }
    return tierOf;
  }

  /** Costs per position, collected as steps. */
  private final class Steps {
    private final double[] step = new double[in.layers + 2];
    private final int[] ban = new int[in.layers + 2];

    double[] price(int k) {
      for (int t = 0; t < in.tensors; t++) {
        crossing(t, k);
        if (in.returns(t)) {
          double price = setup.crossings().down[t * in.links + k];
          add(0, position[in.producer[t]], times(price, in.returned[t]));
        }
      }
      double trip = setup.prices().rtt()[k] * in.problem.links().get(k).rttMs();
      double level = 0;
      for (int i = in.layers - 1; i >= 0; i--) {
        level = Math.max(level, in.reach[in.order[i]]);
        add(i, i, trip * level);
      }
      double[] cost = new double[in.layers + 1];
      double sum = 0;
      int bans = 0;
      for (int i = 0; i <= in.layers; i++) {
        sum += step[i];
        bans += ban[i];
        cost[i] = bans > 0 ? Double.POSITIVE_INFINITY : sum;
      }
      return cost;
    }

    private void crossing(int t, int k) {
      int start = in.consumerStart[t];
      int count = in.consumerStart[t + 1] - start;
      int made = in.producer[t] < 0 ? 0 : position[in.producer[t]] + 1;
      int[] readers =
          Arrays.stream(in.consumer, start, start + count).map(v -> position[v]).sorted().toArray();
      double level = 0;
      for (int c = count - 1; c >= 0; c--) {
        level = Math.max(level, in.reach[in.order[readers[c]]]);
        int from = Math.max(made, c == 0 ? 0 : readers[c - 1] + 1);
        add(from, readers[c], times(setup.crossings().up[t * in.links + k], level));
      }
    }

    /** Positions {@code from} to {@code to} (inclusive) cost {@code price} more. */
    private void add(int from, int to, double price) {
      if (from <= to && price == Double.POSITIVE_INFINITY) {
        ban[from]++;
        ban[to + 1]--;
      } else if (from <= to) {
        step[from] += price;
        step[to + 1] -= price;
      }
    }

    /** A dead link stays dead however seldom it is used. */
    private double times(double price, double probability) {
      return price == Double.POSITIVE_INFINITY ? price : price * probability;
    }
  }
}
