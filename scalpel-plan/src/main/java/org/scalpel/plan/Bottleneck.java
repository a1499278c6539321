package org.scalpel.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Sentences on what limits a plan: its longest stages, and the caps that bind. */
final class Bottleneck {
  /** A stage or cap this close to its most counts as full. */
  private static final double FULL = 0.999;

  private final Setup setup;
  private final Plan plan;

  private Bottleneck(Setup setup, Plan plan) {
    this.setup = setup;
    this.plan = plan;
  }

  static List<String> sentences(Setup setup, Plan plan) {
    Bottleneck bottleneck = new Bottleneck(setup, plan);
    List<String> sentences = new ArrayList<>();
    sentences.add(
        switch (plan.objective()) {
          case LATENCY -> bottleneck.latency();
          case THROUGHPUT -> bottleneck.period();
          case MAKESPAN -> bottleneck.makespan();
        });
    if (plan.partitions().size() > 1 && plan.objective() == Objective.THROUGHPUT) {
      sentences.add(bottleneck.alone());
    }
    sentences.addAll(bottleneck.caps());
    return sentences;
  }

  private String latency() {
    Map.Entry<String, Double> longest = longest(stages());
    double latency = plan.main().latencyMs();
    return "What takes longest is %s: %s, %s of the latency."
        .formatted(
            doing(longest.getKey()),
            Explanation.ms(longest.getValue()),
            Explanation.percent(latency > 0 ? longest.getValue() / latency : 0));
  }

  private String makespan() {
    Map.Entry<String, Double> longest = longest(stages());
    double serial = plan.main().latencyMs();
    double value = plan.valueMs();
    String overlap =
        serial > value * 1.0005
            ? "Overlapping tiers and links saves %s against one after the other (%s). "
                .formatted(Explanation.percent(1 - value / serial), Explanation.ms(serial))
            : "Tiers and links have nothing to do at the same time here. ";
    return overlap
        + "What is busy longest is %s: %s, %s of the time."
            .formatted(
                doing(longest.getKey()),
                Explanation.ms(longest.getValue()),
                Explanation.percent(value > 0 ? longest.getValue() / value : 0));
  }

  private String period() {
    Map<String, Double> loads = loads();
    double value = longest(loads).getValue();
    List<String> full = new ArrayList<>();
    loads.forEach(
        (stage, load) -> {
          if (load > 0 && load >= FULL * value) {
            full.add(stage);
          }
        });
    if (full.isEmpty()) {
      return "Nothing takes any time.";
    }
    return full.size() == 1
        ? "The rate is limited by %s alone: it is busy all the time, so only making it faster helps."
            .formatted(full.get(0))
        : "The rate is limited by %s, all busy all the time.".formatted(String.join(", ", full))
            + weights(full);
  }

  /** How much each full resource counts, from the prices of the mix. */
  private String weights(List<String> full) {
    if (plan.partitions().size() < 2) {
      return "";
    }
    double[] weights = new ColumnGeneration(setup, true).run().duals().weights();
    List<String> names = resources();
    List<String> parts = new ArrayList<>();
    for (String stage : full) {
      double weight = weights[names.indexOf(stage)];
      if (weight > 5e-4) {
        parts.add(String.format(Locale.ROOT, "%s %.2f %%", stage, weight));
      }
    }
    return parts.isEmpty()
        ? ""
        : " One of them 1 % faster shortens the period by " + String.join(", ", parts) + ".";
  }

  private List<String> resources() {
    Problem problem = setup.in().problem;
    List<String> names = new ArrayList<>();
    problem.tiers().forEach(tier -> names.add(tier.name()));
    for (int k = 0; k < setup.in().links; k++) {
      names.add(problem.upName(k));
    }
    for (int k = 0; k < setup.in().links; k++) {
      names.add(problem.downName(k));
    }
    return names;
  }

  private String alone() {
    double best = plan.partitions().stream().mapToDouble(Partition::periodMs).min().orElseThrow();
    return "The best of its partitions alone has a period of %s, %.2f times as long."
        .formatted(Explanation.ms(best), best / plan.valueMs());
  }

  private Map<String, Double> stages() {
    Map<String, Double> stages = new LinkedHashMap<>();
    for (Partition partition : plan.partitions()) {
      partition
          .stagesMs()
          .forEach((stage, ms) -> stages.merge(stage, ms * partition.share(), Double::sum));
    }
    return stages;
  }

  /** Stages without round trips, once per sharer. */
  private Map<String, Double> loads() {
    Problem problem = setup.in().problem;
    Map<String, Double> stages = stages();
    Map<String, Double> loads = new LinkedHashMap<>();
    problem
        .tiers()
        .forEach(
            tier -> loads.put(tier.name(), tier.sharers() * stages.getOrDefault(tier.name(), 0.0)));
    for (int k = 0; k < setup.in().links; k++) {
      double sharers = problem.links().get(k).sharers();
      loads.put(problem.upName(k), sharers * stages.getOrDefault(problem.upName(k), 0.0));
      loads.put(problem.downName(k), sharers * stages.getOrDefault(problem.downName(k), 0.0));
    }
    return loads;
  }

  private static Map.Entry<String, Double> longest(Map<String, Double> stages) {
    return stages.entrySet().stream()
        .reduce((left, right) -> right.getValue() > left.getValue() ? right : left)
        .orElseThrow();
  }

  private static String doing(String stage) {
    if (stage.equals("rtt")) {
      return "the round trips";
    }
    return (stage.contains("->") ? "sending over " : "computing on ") + stage;
  }

  private List<String> caps() {
    List<String> sentences = new ArrayList<>();
    if (setup.in().problem.layers().isEmpty() || !plan.main().valid()) {
      return sentences;
    }
    double[] mean = new double[setup.mean().count()];
    double[] most = new double[setup.hard().count()];
    for (Partition partition : plan.partitions()) {
      Assignment assignment = Assignment.of(setup.in().problem, partition.assignment());
      int[] tierOf = assignment.toArray();
      Loads loads = new Loads(setup.in(), tierOf, setup.crossingsFor(tierOf));
      for (int row = 0; row < mean.length; row++) {
        mean[row] += partition.share() * setup.mean().caps().get(row).used(loads);
      }
      for (int row = 0; row < most.length; row++) {
        most[row] = Math.max(most[row], setup.hard().caps().get(row).used(loads));
      }
    }
    binding(setup.mean(), mean, sentences);
    binding(setup.hard(), most, sentences);
    return sentences;
  }

  private static void binding(CapRows rows, double[] used, List<String> sentences) {
    for (int row = 0; row < used.length; row++) {
      Cap cap = rows.caps().get(row);
      double share = cap.most() > 0 ? used[row] / cap.most() : 1;
      sentences.add(
          "The cap %s %s: %s of it is used."
              .formatted(
                  cap.name(),
                  share >= FULL ? "binds" : "leaves room",
                  Explanation.percent(Math.min(1, share))));
    }
  }
}
