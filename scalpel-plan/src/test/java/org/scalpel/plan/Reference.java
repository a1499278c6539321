package org.scalpel.plan;

import java.util.Arrays;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The definitions of the contract, written down a second time without any cleverness. */
final class Reference {
  private final Problem problem;

  Reference(Problem problem) {
    this.problem = problem;
  }

  /** The least value over every assignment; infinite if there is none. */
  double least(Map<String, String> pins, ToDoubleFunction<int[]> value) {
    double least = Double.POSITIVE_INFINITY;
    int[] tierOf = new int[problem.layers().size()];
    do {
      if (valid(tierOf, pins)) {
        least = Math.min(least, value.applyAsDouble(tierOf));
      }
    } while (next(tierOf));
    return least;
  }

  /** Counts up in base K; false after the last. */
  boolean next(int[] tierOf) {
    for (int v = 0; v < tierOf.length; v++) {
      if (++tierOf[v] < problem.tiers().size()) {
        return true;
      }
      tierOf[v] = 0;
    }
    return false;
  }

  boolean valid(int[] tierOf, Map<String, String> pins) {
    for (int v = 0; v < tierOf.length; v++) {
      PlanLayer layer = problem.layers().get(v);
      String pin = pins.get(layer.name());
      String tier = problem.tiers().get(tierOf[v]).name();
      if ((pin != null && !pin.equals(tier))
          || (!layer.allowed().isEmpty() && !layer.allowed().contains(tierOf[v]))) {
        return false;
      }
    }
    for (PlanTensor tensor : problem.tensors()) {
      int home = tensor.producer() < 0 ? 0 : tierOf[tensor.producer()];
      for (int reader : tensor.consumers()) {
        if (tierOf[reader] < home) {
          return false;
        }
      }
    }
    return true;
  }

  /** The weighted sum of latency, energy and money. */
  double sum(int[] tierOf) {
    Weights weights = problem.options().weights();
    double sum = 0;
    for (int v = 0; v < tierOf.length; v++) {
      PlanLayer layer = problem.layers().get(v);
      int k = tierOf[v];
      double cost = weights.latency() * layer.computeMs().get(k);
      if (!layer.charges().energyMj().isEmpty()) {
        cost += weights.energy() * layer.charges().energyMj().get(k);
      }
      if (!layer.charges().money().isEmpty()) {
        cost += weights.money() * layer.charges().money().get(k);
      }
      sum += layer.reach() * cost;
    }
    for (int k = 0; k < problem.links().size(); k++) {
      sum += link(tierOf, k, weights);
    }
    return sum;
  }

  private double link(int[] tierOf, int k, Weights weights) {
    Link link = problem.links().get(k);
    double used = 0;
    for (int v = 0; v < tierOf.length; v++) {
      if (tierOf[v] > k) {
        used = Math.max(used, problem.layers().get(v).reach());
      }
    }
    double sum = weights.latency() * link.rttMs() * used;
    for (PlanTensor tensor : problem.tensors()) {
      int home = tensor.producer() < 0 ? 0 : tierOf[tensor.producer()];
      double beyond = -1;
      for (int reader : tensor.consumers()) {
        if (tierOf[reader] > k) {
          beyond = Math.max(beyond, problem.layers().get(reader).reach());
        }
      }
      if (home <= k && beyond >= 0) {
        sum += crossing(tensor, k, k + 1, link.upMbps(), beyond);
      }
      if (home > k && tensor.output() && problem.options().resultsAt() == ResultsAt.DEVICE) {
        double reach = problem.layers().get(tensor.producer()).reach();
        sum +=
            crossing(
                tensor, k + 1, k, link.downMbps(), tensor.delivery().probability().orElse(reach));
      }
    }
    return sum;
  }

  private double crossing(PlanTensor tensor, int near, int far, double mbps, double probability) {
    if (mbps == 0) {
      return Double.POSITIVE_INFINITY;
    }
    Weights weights = problem.options().weights();
    Link link = problem.links().get(Math.min(near, far));
    double least = Double.POSITIVE_INFINITY;
    for (Codec codec : tensor.ways()) {
      double ms = codec.bytes() * 8 / (mbps * 1000);
      ms += codec.encodeMs().isEmpty() ? 0 : codec.encodeMs().get(near);
      ms += codec.decodeMs().isEmpty() ? 0 : codec.decodeMs().get(far);
      double cost =
          weights.latency() * ms + weights.energy() * codec.bytes() / 1e6 * link.mjPerMb();
      least = Math.min(least, cost);
    }
    return probability * least;
  }

  /** Loads of tiers, uplinks, downlinks, once per sharer; only for problems without codecs. */
  double[] loads(int[] tierOf) {
    int tiers = problem.tiers().size();
    double[] loads = new double[3 * tiers - 2];
    for (int v = 0; v < tierOf.length; v++) {
      PlanLayer layer = problem.layers().get(v);
      double sharers = problem.tiers().get(tierOf[v]).sharers();
      loads[tierOf[v]] += sharers * layer.reach() * layer.computeMs().get(tierOf[v]);
    }
    for (int k = 0; k + 1 < tiers; k++) {
      Link link = problem.links().get(k);
      for (PlanTensor tensor : problem.tensors()) {
        int home = tensor.producer() < 0 ? 0 : tierOf[tensor.producer()];
        double beyond = -1;
        for (int reader : tensor.consumers()) {
          if (tierOf[reader] > k) {
            beyond = Math.max(beyond, problem.layers().get(reader).reach());
          }
        }
        if (home <= k && beyond >= 0) {
          loads[tiers + k] += link.sharers() * beyond * tensor.bytes() * 8 / (link.upMbps() * 1000);
        }
        if (home > k && tensor.output() && problem.options().resultsAt() == ResultsAt.DEVICE) {
          double reach = problem.layers().get(tensor.producer()).reach();
          double often = tensor.delivery().probability().orElse(reach);
          loads[2 * tiers - 1 + k] +=
              link.sharers() * often * tensor.bytes() * 8 / (link.downMbps() * 1000);
        }
      }
    }
    return loads;
  }

  double period(int[] tierOf) {
    return Arrays.stream(loads(tierOf)).max().orElse(0);
  }
}
