package org.scalpel.plan;

import java.util.List;

/**
 * A link from the first tier straight to the last, beside the relay over those between. Both at
 * once cannot be one minimum cut (the cost of a tensor would not be Monge over tiers), so both
 * topologies are solved and the better is taken.
 */
public final class DirectLink {
  private DirectLink() {}

  /**
   * The better of the plan over all tiers and the plan over the first and the last joined by {@code
   * direct}.
   *
   * @throws InfeasibleException if neither has a plan
   */
  public static Plan plan(Problem problem, Link direct, Request request) {
    Problem ends = ends(problem, direct);
    Plan relayed;
    try {
      relayed = Planner.plan(problem, request);
    } catch (InfeasibleException onlyDirect) {
      return Planner.plan(ends, request);
    }
    try {
      Plan straight = Planner.plan(ends, request);
      return straight.valueMs() < relayed.valueMs() ? straight : relayed;
    } catch (InfeasibleException onlyRelayed) {
      return relayed;
    }
  }

  /** The problem over its first and last tier only. */
  static Problem ends(Problem problem, Link direct) {
    int last = problem.tiers().size() - 1;
    List<PlanLayer> layers = problem.layers().stream().map(layer -> ends(layer, last)).toList();
    List<PlanTensor> tensors =
        problem.tensors().stream()
            .map(
                tensor ->
                    tensor.withCodecs(
                        tensor.codecs().stream().map(codec -> ends(codec, last)).toList()))
            .toList();
    return new Problem(
        problem.name(),
        List.of(problem.tiers().get(0), problem.tiers().get(last)),
        layers,
        tensors,
        List.of(direct),
        problem.options());
  }

  private static PlanLayer ends(PlanLayer layer, int last) {
    List<Integer> allowed =
        layer.allowed().stream().filter(k -> k == 0 || k == last).map(k -> k == 0 ? 0 : 1).toList();
    if (allowed.isEmpty() && !layer.allowed().isEmpty()) {
      throw new InfeasibleException(
          "layer \"" + layer.name() + "\" may run on neither end of the direct link");
    }
    PlanLayer.Charges charges = layer.charges();
    return new PlanLayer(
        layer.name(),
        ends(layer.computeMs(), last),
        allowed,
        layer.reach(),
        new PlanLayer.Charges(
            ends(charges.energyMj(), last), ends(charges.money(), last), charges.memoryMib()));
  }

  private static Codec ends(Codec codec, int last) {
    return new Codec(
        codec.name(),
        codec.bytes(),
        ends(codec.encodeMs(), last),
        ends(codec.decodeMs(), last),
        codec.loss());
  }

  private static List<Double> ends(List<Double> perTier, int last) {
    return perTier.isEmpty() ? List.of() : List.of(perTier.get(0), perTier.get(last));
  }
}
