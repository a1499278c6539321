package org.scalpel.app;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.scalpel.cost.Profile;
import org.scalpel.cost.Stat;
import org.scalpel.plan.InfeasibleException;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanLayer;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * What the spread of predicted times means for a plan: how far its latency may be off, and which
 * kernels decide. A kernel decides where another plan is better as soon as its time is two spreads
 * more, or less, than predicted and all else is as predicted.
 */
final class Uncertainty {
  private static final int MOST_TRIED = 60;
  private static final int MOST_NAMED = 5;
  private static final double SPREADS = 2;

  /** The distance of the quartiles of a normal distribution, by its deviation. */
  private static final double QUARTILES = 1.349;

  private final Problem problem;
  private final Request request;
  private final Plan plan;

  /** By layer and tier, ms; 0 where a time was measured. */
  private final double[][] spread;

  private final List<String> predicted;

  Uncertainty(ModelProblem model, Collection<String> predicted, Request request, Plan plan) {
    this.problem = model.problem();
    this.request = request.withTop(0);
    this.plan = plan;
    this.predicted = List.copyOf(predicted);
    spread = new double[problem.layers().size()][problem.tiers().size()];
    for (int tier = 0; tier < problem.tiers().size(); tier++) {
      String name = problem.tiers().get(tier).name();
      Profile profile = model.profiles().get(name);
      if (profile != null && predicted.contains(name)) {
        for (int kernel = 0; kernel < profile.measured().kernels().size(); kernel++) {
          Stat stat = profile.measured().kernels().get(kernel);
          String layer = model.kernels().kernels().get(kernel).name();
          spread[problem.layerIndex(layer)][tier] =
              stat.spreadMs() / QUARTILES * profile.slowdown();
        }
      }
    }
  }

  /** Sentences for people; none where nothing was predicted. */
  List<String> sentences() {
    if (predicted.isEmpty()) {
      return List.of();
    }
    List<String> sentences = new ArrayList<>();
    sentences.add(total());
    sentences.addAll(tiers());
    sentences.addAll(kernels());
    return sentences;
  }

  private String total() {
    double independent = 0;
    double together = 0;
    for (int layer = 0; layer < spread.length; layer++) {
      double one = spread[layer][tierOf(layer)];
      independent += one * one;
      together += one;
    }
    return "Times on %s are predicted: the plan's may be off by %s if errors are independent, by %s if all go one way (one spread)."
        .formatted(
            String.join(", ", predicted), Units.ms(Math.sqrt(independent)), Units.ms(together));
  }

  private int tierOf(int layer) {
    String tier = plan.main().assignment().get(problem.layers().get(layer).name());
    for (int t = 0; t < problem.tiers().size(); t++) {
      if (problem.tiers().get(t).name().equals(tier)) {
        return t;
      }
    }
    return 0;
  }

  /** A whole tier slower, or quicker, than predicted. */
  private List<String> tiers() {
    List<String> sentences = new ArrayList<>();
    for (int tier = 0; tier < problem.tiers().size(); tier++) {
      String name = problem.tiers().get(tier).name();
      if (!predicted.contains(name)) {
        continue;
      }
      int column = tier;
      boolean more = changes(shifted(-1, column, SPREADS));
      boolean less = changes(shifted(-1, column, -SPREADS));
      String when = more && less ? "slower or quicker" : more ? "slower" : "quicker";
      sentences.add(
          more || less
              ? "If %s is %s throughout, by two spreads of every kernel, another plan is better."
                  .formatted(name, when)
              : "The plan stays the best if %s is slower or quicker throughout by two spreads of every kernel."
                  .formatted(name));
    }
    return sentences;
  }

  /** The kernels that change the plan by themselves, the widest spreads first. */
  private List<String> kernels() {
    record Candidate(int layer, int tier, double ms) {}
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < spread.length; layer++) {
      for (int tier = 0; tier < spread[layer].length; tier++) {
        if (spread[layer][tier] > 0) {
          candidates.add(new Candidate(layer, tier, spread[layer][tier]));
        }
      }
    }
    candidates.sort(Comparator.comparingDouble(Candidate::ms).reversed());
    Map<Integer, String> deciding = new TreeMap<>();
    for (Candidate one : candidates.subList(0, Math.min(MOST_TRIED, candidates.size()))) {
      boolean more = changes(shifted(one.layer(), one.tier(), SPREADS));
      boolean less = changes(shifted(one.layer(), one.tier(), -SPREADS));
      if (more || less) {
        deciding.put(
            deciding.size(),
            "%s on %s (%s ± %s, %s)"
                .formatted(
                    problem.layers().get(one.layer()).name(),
                    problem.tiers().get(one.tier()).name(),
                    Units.ms(problem.layers().get(one.layer()).computeMs().get(one.tier())),
                    Units.ms(one.ms()),
                    more && less ? "either way" : more ? "if slower" : "if quicker"));
      }
    }
    if (deciding.isEmpty()) {
      return List.of("No single kernel's uncertainty of two spreads changes the plan.");
    }
    List<String> named = deciding.values().stream().limit(MOST_NAMED).toList();
    int rest = deciding.size() - named.size();
    return List.of(
        "Kernels whose uncertainty decides: "
            + String.join(", ", named)
            + (rest > 0 ? " and " + rest + " more" : "")
            + ". Maybe measure those.");
  }

  /** The problem with one layer's time, or every layer's, moved on a tier by so many spreads. */
  private Problem shifted(int only, int tier, double spreads) {
    List<PlanLayer> layers = new ArrayList<>();
    for (int l = 0; l < spread.length; l++) {
      PlanLayer layer = problem.layers().get(l);
      if (only >= 0 && only != l) {
        layers.add(layer);
        continue;
      }
      List<Double> times = new ArrayList<>(layer.computeMs());
      double ms = times.get(tier);
      times.set(tier, Math.max(0.1 * ms, ms + spreads * spread[l][tier]));
      layers.add(
          new PlanLayer(layer.name(), times, layer.allowed(), layer.reach(), layer.charges()));
    }
    return problem.withLayers(layers);
  }

  private boolean changes(Problem other) {
    try {
      return !assignments(Planner.plan(other, request)).equals(assignments(plan));
    } catch (InfeasibleException nothing) {
      return true;
    }
  }

  private static Set<Map<String, String>> assignments(Plan plan) {
    Set<Map<String, String>> all = new HashSet<>();
    plan.partitions().forEach(partition -> all.add(partition.assignment()));
    return all;
  }
}
