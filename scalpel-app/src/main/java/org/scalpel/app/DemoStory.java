package org.scalpel.app;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;

/** What the demo found, in a table and in words. */
final class DemoStory {
  private static final double CLOSE = 0.05;

  private final DemoSubject subject;
  private final DemoRun.Result result;

  DemoStory(DemoSubject subject, DemoRun.Result result) {
    this.subject = subject;
    this.result = result;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(subject.title() + " answers: " + result.answer());
    lines.add(setting());
    lines.add("");
    lines.addAll(table().lines());
    lines.add("");
    lines.addAll(findings());
    return lines;
  }

  /** The machines and links, declared. */
  String setting() {
    List<String> parts = new ArrayList<>();
    List<DemoWorld.Machine> machines = result.world().machines();
    for (int tier = 0; tier < machines.size(); tier++) {
      double slowdown = machines.get(tier).slowdown();
      String speed = slowdown == 1 ? "this machine" : "slowed " + number(slowdown) + "×";
      parts.add(machines.get(tier).name() + " (" + speed + ")");
      if (tier < machines.size() - 1) {
        var link = result.world().network().links().get(tier);
        parts.add(
            "— %s up, %s down, %s ms —"
                .formatted(number(link.upMbps()), number(link.downMbps()), number(link.rttMs())));
      }
    }
    return String.join(" ", parts) + "; rates in Mbit/s";
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  TextTable table() {
    List<String> headings =
        new ArrayList<>(List.of("plan", "predicted", "median", "p95", "bytes sent"));
    result.tiers().forEach(tier -> headings.add("on " + tier));
    TextTable table = new TextTable(headings.toArray(String[]::new));
    for (DemoRow row : result.rows()) {
      List<Object> cells = new ArrayList<>();
      cells.add(row.name());
      cells.add(Units.ms(row.predictedMs()));
      cells.add(Units.ms(row.medianMs()));
      cells.add(Units.ms(row.p95Ms()));
      cells.add(Units.bytes(row.bytesSent()));
      row.kernels().values().forEach(cells::add);
      table.row(cells.toArray());
    }
    return table;
  }

  /** Sentences. */
  List<String> findings() {
    List<String> findings = new ArrayList<>();
    findings.add(agreement());
    findings.add(proof());
    findings.add(splitting());
    findings.add(privacy());
    findings.add(accuracy());
    return findings;
  }

  private String agreement() {
    String largest = String.format(Locale.ROOT, "%.2g", result.maxRelDiff());
    return result.agree()
        ? "Every plan answers as the uncut model does: largest relative difference "
            + largest
            + jpeg()
        : "THE ANSWERS DIFFER: largest relative difference " + largest + ".";
  }

  /** A lossy input is the user's choice: the planner was not offered it, but it is shown. */
  private String jpeg() {
    DemoRow row = result.row(DemoPlans.JPEG);
    String answer = subject.answer().apply(row.sample().outputs());
    return "; with the picture as JPEG, which loses something and was not offered to the planner, "
        + (answer.equals(result.answer()) ? "the answer is the same." : "it is " + answer + ".");
  }

  private String proof() {
    DemoRow auto = result.row(DemoPlans.AUTO);
    Plan plan = auto.plan();
    return "The planner chose %s: %s, and proved that no plan takes less than %s (gap %s, found in %s)."
        .formatted(
            place(auto),
            Units.ms(plan.valueMs()),
            Units.ms(plan.boundMs()),
            Units.percent(plan.gap()),
            Units.ms(plan.solveMs()));
  }

  private static String place(DemoRow row) {
    Map<String, Integer> used = new LinkedHashMap<>(row.kernels());
    used.values().removeIf(count -> count == 0);
    if (used.size() == 1) {
      return "to run everything on the " + used.keySet().iterator().next();
    }
    List<String> parts = new ArrayList<>();
    used.forEach(
        (tier, count) ->
            parts.add(count + (count == 1 ? " kernel" : " kernels") + " on the " + tier));
    return "to run " + String.join(", ", parts);
  }

  private String splitting() {
    DemoRow auto = result.row(DemoPlans.AUTO);
    DemoRow single =
        result.rows().stream()
            .filter(row -> row.name().endsWith("-only"))
            .min(Comparator.comparingDouble(DemoRow::predictedMs))
            .orElseThrow();
    if (auto.splits()) {
      return "Splitting helps: it is predicted to be %.2f times as fast as the best single tier (%s), measured %.2f times."
          .formatted(
              single.predictedMs() / auto.predictedMs(),
              single.name(),
              single.medianMs() / auto.medianMs());
    }
    DemoRow split = result.row(DemoPlans.PRIVATE);
    long bytes = inputBytes(auto);
    return "Splitting does not shorten this request: the picture travels as %s, %s, and before the smaller ones too much would be computed on a slower tier; the best plan that keeps the first kernels on the device takes %.2f times as long."
        .formatted(Units.bytes(bytes), larger(bytes), split.predictedMs() / auto.predictedMs());
  }

  private String larger(long bytes) {
    List<Long> inner =
        result.model().problem().tensors().stream()
            .filter(tensor -> tensor.producer() >= 0 && !tensor.consumers().isEmpty())
            .map(tensor -> tensor.ways().get(0).bytes())
            .toList();
    long more = inner.stream().filter(size -> size > bytes).count();
    return more + " of the " + inner.size() + " tensors between kernels are larger";
  }

  private long inputBytes(DemoRow row) {
    String codec =
        row.partition().codecs().getOrDefault(subject.input(), Map.of()).values().stream()
            .findFirst()
            .orElse("raw");
    return result.model().problem().tensors().stream()
        .filter(tensor -> tensor.name().equals(subject.input()))
        .flatMap(tensor -> tensor.ways().stream())
        .filter(way -> way.name().equals(codec))
        .mapToLong(way -> way.bytes())
        .findFirst()
        .orElse(0);
  }

  private String privacy() {
    DemoRow split = result.row(DemoPlans.PRIVATE);
    Partition partition = split.partition();
    return "A reason to split all the same: with plan \"private\" the picture never leaves the device (%s); stages predicted: %s."
        .formatted(place(split), stages(partition));
  }

  private static String stages(Partition partition) {
    List<String> parts = new ArrayList<>();
    partition
        .stagesMs()
        .forEach(
            (stage, ms) -> {
              if (ms >= 0.01) {
                parts.add(stage + " " + Units.ms(ms));
              }
            });
    return String.join(" + ", parts);
  }

  private String accuracy() {
    DemoRow worst =
        result.rows().stream().max(Comparator.comparingDouble(DemoStory::error)).orElseThrow();
    return error(worst) <= CLOSE
        ? "Predictions held: every measured median is within %s of its prediction."
            .formatted(Units.percent(error(worst)))
        : "Predictions and measured medians differ by at most %s (%s): the profile's runs found other caches, after other pauses, than these requests, or the machine did something else as well."
            .formatted(Units.percent(error(worst)), worst.name());
  }

  private static double error(DemoRow row) {
    return Math.abs(row.medianMs() / row.predictedMs() - 1);
  }
}
