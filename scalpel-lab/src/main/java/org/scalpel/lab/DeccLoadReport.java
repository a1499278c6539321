package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.scalpel.lab.DeccExperiment.Kind;

/** Reads what {@link DeccExperiment} measured under load. */
final class DeccLoadReport {
  private static final String RATE = "rate";

  private final Table load;

  DeccLoadReport(Table load) {
    this.load = load;
  }

  void write(Report report) {
    for (String scheme :
        List.of(DeccSchemes.CUT, DeccSchemes.DECC, DeccSchemes.OVERLAP, DeccSchemes.MIX)) {
      report.found(
          "Under load, %s: the cut one request at a time takes %s times its latency in the median over models and rates, and it answers %s times as many requests at the highest rate; over networks of several inputs %s and %s times."
              .formatted(
                  scheme.equals(DeccSchemes.CUT) ? "the cut with requests pipelined" : scheme,
                  Figure.of(shorter(load, scheme)),
                  Figure.of(more(load, scheme)),
                  Figure.of(shorter(inputs(), scheme)),
                  Figure.of(more(inputs(), scheme))));
    }
    report.headline(
        new Headline(
            "decc.latency",
            shorter(load, DeccSchemes.DECC),
            shorter(load, DeccSchemes.OVERLAP),
            "median over models and rates 0.5 to 3 times capacity, against the cut one request at a time; best: least makespan"));
    report.headline(
        new Headline(
            "decc.throughput",
            more(load, DeccSchemes.DECC),
            more(load, DeccSchemes.MIX),
            "median over models at the highest rate, against the cut one request at a time; best: requests shared out over partitions"));
    report.table(
        "Under load: median (p95) ms from when a request was due, answers per second", table());
    load.by("model").forEach((model, rows) -> chart(report, model, rows));
  }

  private Table inputs() {
    return load.where(row -> row.text("kind").equals(Kind.INPUTS.words));
  }

  private static double highest(Table rows) {
    return rows.numbers(RATE).stream().max(Double::compare).orElse(Double.NaN);
  }

  /** By how much latencies are shorter, in the median over models and rates. */
  private static double shorter(Table rows, String scheme) {
    return ratio(rows, scheme, "median_ms", true);
  }

  /** How many times as many answers come at the highest rate, in the median over models. */
  private static double more(Table rows, String scheme) {
    double most = highest(rows);
    return ratio(rows.where(row -> row.number(RATE) == most), scheme, "answered_per_s", false);
  }

  private static double ratio(Table rows, String scheme, String column, boolean lessIsBetter) {
    List<Double> base = of(rows, DeccBench.ONE_BY_ONE).numbers(column);
    List<Double> mine = inOrder(rows, scheme, column);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(base.size(), mine.size()); i++) {
      ratios.add(lessIsBetter ? base.get(i) / mine.get(i) : mine.get(i) / base.get(i));
    }
    return ratios.isEmpty() ? Double.NaN : Figure.median(ratios);
  }

  /**
   * A scheme's figures in the order of the base's cells: rows within a rate are in random order.
   */
  private static List<Double> inOrder(Table rows, String scheme, String column) {
    List<Double> figures = new ArrayList<>();
    for (Map<String, Table> rates : rates(of(rows, DeccBench.ONE_BY_ONE))) {
      for (Table cell : rates.values()) {
        figures.addAll(
            of(rows, scheme)
                .where(
                    row ->
                        row.text("model").equals(cell.first("model"))
                            && row.text(RATE).equals(cell.first(RATE)))
                .numbers(column));
      }
    }
    return figures;
  }

  private static List<Map<String, Table>> rates(Table rows) {
    return rows.by("model").values().stream().map(model -> model.by(RATE)).toList();
  }

  private static Table of(Table rows, String scheme) {
    return rows.where(row -> row.text("scheme").equals(scheme));
  }

  private Table table() {
    List<String> schemes =
        List.of(
            DeccBench.ONE_BY_ONE,
            DeccSchemes.CUT,
            DeccSchemes.DECC,
            DeccSchemes.OVERLAP,
            DeccSchemes.MIX);
    List<String> columns = new ArrayList<>(List.of("model", "times capacity"));
    columns.addAll(schemes);
    List<List<String>> rows = new ArrayList<>();
    load.by("model")
        .forEach(
            (model, ofModel) ->
                ofModel
                    .by(RATE)
                    .forEach(
                        (rate, cell) -> {
                          List<String> row = new ArrayList<>(List.of(model, rate));
                          schemes.forEach(scheme -> row.add(figures(of(cell, scheme))));
                          rows.add(row);
                        }));
    return new Table(columns, rows);
  }

  private static String figures(Table row) {
    return "%s (%s), %s/s"
        .formatted(row.first("median_ms"), row.first("p95_ms"), row.first("answered_per_s"));
  }

  private static void chart(Report report, String model, Table rows) {
    Chart chart =
        new Chart(
            model + " under load",
            "requests, times the capacity of the cut one at a time",
            "median latency (ms)");
    rows.by("scheme")
        .forEach(
            (scheme, points) ->
                chart.line(scheme, points.numbers(RATE), points.numbers("median_ms")));
    report.chart("load-" + model, chart);
  }
}
