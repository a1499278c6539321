package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A link from the first tier straight to the last, beside the relay over those between. Both at
 * once cannot be one minimum cut (the cost of a tensor would not be Monge over tiers), so both
 * topologies are solved and the better is taken.
 */
public final class DirectLink {
  private DirectLink() {}

  /**
   * What both topologies can do.
   *
   * @param relayed over all tiers, if a plan exists
   * @param direct over the first and the last tier, if a plan exists
   */
  public record Choice(Optional<Plan> relayed, Optional<Plan> direct) {
    /** True if the direct link is the better way. */
    public boolean isDirect() {
      return direct.isPresent()
          && (relayed.isEmpty() || direct.get().valueMs() < relayed.get().valueMs());
    }

    /** The better plan, the relay's among equals. */
    public Plan plan() {
      return (isDirect() ? direct : relayed).orElseThrow();
    }
  }

  /**
   * Both topologies solved. Caps on tiers and links bind the topology that has them.
   *
   * @throws InfeasibleException if neither has a plan
   * @throws ProblemException if there are not three tiers or more
   */
  public static Choice choose(Problem problem, Link direct, Request request) {
    if (problem.tiers().size() < 3) {
      throw new ProblemException(
          "direct link: expected three tiers or more, found " + problem.tiers().size());
    }
    Optional<Plan> relayed = Optional.empty();
    InfeasibleException reason;
    try {
      relayed = Optional.of(Planner.plan(problem, within(problem, direct, request)));
      reason = new InfeasibleException("");
    } catch (InfeasibleException onlyDirect) {
      reason = onlyDirect;
    }
    try {
      Problem ends = ends(problem, direct);
      return new Choice(
          relayed, Optional.of(Planner.plan(ends, endsRequest(problem, ends, request))));
    } catch (InfeasibleException onlyRelayed) {
      if (relayed.isEmpty()) {
        throw reason;
      }
      return new Choice(relayed, Optional.empty());
    }
  }

  /** The better plan of {@link #choose}. */
  public static Plan plan(Problem problem, Link direct, Request request) {
    return choose(problem, direct, request).plan();
  }

  /** The request over all tiers: caps on the direct link itself do not concern it. */
  private static Request within(Problem problem, Link direct, Request request) {
    Problem ends = ends(problem, direct);
    Limits limits = request.limits();
    return request.withLimits(
        limits
            .withEach(bytes(limits.each(), problem, ends))
            .withMean(bytes(limits.mean(), problem, ends)));
  }

  /** The request over the ends: caps on what lies between do not concern it. */
  public static Request endsRequest(Problem problem, Problem ends, Request request) {
    Limits limits = request.limits();
    limits
        .pins()
        .forEach(
            (layer, tier) -> {
              if (!names(ends).contains(tier) && names(problem).contains(tier)) {
                throw new InfeasibleException(
                    "pin " + layer + "=" + tier + ": the direct link passes " + tier + " by");
              }
            });
    return request.withLimits(
        limits
            .withEach(tiers(bytes(limits.each(), ends, problem), problem, ends))
            .withMean(tiers(bytes(limits.mean(), ends, problem), problem, ends)));
  }

  private static List<String> names(Problem problem) {
    return problem.tiers().stream().map(Tier::name).toList();
  }

  private static Caps tiers(Caps caps, Problem problem, Problem ends) {
    List<String> gone = new ArrayList<>(names(problem));
    gone.removeAll(names(ends));
    return new Caps(
        without(caps.tierMs(), gone),
        without(caps.memoryMib(), gone),
        caps.linkBytes(),
        caps.total());
  }

  /** Without the caps on links that only the other topology has. */
  private static Caps bytes(Caps caps, Problem own, Problem other) {
    List<String> gone = new ArrayList<>(ways(other));
    gone.removeAll(ways(own));
    return new Caps(caps.tierMs(), caps.memoryMib(), without(caps.linkBytes(), gone), caps.total());
  }

  private static List<String> ways(Problem problem) {
    List<String> ways = new ArrayList<>();
    for (int k = 0; k < problem.links().size(); k++) {
      ways.add(problem.upName(k));
      ways.add(problem.downName(k));
    }
    return ways;
  }

  private static Map<String, Double> without(Map<String, Double> caps, List<String> gone) {
    Map<String, Double> kept = new TreeMap<>(caps);
    gone.forEach(kept::remove);
    return kept;
  }

  /**
   * The problem over its first and last tier only.
   *
   * @throws InfeasibleException if a layer may run on neither
   */
  public static Problem ends(Problem problem, Link direct) {
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
