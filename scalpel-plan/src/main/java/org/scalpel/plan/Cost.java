package org.scalpel.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an assignment costs: the definitions of the objectives, unrounded. */
public final class Cost {
  private Cost() {}

  /**
   * The partition that {@code assignment} gives, each tensor crossing each link with the codec that
   * is cheapest by the problem's weights. An assignment that breaks a rule is costed as the rules
   * read, and says what is wrong.
   *
   * @throws ProblemException if the sizes differ or a tier does not exist
   */
  public static Partition partition(Problem problem, Assignment assignment) {
    Instance in = new Instance(problem);
    Crossings crossings = new Crossings(in, Prices.of(problem), Double.POSITIVE_INFINITY);
    return partition(in, checked(problem, assignment), crossings);
  }

  /**
   * The same with given codecs: tensor → link → name, {@code raw} where nothing is said. A codec
   * that the problem does not have for a tensor is costed as raw.
   *
   * @throws ProblemException if the sizes differ or a tier does not exist
   */
  public static Partition partition(
      Problem problem, Assignment assignment, Map<String, Map<String, String>> codecs) {
    Instance in = new Instance(problem);
    Crossings crossings = new Crossings(in, Prices.of(problem), Double.POSITIVE_INFINITY);
    for (int t = 0; t < in.tensors; t++) {
      Map<String, String> links = codecs.getOrDefault(problem.tensors().get(t).name(), Map.of());
      for (int k = 0; k < in.links; k++) {
        take(crossings, t, k, links.getOrDefault(problem.upName(k), Codec.RAW), true);
        take(crossings, t, k, links.getOrDefault(problem.downName(k), Codec.RAW), false);
      }
    }
    return partition(in, checked(problem, assignment), crossings);
  }

  private static void take(Crossings crossings, int t, int k, String name, boolean away) {
    crossings
        .named(t, name)
        .or(() -> crossings.named(t, Codec.RAW))
        .ifPresent(codec -> crossings.take(t, k, away, codec));
  }

  static Partition partition(Instance in, int[] tierOf, Crossings crossings) {
    Loads loads = new Loads(in, tierOf, crossings);
    double makespan =
        in.hasReach
            ? Double.POSITIVE_INFINITY
            : Scheduled.plain(in, new Steps(in, crossings), tierOf).ms();
    Partition.Times times =
        new Partition.Times(loads.latencyMs(), loads.periodMs(), makespan, loads.stages());
    return new Partition(
        1,
        times,
        Assignment.of(tierOf).names(in.problem),
        codecs(in, tierOf, crossings),
        Optional.empty(),
        violations(in, tierOf));
  }

  /**
   * The value that the problem's weights give: the serial latency, and energy and money where they
   * weigh.
   */
  public static double value(Problem problem, Assignment assignment) {
    Instance in = new Instance(problem);
    Crossings crossings = new Crossings(in, Prices.of(problem), Double.POSITIVE_INFINITY);
    return new Loads(in, checked(problem, assignment), crossings).value();
  }

  /**
   * What is wrong with {@code assignment}: order of tiers, forbidden tiers, links that are down.
   */
  public static List<String> violations(Problem problem, Assignment assignment) {
    return violations(new Instance(problem), checked(problem, assignment));
  }

  private static int[] checked(Problem problem, Assignment assignment) {
    int[] tierOf = assignment.toArray();
    if (tierOf.length != problem.layers().size()) {
      throw new ProblemException(
          "assignment: expected " + problem.layers().size() + " layers, found " + tierOf.length);
    }
    for (int tier : tierOf) {
      if (tier < 0 || tier >= problem.tiers().size()) {
        throw new ProblemException(
            "assignment: expected tiers 0 to " + (problem.tiers().size() - 1) + ", found " + tier);
      }
    }
    return tierOf;
  }

  static List<String> violations(Instance in, int[] tierOf) {
    List<String> found = new ArrayList<>();
    for (int v = 0; v < in.layers; v++) {
      PlanLayer layer = in.problem.layers().get(v);
      if (!layer.isAllowed(tierOf[v])) {
        found.add("layer \"" + layer.name() + "\" may not run on " + tier(in, tierOf[v]));
      }
    }
    for (int t = 0; t < in.tensors; t++) {
      tensorViolations(in, tierOf, t, found);
    }
    return found;
  }

  private static void tensorViolations(Instance in, int[] tierOf, int t, List<String> found) {
    PlanTensor tensor = in.problem.tensors().get(t);
    int home = in.home(t, tierOf);
    for (int reader : tensor.consumers()) {
      if (tierOf[reader] < home) {
        found.add(
            "tensor \""
                + tensor.name()
                + "\" goes back from "
                + tier(in, home)
                + " to layer \""
                + in.problem.layers().get(reader).name()
                + "\" on "
                + tier(in, tierOf[reader]));
      }
    }
    for (int k = home; k < in.farthest(t, tierOf); k++) {
      if (in.problem.links().get(k).upMbps() == 0) {
        found.add(
            "tensor \"" + tensor.name() + "\" crosses " + in.problem.upName(k) + ", which is down");
      }
    }
    for (int k = 0; k < home && in.returns(t); k++) {
      if (in.problem.links().get(k).downMbps() == 0) {
        found.add(
            "tensor \""
                + tensor.name()
                + "\" returns over "
                + in.problem.downName(k)
                + ", which is down");
      }
    }
  }

  private static String tier(Instance in, int k) {
    return in.problem.tiers().get(k).name();
  }

  /** Tensor → link → codec, where it is not raw. */
  private static Map<String, Map<String, String>> codecs(
      Instance in, int[] tierOf, Crossings crossings) {
    Map<String, Map<String, String>> chosen = new LinkedHashMap<>();
    for (int t = 0; t < in.tensors; t++) {
      if (in.problem.tensors().get(t).codecs().isEmpty()) {
        continue;
      }
      int home = in.home(t, tierOf);
      for (int k = home; k < in.farthest(t, tierOf); k++) {
        note(chosen, in, t, in.problem.upName(k), crossings.codec(t, k, true));
      }
      for (int k = home - 1; k >= 0 && in.returns(t); k--) {
        note(chosen, in, t, in.problem.downName(k), crossings.codec(t, k, false));
      }
    }
    return chosen;
  }

  private static void note(
      Map<String, Map<String, String>> chosen, Instance in, int t, String link, Codec codec) {
    if (!codec.name().equals(Codec.RAW)) {
      chosen
          .computeIfAbsent(in.problem.tensors().get(t).name(), name -> new LinkedHashMap<>())
          .put(link, codec.name());
    }
  }
}
