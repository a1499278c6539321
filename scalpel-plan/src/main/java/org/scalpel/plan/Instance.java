package org.scalpel.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A problem and a request's limits as flat arrays, the form that solvers read.
 *
 * <p>Indices: layer {@code v}, tier {@code k}, link {@code k} (from tier k to k+1), tensor {@code
 * t}. Lists of lists are stored row after row with a row-start array.
 */
final class Instance {
  final Problem problem;
  final int layers;
  final int tiers;
  final int links;
  final int tensors;

  /** {@code compute[v * tiers + k]}, ms. */
  final double[] compute;

  final double[] reach;

  /** True if some layer is not always executed. */
  final boolean hasReach;

  /** True if some layer costs energy, money or memory. */
  final boolean hasCharges;

  final int[] producer;
  final int[] consumerStart;
  final int[] consumer;

  /** Tensors made by a layer. */
  final int[] madeStart;

  final int[] made;

  /** How often a tensor returns to tier 0 if it is produced beyond; 0 for one that never does. */
  final double[] returned;

  /** Layers so that producers come before consumers. */
  final int[] order;

  Instance(Problem problem) {
    this.problem = problem;
    layers = problem.layers().size();
    tiers = problem.tiers().size();
    links = tiers - 1;
    tensors = problem.tensors().size();
    compute = new double[layers * tiers];
    reach = new double[layers];
    boolean charged = false;
    boolean gated = false;
    for (int v = 0; v < layers; v++) {
      PlanLayer layer = problem.layers().get(v);
      List<Double> times = layer.computeMs();
      for (int k = 0; k < tiers; k++) {
        compute[v * tiers + k] = times.get(k);
      }
      reach[v] = layer.reach();
      gated |= layer.reach() < 1;
      charged |= !layer.charges().equals(PlanLayer.Charges.NONE);
    }
    hasReach = gated;
    hasCharges = charged;
    producer = new int[tensors];
    returned = new double[tensors];
    consumerStart = new int[tensors + 1];
    madeStart = new int[layers + 1];
    consumer = readTensors();
    made = new int[madeStart[layers]];
    fillMade();
    order = topological();
  }

  private int[] readTensors() {
    boolean stay = problem.options().resultsAt() == ResultsAt.ANYWHERE;
    for (int t = 0; t < tensors; t++) {
      PlanTensor tensor = problem.tensors().get(t);
      producer[t] = tensor.producer();
      consumerStart[t + 1] = consumerStart[t] + tensor.consumers().size();
      if (tensor.producer() >= 0) {
        madeStart[tensor.producer() + 1]++;
        if (tensor.output() && !stay) {
          returned[t] = tensor.delivery().probability().orElse(reach[tensor.producer()]);
        }
      }
    }
    for (int v = 0; v < layers; v++) {
      madeStart[v + 1] += madeStart[v];
    }
    int[] all = new int[consumerStart[tensors]];
    int at = 0;
    for (PlanTensor tensor : problem.tensors()) {
      for (int layer : tensor.consumers()) {
        all[at++] = layer;
      }
    }
    return all;
  }

  private void fillMade() {
    int[] next = madeStart.clone();
    for (int t = 0; t < tensors; t++) {
      if (producer[t] >= 0) {
        made[next[producer[t]]++] = t;
      }
    }
  }

  private int[] topological() {
    int[] waiting = new int[layers];
    for (int t = 0; t < tensors; t++) {
      if (producer[t] >= 0) {
        for (int c = consumerStart[t]; c < consumerStart[t + 1]; c++) {
          waiting[consumer[c]]++;
        }
      }
    }
    int[] sorted = new int[layers];
    int found = 0;
    for (int v = 0; v < layers; v++) {
      if (waiting[v] == 0) {
        sorted[found++] = v;
      }
    }
    for (int done = 0; done < found; done++) {
      int v = sorted[done];
      for (int m = madeStart[v]; m < madeStart[v + 1]; m++) {
        for (int c = consumerStart[made[m]]; c < consumerStart[made[m] + 1]; c++) {
          if (--waiting[consumer[c]] == 0) {
            sorted[found++] = consumer[c];
          }
        }
      }
    }
    return sorted;
  }

  /** True if tensor {@code t} is an output that must return to tier 0. */
  boolean returns(int t) {
    return producer[t] >= 0
        && problem.tensors().get(t).output()
        && problem.options().resultsAt() == ResultsAt.DEVICE;
  }

  /** The most remote tier that reads tensor {@code t}, -1 if none does. */
  int farthest(int t, int[] tierOf) {
    int farthest = -1;
    for (int c = consumerStart[t]; c < consumerStart[t + 1]; c++) {
      farthest = Math.max(farthest, tierOf[consumer[c]]);
    }
    return farthest;
  }

  /** The tier where tensor {@code t} is made. */
  int home(int t, int[] tierOf) {
    return producer[t] < 0 ? 0 : tierOf[producer[t]];
  }

  /** The largest reach of the consumers of {@code t} beyond link {@code k}. */
  double reachBeyond(int t, int k, int[] tierOf) {
    double most = 0;
    for (int c = consumerStart[t]; c < consumerStart[t + 1]; c++) {
      if (tierOf[consumer[c]] > k) {
        most = Math.max(most, reach[consumer[c]]);
      }
    }
    return most;
  }

  /** {@code pins} as a tier per layer, -1 where free. */
  int[] pinned(Map<String, String> pins) {
    int[] pinned = new int[layers];
    Arrays.fill(pinned, -1);
    pins.forEach((layer, tier) -> pinned[problem.layerIndex(layer)] = problem.tierIndex(tier));
    return pinned;
  }
}
