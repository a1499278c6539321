package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Every order of all work of one assignment; each piece of work starts as soon as it can. The
 * contract's makespan without any cleverness, for tiny problems without codecs.
 */
final class Orders {
  private final Problem problem;
  private final int tiers;

  /** Pieces of work are (resource, ms, delay, awaited); resources: tiers, uplinks, downlinks. */
  private final List<double[]> work = new ArrayList<>();

  private final List<List<Integer>> before = new ArrayList<>();
  private int[] tierOf = new int[0];
  private double least;

  Orders(Problem problem) {
    this.problem = problem;
    tiers = problem.tiers().size();
  }

  private int add(int resource, double ms, double delay, List<Integer> after) {
    work.add(new double[] {resource, ms, delay, 0});
    before.add(after);
    return work.size() - 1;
  }

  double best(int[] assignment) {
    tierOf = assignment.clone();
    work.clear();
    before.clear();
    for (int v = 0; v < tierOf.length; v++) {
      add(tierOf[v], problem.layers().get(v).computeMs().get(tierOf[v]), 0, new ArrayList<>());
    }
    boolean outputs = false;
    for (PlanTensor tensor : problem.tensors()) {
      out(tensor);
      outputs |= tensor.output() && tensor.producer() >= 0;
      back(tensor);
    }
    for (int v = 0; !outputs && v < tierOf.length; v++) {
      work.get(v)[3] = 1;
    }
    least = Double.POSITIVE_INFINITY;
    int resources = 3 * tiers - 2;
    place(new double[work.size()], new boolean[work.size()], new double[resources], 0);
    return least;
  }

  private void out(PlanTensor tensor) {
    int p = tensor.producer();
    int home = p < 0 ? 0 : tierOf[p];
    int farthest = tensor.consumers().stream().mapToInt(q -> tierOf[q]).max().orElse(home);
    int[] at = new int[tiers];
    at[home] = p;
    for (int k = home; k < farthest; k++) {
      Link link = problem.links().get(k);
      List<Integer> after = at[k] < 0 ? List.of() : List.of(at[k]);
      double ms = tensor.bytes() * 8e-3 / link.upMbps();
      at[k + 1] = add(tiers + k, ms, link.rttMs() / 2, after);
    }
    for (int reader : tensor.consumers()) {
      if (at[tierOf[reader]] >= 0) {
        before.get(reader).add(at[tierOf[reader]]);
      }
    }
  }

  private void back(PlanTensor tensor) {
    if (!tensor.output() || tensor.producer() < 0) {
      return;
    }
    int last = tensor.producer();
    for (int k = tierOf[tensor.producer()] - 1; k >= 0; k--) {
      if (problem.options().resultsAt() == ResultsAt.DEVICE) {
        Link link = problem.links().get(k);
        double ms = tensor.bytes() * 8e-3 / link.downMbps();
        last = add(2 * tiers - 1 + k, ms, link.rttMs() / 2, List.of(last));
      }
    }
    work.get(last)[3] = 1;
  }

  private void place(double[] end, boolean[] done, double[] free, double latest) {
    boolean all = true;
    for (int j = 0; j < work.size(); j++) {
      double ready = done[j] ? Double.POSITIVE_INFINITY : ready(j, end, done);
      all &= done[j];
      if (ready == Double.POSITIVE_INFINITY) {
        continue;
      }
      int resource = (int) work.get(j)[0];
      double ms = work.get(j)[1];
      double kept = free[resource];
      double finish = ms == 0 ? ready : Math.max(ready, kept) + ms;
      free[resource] = ms == 0 ? kept : finish;
      end[j] = finish + work.get(j)[2];
      done[j] = true;
      double next = work.get(j)[3] > 0 ? Math.max(latest, end[j]) : latest;
      if (next < least) {
        place(end, done, free, next);
      }
      done[j] = false;
      free[resource] = kept;
    }
    if (all) {
      least = Math.min(least, latest);
    }
  }

  private double ready(int j, double[] end, boolean[] done) {
    double ready = 0;
    for (int b : before.get(j)) {
      if (!done[b]) {
        return Double.POSITIVE_INFINITY;
      }
      ready = Math.max(ready, end[b]);
    }
    return ready;
  }
}
