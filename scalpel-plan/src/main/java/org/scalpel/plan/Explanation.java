package org.scalpel.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Sentences about a plan: where things run, what takes the time, what else was possible. */
final class Explanation {
  private Explanation() {}

  static List<String> of(Setup setup, Plan plan) {
    List<String> sentences = new ArrayList<>();
    sentences.add(where(setup, plan));
    sentences.addAll(Bottleneck.sentences(setup, plan));
    sentences.add(proof(plan));
    sentences.add(comparison(plan));
    if (plan.objective() == Objective.THROUGHPUT && plan.valueMs() > 0) {
      sentences.add(Window.of(plan).sentence());
    }
    sentences.addAll(new NextPlan(setup, plan).sentences());
    return sentences;
  }

  private static String where(Setup setup, Plan plan) {
    if (plan.partitions().size() > 1) {
      return "Requests are shared among "
          + plan.partitions().size()
          + " partitions; the largest share, "
          + percent(plan.main().share())
          + ", runs as follows: "
          + counts(setup, plan.main())
          + ".";
    }
    return "This plan runs " + counts(setup, plan.main()) + ".";
  }

  private static String counts(Setup setup, Partition partition) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    setup.in().problem.tiers().forEach(tier -> counts.put(tier.name(), 0));
    partition.assignment().values().forEach(tier -> counts.merge(tier, 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach(
        (tier, count) -> {
          if (count > 0) {
            parts.add(count + (count == 1 ? " layer on " : " layers on ") + tier);
          }
        });
    return String.join(", ", parts);
  }

  private static String proof(Plan plan) {
    if (plan.gap() <= 1e-6) {
      return "It is proven best: the lower bound is " + ms(plan.boundMs()) + " as well.";
    }
    return plan.boundMs() > 0
        ? "The best is at least "
            + ms(plan.boundMs())
            + ", so it may be "
            + percent(plan.gap())
            + " away."
        : "No lower bound is known.";
  }

  private static String comparison(Plan plan) {
    String best = "";
    double least = Double.POSITIVE_INFINITY;
    for (String name : List.of("device-only", "edge-only", "cloud-only")) {
      double value = plan.baselinesMs().getOrDefault(name, Double.POSITIVE_INFINITY);
      if (value < least) {
        least = value;
        best = name;
      }
    }
    if (best.isEmpty()) {
      return "No single tier could run everything.";
    }
    if (plan.valueMs() >= least * (1 - 1e-9)) {
      return "Splitting does not help here: " + best + " " + verb(plan) + " " + ms(least) + ".";
    }
    return "Splitting helps: the best single tier, "
        + best
        + ", "
        + verb(plan)
        + " "
        + ms(least)
        + ", "
        + String.format(Locale.ROOT, "%.2f", least / plan.valueMs())
        + " times as long.";
  }

  private static String verb(Plan plan) {
    return plan.objective() == Objective.THROUGHPUT ? "has a period of" : "takes";
  }

  static String ms(double value) {
    return String.format(Locale.ROOT, "%.3f ms", value);
  }

  static String percent(double value) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * value);
  }
}
