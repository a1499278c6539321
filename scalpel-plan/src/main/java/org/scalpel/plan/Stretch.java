package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What lies between two cut vertices, as a problem of its own: the vertex before it (already done)
 * on one tier, the vertex that ends it on another, all else free.
 *
 * <pre>
 *   before ─┬─ a ─ b ─┬─ last        before: tier i, no work      last: tier j
 *           └─── c ───┘              a, b, c: anything from i to j
 * </pre>
 *
 * <p>Nothing before a cut vertex can still be under way when it ends, so the makespan of the whole
 * is the sum over its stretches, given the tiers of the cut vertices.
 */
final class Stretch {
  private static final int NONE = -1;

  /** The stretch as a problem. */
  final Instance in;

  /** Its layers in the whole problem; the vertex before it comes first, if there is one. */
  final int[] layerOf;

  /** Its tensors in the whole problem. */
  final int[] tensorOf;

  final Crossings crossings;
  final Steps steps;
  private final boolean hasBefore;
  private final int last;
  private final int[] pinned;

  /**
   * The stretch after position {@code from} (-1 = from the start) up to position {@code to} (-1 =
   * to the end).
   *
   * @param pinned the tier of each layer of the whole, -1 where free
   */
  Stretch(Setup setup, int from, int to, int[] pinned) {
    Instance whole = setup.in();
    hasBefore = from >= 0;
    int first = hasBefore ? from : 0;
    int end = to < 0 ? whole.layers - 1 : to;
    layerOf = Arrays.copyOfRange(whole.order, first, end + 1);
    last = to < 0 ? NONE : layerOf.length - 1;
    this.pinned = new int[layerOf.length];
    Arrays.setAll(this.pinned, v -> pinned[layerOf[v]]);
    if (layerOf.length == whole.layers && !hasBefore && last < 0) {
      in = whole;
      tensorOf = new int[in.tensors];
      Arrays.setAll(tensorOf, t -> t);
      crossings = setup.crossings();
      steps = setup.steps();
      Arrays.setAll(layerOf, v -> v);
      System.arraycopy(pinned, 0, this.pinned, 0, pinned.length);
    } else {
      List<Integer> kept = new ArrayList<>();
      in = new Instance(problem(whole, kept));
      tensorOf = kept.stream().mapToInt(t -> t).toArray();
      crossings = new Crossings(in, Prices.of(in.problem), setup.maxLoss());
      steps = new Steps(in, crossings);
    }
  }

  private Problem problem(Instance whole, List<Integer> kept) {
    int[] inner = new int[whole.layers];
    Arrays.fill(inner, NONE);
    List<PlanLayer> layers = new ArrayList<>();
    for (int v = 0; v < layerOf.length; v++) {
      inner[layerOf[v]] = v;
      PlanLayer layer = whole.problem.layers().get(layerOf[v]);
      if (v == 0 && hasBefore) {
        Double[] nothing = new Double[whole.tiers];
        Arrays.fill(nothing, 0.0);
        layer = PlanLayer.of(layer.name(), nothing);
      }
      layers.add(layer);
    }
    List<PlanTensor> tensors = new ArrayList<>();
    for (int t = 0; t < whole.tensors; t++) {
      int p = whole.producer[t];
      boolean made = p < 0 ? !hasBefore : inner[p] >= 0 && inner[p] != last;
      if (made) {
        kept.add(t);
        tensors.add(tensor(whole.problem.tensors().get(t), inner));
      }
    }
    Options options = whole.problem.options();
    return new Problem(
        whole.problem.name(),
        whole.problem.tiers(),
        layers,
        tensors,
        whole.problem.links(),
        new Options(options.weights(), java.util.Optional.empty(), options.resultsAt()));
  }

  private static PlanTensor tensor(PlanTensor tensor, int[] inner) {
    return new PlanTensor(
        tensor.name(),
        tensor.producer() < 0 ? PlanTensor.MODEL_INPUT : inner[tensor.producer()],
        tensor.consumers().stream().map(q -> inner[q]).filter(q -> q >= 0).toList(),
        tensor.bytes(),
        tensor.delivery(),
        tensor.codecs());
  }

  /**
   * The tiers that layers may take when the vertex before is on tier {@code i} and the last one on
   * tier {@code j}.
   *
   * @throws InfeasibleException if that cannot be
   */
  Bounds bounds(int i, int j) {
    int[] fixed = pinned.clone();
    if (hasBefore) {
      fixed[0] = i;
    }
    if (last >= 0) {
      fixed[last] = j;
    }
    boolean[] open = new boolean[in.tiers];
    Arrays.fill(open, true);
    return new Bounds(in, fixed, crossings, open);
  }

  /**
   * What comes before and after all work of each resource in every schedule from tier i to j: every
   * layer leads to the last one, so the ways between the two tiers are always gone.
   */
  double[] around(int i, int j) {
    double[] around = new double[in.tiers + 2 * in.links];
    if (last < 0) {
      return around;
    }
    double end = in.compute[last * in.tiers + j];
    for (int k = i; k <= j; k++) {
      double head = least(i, k);
      around[k] = k == j ? head : head + least(k, j) + end;
      if (k < j) {
        around[in.tiers + k] = head + steps.half[k] + least(k + 1, j) + end;
      }
    }
    return around;
  }

  /** The least time in which anything gets from one tier to another. */
  private double least(int from, int to) {
    double ms = 0;
    for (int k = from; k < to; k++) {
      double least = Double.POSITIVE_INFINITY;
      for (int t = 0; t < in.tensors; t++) {
        least = Math.min(least, steps.up.whole[t * in.links + k]);
      }
      ms += least < Double.POSITIVE_INFINITY ? least : 0;
    }
    return ms;
  }
}
