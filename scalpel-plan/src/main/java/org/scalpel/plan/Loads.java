package org.scalpel.plan;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one partition asks of every resource, unrounded and unpriced: the terms of which every
 * objective is made. Expected values where layers are not always reached.
 */
final class Loads {
  private final Instance in;

  /** Work per tier, ms: layers, encoding, decoding. */
  final double[] tier;

  /** Sending per link and direction, ms. */
  final double[] up;

  final double[] down;

  /** Bytes sent per link and direction. */
  final double[] upBytes;

  final double[] downBytes;

  /** Round trips charged, ms per link. */
  final double[] rtt;

  final double[] memoryMib;
  double energyMj;
  double money;
  double loss;

  /** The losses, each times the probability of its crossing. */
  double expectedLoss;

  /** Nothing yet. */
  Loads(Instance in) {
    this.in = in;
    tier = new double[in.tiers];
    memoryMib = new double[in.tiers];
    up = new double[in.links];
    down = new double[in.links];
    upBytes = new double[in.links];
    downBytes = new double[in.links];
    rtt = new double[in.links];
  }

  Loads(Instance in, int[] tierOf, Crossings crossings) {
    this(in);
    for (int v = 0; v < in.layers; v++) {
      layer(v, tierOf[v]);
    }
    for (int t = 0; t < in.tensors; t++) {
      tensor(t, tierOf, crossings);
    }
    for (int k = 0; k < in.links; k++) {
      rtt[k] *= in.problem.links().get(k).rttMs();
    }
  }

  /** Adds a layer on a tier, without round trips. */
  void compute(int v, int k) {
    tier[k] += in.compute[v * in.tiers + k] * in.reach[v];
    if (in.hasCharges) {
      PlanLayer.Charges charges = in.problem.layers().get(v).charges();
      energyMj += charges.energyMj(k) * in.reach[v];
      money += charges.money(k) * in.reach[v];
      memoryMib[k] += charges.memoryMib();
    }
  }

  private void layer(int v, int k) {
    compute(v, k);
    for (int link = 0; link < k; link++) {
      rtt[link] = Math.max(rtt[link], in.reach[v]);
    }
  }

  private void tensor(int t, int[] tierOf, Crossings crossings) {
    int home = in.home(t, tierOf);
    int farthest = in.farthest(t, tierOf);
    for (int k = home; k < farthest; k++) {
      cross(crossings.codec(t, k, true), k, true, in.reachBeyond(t, k, tierOf));
    }
    if (in.returns(t)) {
      for (int k = 0; k < home; k++) {
        cross(crossings.codec(t, k, false), k, false, in.returned[t]);
      }
    }
  }

  /** Adds the crossing of a link. */
  void cross(Codec codec, int k, boolean away, double probability) {
    Link link = in.problem.links().get(k);
    double rate = away ? link.upMbps() : link.downMbps();
    double ms = rate == 0 ? Double.POSITIVE_INFINITY : codec.bytes() * 8e-3 / rate * probability;
    (away ? up : down)[k] += ms;
    (away ? upBytes : downBytes)[k] += codec.bytes() * probability;
    tier[away ? k : k + 1] += codec.encodeMs(away ? k : k + 1) * probability;
    tier[away ? k + 1 : k] += codec.decodeMs(away ? k + 1 : k) * probability;
    energyMj += codec.bytes() / 1e6 * link.mjPerMb() * probability;
    loss += codec.loss();
    expectedLoss += codec.loss() * probability;
  }

  /** The serial latency: everything one after the other. */
  double latencyMs() {
    double sum = 0;
    for (int k = 0; k < in.tiers; k++) {
      sum += tier[k];
    }
    for (int k = 0; k < in.links; k++) {
      sum += up[k] + down[k] + rtt[k];
    }
    return sum;
  }

  /** The weighted sum that the problem asks for. */
  double value() {
    Weights weights = in.problem.options().weights();
    double value = weights.latency() == 0 ? 0 : weights.latency() * latencyMs();
    if (weights.energy() > 0) {
      value += weights.energy() * energyMj;
    }
    return weights.money() > 0 ? value + weights.money() * money : value;
  }

  /** The largest load, counted once per sharer. */
  double periodMs() {
    double most = 0;
    for (double load : resources()) {
      most = Math.max(most, load);
    }
    return most;
  }

  /** Loads of tiers, then uplinks, then downlinks, each counted once per sharer. */
  double[] resources() {
    double[] loads = new double[in.tiers + 2 * in.links];
    for (int k = 0; k < in.tiers; k++) {
      loads[k] = tier[k] * in.problem.tiers().get(k).sharers();
    }
    for (int k = 0; k < in.links; k++) {
      loads[in.tiers + k] = up[k] * in.problem.links().get(k).sharers();
      loads[in.tiers + in.links + k] = down[k] * in.problem.links().get(k).sharers();
    }
    return loads;
  }

  /** Time per stage by name, in the order of the way out. */
  Map<String, Double> stages() {
    Map<String, Double> stages = new LinkedHashMap<>();
    stages.put(in.problem.tiers().get(0).name(), tier[0]);
    double trips = 0;
    for (int k = 0; k < in.links; k++) {
      stages.put(in.problem.upName(k), up[k]);
      stages.put(in.problem.tiers().get(k + 1).name(), tier[k + 1]);
      stages.put(in.problem.downName(k), down[k]);
      trips += rtt[k];
    }
    stages.put("rtt", trips);
    return stages;
  }
}
