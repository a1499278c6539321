package org.scalpel.plan;

import java.util.Arrays;

/**
 * A lower bound on the makespans of all assignments, and good assignments on the way.
 *
 * <p>The makespan is never below the load of a resource (with what must come before and after it),
 * nor below a way through the graph. Two play: one mixes these bounds ({@link Duals}), the other
 * answers with the assignment that costs least by the mix, one minimum cut; then the bound that
 * this assignment breaks worst gets more weight. Every answer's cost is a valid bound; the best is
 * kept. The limit is the linear relaxation with all loads and all ways, without ever writing it
 * down.
 */
final class MakespanDuals {
  private final Instance in;
  private final Bounds bounds;
  private final Steps steps;
  private final Duals duals;
  private final Duals worst;

  /** What comes before and after all work of a resource, in every assignment. */
  private final double[] around;

  private final int[] sourceStart;
  private final int[] source;
  private final int[] tensorOf;
  private final double[] finish;
  private final int[] via;
  private final double[] loads;
  private final double tolerance;
  private double constant;
  private double worstConstant;

  /** The best bound so far. */
  double bound;

  MakespanDuals(Instance in, Bounds bounds, Steps steps, double[] around) {
    this.in = in;
    this.bounds = bounds;
    this.steps = steps;
    this.around = around;
    duals = new Duals(in);
    worst = new Duals(in);
    tensorOf = new int[in.consumer.length];
    sourceStart = new int[in.layers + 1];
    for (int t = 0; t < in.tensors; t++) {
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        tensorOf[c] = t;
        sourceStart[in.consumer[c] + 1]++;
      }
    }
    for (int v = 0; v < in.layers; v++) {
      sourceStart[v + 1] += sourceStart[v];
    }
    source = new int[in.consumer.length];
    int[] next = sourceStart.clone();
    for (int c = 0; c < in.consumer.length; c++) {
      source[next[in.consumer[c]]++] = c;
    }
    finish = new double[in.layers];
    via = new int[in.layers];
    loads = new double[in.tiers + 2 * in.links];
    tolerance = DualCut.tolerance(in, DualCut.total(in, steps));
  }

  /** Starts from the bound that {@code tierOf} breaks worst. */
  void begin(int[] tierOf) {
    breakWorst(tierOf);
    duals.take(worst);
    constant = worstConstant;
  }

  /** Answers the mix: a minimum cut, whose cost may raise the bound. */
  int[] answer() {
    int[] tierOf = DualCut.cut(in, bounds, steps, duals);
    bound = Math.max(bound, constant + price(tierOf) - tolerance);
    return tierOf;
  }

  /** Gives the bound that {@code tierOf} breaks worst this weight, and the rest the others. */
  void shift(int[] tierOf, double weight) {
    breakWorst(tierOf);
    duals.scale(1 - weight);
    worst.scale(weight);
    duals.add(worst);
    constant = (1 - weight) * constant + weight * worstConstant;
  }

  private void breakWorst(int[] tierOf) {
    double way = longest(tierOf);
    load(tierOf);
    int most = -1;
    double highest = way;
    for (int r = 0; r < loads.length && !steps.idle; r++) {
      if (loads[r] + around[r] > highest) {
        highest = loads[r] + around[r];
        most = r;
      }
    }
    worst.clear();
    worstConstant = 0;
    if (most >= 0) {
      worst.addResource(most, 1);
      worstConstant = around[most];
    } else {
      mark(tierOf, way);
    }
  }

  /** The longest way through the graph; afterwards {@code via} leads back along it. */
  private double longest(int[] tierOf) {
    double most = 0;
    for (int v : in.order) {
      double ready = 0;
      via[v] = -1;
      for (int s = sourceStart[v]; s < sourceStart[v + 1]; s++) {
        int c = source[s];
        int p = in.producer[tensorOf[c]];
        double there = (p < 0 ? 0 : finish[p]) + carried(tensorOf[c], tierOf, tierOf[v]);
        if (via[v] < 0 || there > ready) {
          ready = there;
          via[v] = c;
        }
      }
      finish[v] = ready + in.compute[v * in.tiers + tierOf[v]];
      most = steps.anyOutput ? most : Math.max(most, finish[v]);
    }
    for (int t = 0; t < in.tensors && steps.anyOutput; t++) {
      if (in.producer[t] >= 0 && in.problem.tensors().get(t).output()) {
        most = Math.max(most, returned(t, tierOf));
      }
    }
    return most;
  }

  private double carried(int t, int[] tierOf, int to) {
    double ms = 0;
    for (int k = in.home(t, tierOf); k < to; k++) {
      ms += steps.up.whole[t * in.links + k];
    }
    return ms;
  }

  private double returned(int t, int[] tierOf) {
    double ms = finish[in.producer[t]];
    for (int k = 0; k < in.home(t, tierOf) && in.returns(t); k++) {
      ms += steps.down.whole[t * in.links + k];
    }
    return ms;
  }

  /** Marks the longest way, found before, in {@code worst}. */
  private void mark(int[] tierOf, double length) {
    int at = -1;
    for (int t = 0; t < in.tensors && at < 0 && steps.anyOutput; t++) {
      if (in.producer[t] >= 0
          && in.problem.tensors().get(t).output()
          && returned(t, tierOf) >= length) {
        worst.back[t] = 1;
        at = in.producer[t];
      }
    }
    for (int v = 0; v < in.layers && at < 0 && !steps.anyOutput; v++) {
      at = finish[v] >= length ? v : -1;
    }
    while (at >= 0) {
      worst.layer[at] = 1;
      int c = via[at];
      if (c >= 0) {
        worst.reader[c] = 1;
      }
      at = c < 0 ? -1 : in.producer[tensorOf[c]];
    }
  }

  private void load(int[] tierOf) {
    Arrays.fill(loads, 0);
    for (int v = 0; v < in.layers; v++) {
      loads[tierOf[v]] += in.compute[v * in.tiers + tierOf[v]];
    }
    for (int t = 0; t < in.tensors; t++) {
      int home = in.home(t, tierOf);
      int farthest = in.farthest(t, tierOf);
      for (int k = home; k < farthest; k++) {
        int at = t * in.links + k;
        loads[k] += steps.up.encode[at];
        loads[in.tiers + k] += steps.up.send[at];
        loads[k + 1] += steps.up.decode[at];
      }
      for (int k = 0; k < home && in.returns(t); k++) {
        int at = t * in.links + k;
        loads[k + 1] += steps.down.encode[at];
        loads[in.tiers + in.links + k] += steps.down.send[at];
        loads[k] += steps.down.decode[at];
      }
    }
  }

  /** What an assignment costs by the mix, without the constant. */
  private double price(int[] tierOf) {
    double ms = 0;
    for (int v = 0; v < in.layers; v++) {
      ms += (duals.tier[tierOf[v]] + duals.layer[v]) * in.compute[v * in.tiers + tierOf[v]];
    }
    for (int t = 0; t < in.tensors; t++) {
      int home = in.home(t, tierOf);
      int farthest = in.farthest(t, tierOf);
      for (int k = home; k < farthest; k++) {
        ms += duals.shared(steps, t, k, true, in.links);
      }
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        for (int k = home; k < tierOf[in.consumer[c]] && duals.reader[c] > 0; k++) {
          ms += duals.reader[c] * steps.up.whole[t * in.links + k];
        }
      }
      for (int k = 0; k < home && in.returns(t); k++) {
        ms += duals.shared(steps, t, k, false, in.links);
        ms += duals.back[t] * steps.down.whole[t * in.links + k];
      }
    }
    return ms;
  }
}
