package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scalpel.plan.Compared;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Tier;
import org.scalpel.plan.Weights;
import org.scalpel.plan.Window;

/** A plan as people read it. */
final class PlanReport {
  private static final int MOST_VIOLATIONS = 3;

  private final Problem problem;
  private final Plan plan;

  PlanReport(Problem problem, Plan plan) {
    this.problem = problem;
    this.plan = plan;
  }

  /** Value and proof, stages, placement, baselines, alternatives, explanation. */
  List<String> lines(boolean explain) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s of \"%s\": %s by %s, lower bound %s, gap %s, solved in %s"
            .formatted(
                what(),
                problem.name(),
                amount(plan.valueMs()),
                plan.algorithm(),
                amount(plan.boundMs()),
                Units.percent(plan.gap()),
                Units.ms(plan.solveMs())));
    for (Partition partition : plan.partitions()) {
      lines.add("");
      lines.addAll(partition(partition));
    }
    if (plan.objective() == Objective.THROUGHPUT && plan.valueMs() > 0) {
      lines.add("");
      lines.addAll(window());
    }
    lines.add("");
    lines.addAll(baselines());
    if (!plan.alternatives().isEmpty()) {
      lines.add("");
      lines.addAll(alternatives());
    }
    if (explain && !plan.explanation().isEmpty()) {
      lines.add("");
      lines.addAll(plan.explanation());
    }
    return lines;
  }

  /** What more requests in flight give and take. */
  private List<String> window() {
    Window window = Window.of(plan);
    TextTable table =
        new TextTable("requests in flight", "a second, at most", "each takes, at least");
    for (int n : window.steps()) {
      table.row(
          n == window.least() ? n + " (reaches the period)" : String.valueOf(n),
          String.format(Locale.ROOT, "%.1f", window.mostPerSecond(n)),
          Units.ms(window.leastLatencyMs(n)));
    }
    return table.lines();
  }

  private List<String> partition(Partition partition) {
    List<String> lines = new ArrayList<>();
    String share =
        plan.partitions().size() > 1 ? Units.percent(partition.share()) + " of requests: " : "";
    lines.add(
        share
            + "latency %s, period %s, makespan %s"
                .formatted(
                    Units.ms(partition.latencyMs()),
                    Units.ms(partition.periodMs()),
                    Units.ms(partition.makespanMs())));
    placement(partition).forEach((tier, text) -> lines.add("  " + tier + ": " + text));
    lines.add("  stages: " + stages(partition));
    partition
        .codecs()
        .forEach(
            (tensor, links) ->
                links.forEach(
                    (link, codec) ->
                        lines.add("  " + tensor + " crosses " + link + " as " + codec)));
    partition
        .exits()
        .ifPresent(
            exits ->
                lines.add(
                    "  exits at thresholds "
                        + exits.thresholds()
                        + ", accuracy "
                        + Units.percent(exits.accuracy())
                        + ", mean "
                        + Units.ms(exits.meanMs())
                        + ", 95th percentile "
                        + Units.ms(exits.tailMs())));
    partition.violations().forEach(violation -> lines.add("  NOT VALID: " + violation));
    return lines;
  }

  /** Tier → how many layers and which, shortened. */
  private Map<String, String> placement(Partition partition) {
    Map<String, List<String>> byTier = new LinkedHashMap<>();
    problem.tiers().stream().map(Tier::name).forEach(tier -> byTier.put(tier, new ArrayList<>()));
    partition
        .assignment()
        .forEach(
            (layer, tier) -> byTier.computeIfAbsent(tier, any -> new ArrayList<>()).add(layer));
    Map<String, String> text = new LinkedHashMap<>();
    byTier.forEach((tier, layers) -> text.put(tier, names(layers)));
    return text;
  }

  private static String names(List<String> layers) {
    if (layers.isEmpty()) {
      return "nothing";
    }
    String count = layers.size() == 1 ? "1 layer" : layers.size() + " layers";
    if (layers.size() <= 6) {
      return count + " (" + String.join(", ", layers) + ")";
    }
    return count + " (" + layers.get(0) + " … " + layers.get(layers.size() - 1) + ")";
  }

  private static String stages(Partition partition) {
    List<String> parts = new ArrayList<>();
    partition
        .stagesMs()
        .forEach(
            (stage, value) -> {
              if (value > 0) {
                parts.add(stage + " " + Units.ms(value));
              }
            });
    return parts.isEmpty() ? "none" : String.join(" + ", parts);
  }

  private List<String> baselines() {
    TextTable table = new TextTable("compared with", what(), "against the plan");
    table.row("plan", amount(plan.valueMs()), "");
    plan.baselinesMs().forEach((name, value) -> table.row(name, amount(value), ratio(value)));
    return table.lines();
  }

  /** What is compared: with weights it is no time any more. */
  private String what() {
    return weighted() ? "weighted sum" : plan.objective().text();
  }

  private boolean weighted() {
    return plan.objective() == Objective.LATENCY
        && !problem.options().weights().equals(Weights.LATENCY);
  }

  private String amount(double value) {
    if (!weighted()) {
      return Units.ms(value);
    }
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "–";
  }

  private String ratio(double value) {
    if (!Double.isFinite(value) || plan.valueMs() <= 0) {
      return "–";
    }
    double ratio = value / plan.valueMs();
    return Math.abs(ratio - 1) < 5e-4 ? "same" : String.format(Locale.ROOT, "%.2f×", ratio);
  }

  private List<String> alternatives() {
    List<String> lines = new ArrayList<>();
    lines.add("alternatives, best first:");
    for (Partition other : plan.alternatives()) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      problem.tiers().stream().map(Tier::name).forEach(tier -> counts.put(tier, 0));
      other.assignment().values().forEach(tier -> counts.merge(tier, 1, Integer::sum));
      lines.add(
          "  latency %s, period %s, layers %s"
              .formatted(Units.ms(other.latencyMs()), Units.ms(other.periodMs()), counts));
    }
    return lines;
  }

  /** What several algorithms answer, in one table. */
  List<String> comparison(List<Compared> answers) {
    TextTable table = new TextTable("algorithm", what(), "bound", "gap", "solved in", "valid");
    List<String> remarks = new ArrayList<>();
    for (Compared answer : answers) {
      if (answer.plan().isEmpty()) {
        table.row(answer.algorithm(), "–", "", "", "", "");
        remarks.add(answer.algorithm() + " has no plan: " + answer.reason());
        continue;
      }
      Plan other = answer.plan().get();
      boolean valid = other.partitions().stream().allMatch(Partition::valid);
      table.row(
          other.algorithm(),
          amount(other.valueMs()),
          amount(other.boundMs()),
          Units.percent(other.gap()),
          Units.ms(other.solveMs()),
          valid ? "yes" : "NO");
      violations(other, remarks);
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.addAll(table.lines());
    lines.addAll(remarks);
    return lines;
  }

  private static void violations(Plan other, List<String> remarks) {
    for (Partition partition : other.partitions()) {
      List<String> all = partition.violations();
      all.stream()
          .limit(MOST_VIOLATIONS)
          .forEach(violation -> remarks.add(other.algorithm() + " is not valid: " + violation));
      if (all.size() > MOST_VIOLATIONS) {
        remarks.add(
            other.algorithm() + " breaks " + (all.size() - MOST_VIOLATIONS) + " rules more");
      }
    }
  }

  /** An algorithm's plan as JSON, or why it has none. */
  static ObjectNode node(Compared answer) {
    return answer
        .plan()
        .map(PlanJson::node)
        .orElseGet(
            () ->
                Json.object().put("algorithm", answer.algorithm()).put("reason", answer.reason()));
  }
}
