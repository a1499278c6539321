package org.scalpel.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Partition;
import org.scalpel.tier.TierException.Kind;

/** The exits of a plan on a model that declares them, and the sessions that end at them. */
final class PlannedExits {
  /** A threshold that no confidence reaches. */
  private static final double CLOSED = 2;

  private static final int MOST_CLASSES = 1 << 24;

  private PlannedExits() {}

  /**
   * Every exit of the model in the order of depth, the model's own end last; those that the plan
   * does not use are closed. Empty for a plan without exits.
   */
  static List<Deployment.Exit> of(
      KernelGraph kernels, Map<String, TensorFact> facts, Partition partition) {
    if (partition.exits().isEmpty()) {
      return List.of();
    }
    Partition.ExitChoice choice = partition.exits().get();
    EarlyExits declared =
        EarlyExits.of(kernels.layers().model())
            .orElseThrow(
                () ->
                    invalid(
                        "the plan has early exits; the model declares none. Maybe it was made for"
                            + " the model that 'exits attach' wrote"));
    List<String> names = choice.names().isEmpty() ? declared.names() : choice.names();
    if (names.size() != choice.thresholds().size() + 1) {
      throw invalid(
          "the plan has %d thresholds for exits %s; expected one for each but the last"
              .formatted(choice.thresholds().size(), names));
    }
    for (String name : names) {
      if (!declared.names().contains(name)) {
        throw invalid(
            "the plan leaves at exit '%s'; the model has %s".formatted(name, declared.names()));
      }
    }
    Confidence measure =
        choice.confidence().isEmpty() ? declared.measure() : Confidence.parse(choice.confidence());
    List<Deployment.Exit> exits = new ArrayList<>();
    EarlyExits.Exit end = declared.exits().get(declared.exits().size() - 1);
    for (EarlyExits.Exit exit : declared.exits()) {
      int at = names.indexOf(exit.name());
      boolean open = at >= 0 && at < choice.thresholds().size();
      double threshold = exit.equals(end) ? 0 : open ? choice.thresholds().get(at) : CLOSED;
      exits.add(
          checked(new Deployment.Exit(exit.name(), exit.output(), threshold, measure), facts));
    }
    return exits;
  }

  /** Refuses what no confidence can be read from. */
  static Deployment.Exit checked(Deployment.Exit exit, Map<String, TensorFact> facts) {
    Optional<TensorFact> fact = Optional.ofNullable(facts.get(exit.output()));
    if (fact.isEmpty()
        || fact.get().type() != ElementType.FLOAT32
        || fact.get().shape().isEmpty()
        || classes(fact.get()) < 2
        || classes(fact.get()) > MOST_CLASSES) {
      throw invalid(
          "exit '%s' is tensor '%s', which is %s; expected float32 with 2 classes or more"
              .formatted(
                  exit.name(), exit.output(), fact.map(String::valueOf).orElse("not there")));
    }
    if (!Double.isFinite(exit.threshold())) {
      throw invalid("exit '%s' has threshold %s".formatted(exit.name(), exit.threshold()));
    }
    return exit;
  }

  private static long classes(TensorFact fact) {
    return fact.shape().get(fact.shape().size() - 1);
  }

  /**
   * The kernels by the open exits that they stand behind, then by tier: a tier runs what an exit
   * gates in a session of its own.
   */
  static List<List<Integer>> pieces(
      KernelGraph kernels, List<Integer> tierOfKernel, List<Deployment.Exit> exits) {
    EarlyExits declared = EarlyExits.of(kernels.layers().model()).orElseThrow();
    Set<String> open =
        exits.stream()
            .filter(exit -> exit.threshold() <= 1)
            .map(Deployment.Exit::name)
            .collect(Collectors.toSet());
    List<EarlyExits.Exit> used =
        declared.exits().stream().filter(exit -> open.contains(exit.name())).toList();
    int[] stages =
        new EarlyExits(declared.schema(), declared.confidence(), declared.classes(), used)
            .stages(kernels);
    int tiers = tierOfKernel.stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
    Map<Integer, List<Integer>> byPlace = new TreeMap<>();
    for (int kernel = 0; kernel < stages.length; kernel++) {
      byPlace
          .computeIfAbsent(
              stages[kernel] * tiers + tierOfKernel.get(kernel), any -> new ArrayList<>())
          .add(kernel);
    }
    return List.copyOf(byPlace.values());
  }

  private static TierException invalid(String message) {
    return new TierException(Kind.INVALID, message);
  }
}
