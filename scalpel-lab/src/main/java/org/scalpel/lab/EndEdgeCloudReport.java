package org.scalpel.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the table of {@link EndEdgeCloudExperiment}. */
final class EndEdgeCloudReport {
  private static final String MEDIAN = "median_ms";
  private static final double AIM = 0.2081;
  private static final double AS_GOOD = 0.02;
  private static final List<String> BASELINES = List.copyOf(ThreeTierSchemes.SUBSETS.keySet());

  /** One model on one network: each scheme's row. */
  private record Contest(String model, String network, Map<String, Table> rows) {
    Optional<Double> ms(String scheme) {
      return Optional.ofNullable(rows.get(scheme)).map(row -> row.numbers(MEDIAN).get(0));
    }

    String cuts(String scheme) {
      return Optional.ofNullable(rows.get(scheme)).map(row -> row.first("cuts")).orElse("");
    }

    /** By how much a plan is below another. */
    Optional<Double> reduction(String plan, String against) {
      return ms(plan).flatMap(mine -> ms(against).map(other -> 1 - mine / other));
    }

    /** Whether another scheme and the two-cut plan differ at 95 %, in pairs. */
    boolean differs(String scheme) {
      Table row = rows.getOrDefault(scheme, rows.get(ThreeTierSchemes.TWO_CUT));
      return row != null
          && (row.numbers("ratio_low").get(0) > 1 || row.numbers("ratio_high").get(0) < 1);
    }
  }

  private final List<Contest> contests = new ArrayList<>();
  private final Table results;

  EndEdgeCloudReport(Table results) {
    this.results = results;
    results
        .by("model")
        .forEach(
            (model, ofModel) ->
                ofModel
                    .by("network")
                    .forEach(
                        (network, rows) ->
                            contests.add(new Contest(model, network, rows.by("scheme")))));
  }

  void write(Report report) {
    slowdowns(report);
    gain(report, ThreeTierSchemes.TWO_CUT, "The two-cut plan");
    gain(report, ThreeTierSchemes.AUTO_PIXELS, "The exact plan of the graph with lossless codecs");
    gain(report, ThreeTierSchemes.AUTO_JPEG, "The same with the camera's JPEG file");
    bestSubset(report);
    headline(report);
    report.table("Mean reduction of latency", reductions());
    pictures(report);
    report.table("Medians in ms, and kernels on end/edge/cloud", medians());
    bestOfThose(report);
    predictions(report);
    learned(report);
  }

  private static void slowdowns(Report report) {
    report.found(
        "Declared dilation: end device ×%.0f, edge ×%.0f, cloud ×%.0f."
            .formatted(ThreeTierSchemes.SLOWDOWNS.toArray()));
  }

  private void gain(Report report, String plan, String words) {
    List<Double> all = reductions(plan, BASELINES, contests);
    if (all.isEmpty()) {
      return;
    }
    Map<String, List<Contest>> networks =
        contests.stream()
            .collect(
                Collectors.groupingBy(Contest::network, LinkedHashMap::new, Collectors.toList()));
    List<String> each = new ArrayList<>();
    networks.forEach(
        (network, cells) ->
            each.add(network + " " + Figure.percent(mean(reductions(plan, BASELINES, cells)))));
    report.found(
        "%s takes %s less time than the six baselines in the mean over %d cells (the paper: %s): %s."
            .formatted(
                words,
                Figure.percent(mean(all)),
                contests.size(),
                Figure.percent(AIM),
                String.join(", ", each)));
  }

  private void headline(Report report) {
    List<Double> twoCut = reductions(ThreeTierSchemes.TWO_CUT, BASELINES, contests);
    List<Double> exact = reductions(ThreeTierSchemes.AUTO_JPEG, BASELINES, contests);
    report.headline(
        new Headline(
            "end-edge-cloud.latency",
            twoCut.isEmpty() ? Double.NaN : mean(twoCut),
            exact.isEmpty() ? Double.NaN : mean(exact),
            "mean over six baselines and %d cells; best: the picture may travel as the camera's JPEG file"
                .formatted(contests.size())));
  }

  /** What remains against the baseline that measures best in each cell. */
  private void bestSubset(Report report) {
    List<Double> gains = new ArrayList<>();
    int same = 0;
    int three = 0;
    for (Contest cell : contests) {
      gains.add(
          reductions(ThreeTierSchemes.TWO_CUT, BASELINES, List.of(cell)).stream()
              .min(Double::compare)
              .orElse(0.0));
      String cuts = cell.cuts(ThreeTierSchemes.TWO_CUT);
      same += BASELINES.stream().anyMatch(other -> cell.cuts(other).equals(cuts)) ? 1 : 0;
      three += List.of(cuts.split("/")).contains("0") ? 0 : 1;
    }
    report.found(
        "Against the best of the six in each cell it takes %s less in the mean: in %d of %d cells the two-cut plan is the plan of a subset, and in %d it computes on all three tiers (where the picture is made a tensor counts as computing)."
            .formatted(Figure.percent(mean(gains)), same, contests.size(), three));
  }

  private static List<Double> reductions(String plan, List<String> against, List<Contest> cells) {
    List<Double> all = new ArrayList<>();
    for (Contest cell : cells) {
      against.forEach(other -> cell.reduction(plan, other).ifPresent(all::add));
    }
    return all;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
  }

  private static String percent(List<Double> values) {
    return values.isEmpty() ? "" : Figure.percent(mean(values));
  }

  private Table reductions() {
    List<String> plans =
        List.of(ThreeTierSchemes.TWO_CUT, ThreeTierSchemes.AUTO_PIXELS, ThreeTierSchemes.AUTO_JPEG);
    List<String> columns = new ArrayList<>(List.of("against"));
    columns.addAll(plans);
    List<String> others = new ArrayList<>(BASELINES);
    others.addAll(List.of(ThreeTierSchemes.PIXELS, ThreeTierSchemes.JPEG));
    List<List<String>> rows = new ArrayList<>();
    for (String other : others) {
      List<String> row = new ArrayList<>(List.of(other));
      plans.forEach(plan -> row.add(percent(reductions(plan, List.of(other), contests))));
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  private void pictures(Report report) {
    for (String other : List.of(ThreeTierSchemes.PIXELS, ThreeTierSchemes.JPEG)) {
      List<Double> twoCut = reductions(ThreeTierSchemes.TWO_CUT, List.of(other), contests);
      if (!twoCut.isEmpty()) {
        report.found(
            "Against all in the cloud with the picture as %s: the two-cut plan %s, the exact plan %s, with the JPEG file %s (positive = less time; mean)."
                .formatted(
                    other.replace("cloud, ", ""),
                    percent(twoCut),
                    percent(reductions(ThreeTierSchemes.AUTO_PIXELS, List.of(other), contests)),
                    percent(reductions(ThreeTierSchemes.AUTO_JPEG, List.of(other), contests))));
      }
    }
  }

  private Table medians() {
    List<String> schemes = List.copyOf(results.by("scheme").keySet());
    List<String> columns = new ArrayList<>(List.of("model", "network"));
    columns.addAll(schemes);
    List<List<String>> rows = new ArrayList<>();
    for (Contest cell : contests) {
      List<String> row = new ArrayList<>(List.of(cell.model, cell.network));
      for (String scheme : schemes) {
        row.add(
            cell.ms(scheme).map(ms -> Figure.of(ms) + " (" + cell.cuts(scheme) + ")").orElse(""));
      }
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /** Among those whose tensors travel as they are. */
  private void bestOfThose(Report report) {
    int good = 0;
    List<String> misses = new ArrayList<>();
    for (Contest cell : contests) {
      double mine = cell.ms(ThreeTierSchemes.TWO_CUT).orElse(Double.NaN);
      String best = ThreeTierSchemes.TWO_CUT;
      for (String other : BASELINES) {
        if (cell.ms(other).orElse(Double.NaN) < cell.ms(best).orElse(Double.NaN)) {
          best = other;
        }
      }
      double regret = mine / cell.ms(best).orElse(Double.NaN) - 1;
      if (regret <= AS_GOOD || !cell.differs(best)) {
        good++;
      } else {
        misses.add(
            "%s over %s by %s (%s)"
                .formatted(cell.model, cell.network, Figure.percent(regret), best));
      }
    }
    report.found(
        "In %d of %d cells the two-cut plan is within 2 %% of the best that was measured with tensors as they are, or not distinguishable from it at 95 %% in pairs%s."
            .formatted(
                good,
                contests.size(),
                misses.isEmpty() ? "" : "; else " + String.join(", ", misses)));
  }

  private void predictions(Report report) {
    Table measured = results.where(row -> !row.text("scheme").equals(ThreeTierSchemes.LEARNED));
    report.found("Predicted latency is off by " + new Predictions(measured, MEDIAN).words() + ".");
    report.chart(
        "schemes",
        new Predictions(results, MEDIAN).chart("End to end", "measured median (ms)", "network"));
  }

  private void learned(Report report) {
    Table rows = results.where(row -> row.text("scheme").equals(ThreeTierSchemes.LEARNED));
    if (rows.rows().isEmpty()) {
      report.found(
          "No predictor was given (SCALPEL_PREDICTOR): planned by measured profiles only.");
      return;
    }
    long same =
        contests.stream()
            .filter(
                cell ->
                    cell.cuts(ThreeTierSchemes.LEARNED).equals(cell.cuts(ThreeTierSchemes.TWO_CUT)))
            .count();
    List<Double> longer =
        reductions(ThreeTierSchemes.TWO_CUT, List.of(ThreeTierSchemes.LEARNED), contests);
    report.found(
        "Planned by a predictor that has not measured the models the two cuts are the same in %d of %d cells; the plan takes %s less time than the six baselines in the mean, planning by measurement %s less than that; its prediction is off by %s."
            .formatted(
                same,
                contests.size(),
                percent(reductions(ThreeTierSchemes.LEARNED, BASELINES, contests)),
                percent(longer),
                new Predictions(rows, MEDIAN).median()));
  }
}
