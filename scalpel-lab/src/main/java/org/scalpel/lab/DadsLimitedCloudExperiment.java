package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.scalpel.plan.Objective;

/**
 * A cloud whose resources are limited, today's machines, latency. Twice:
 *
 * <p><b>A part of the cloud</b>: it computes 1 to 20 times as slow as this machine, as a server
 * that others use does. The published algorithm plans by times measured when the cloud was free;
 * ours by what it can do now. Measured over real tier processes.
 *
 * <p><b>A budget</b>: a request may use no more than a part of the cloud's time that the whole
 * network takes. The published algorithm knows no budget: where its plan breaks it, the edge device
 * alone remains. Planned, not measured.
 */
public final class DadsLimitedCloudExperiment implements Experiment {
  private static final List<String> MODELS = List.of("alexnet", "resnet18");
  private static final List<Double> DILATIONS = List.of(1.0, 2.0, 5.0, 10.0, 20.0);
  private static final List<Double> BUDGETS = List.of(0.75, 0.5, 0.25, 0.1);
  private static final double MBPS = 18.88;

  @Override
  public String name() {
    return "dads-limited-cloud";
  }

  @Override
  public String question() {
    return "What remains of partitioning when the cloud has little time for us?";
  }

  @Override
  public List<String> columns() {
    return DadsBench.COLUMNS;
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<LabModel> usual =
        LabModel.classic().stream().filter(m -> MODELS.contains(m.name())).toList();
    List<LabModel> models = lab.models(lab.quick() ? usual.subList(0, 1) : usual);
    List<Double> dilations = lab.quick() ? List.of(1.0, 10.0) : DILATIONS;
    return cells(lab, models, dilations, DadsExperiment.Effort.of(lab, false));
  }

  static List<Cell> cells(
      Lab lab, List<LabModel> models, List<Double> dilations, DadsExperiment.Effort effort) {
    List<Cell> cells = new ArrayList<>();
    for (LabModel model : models) {
      DadsBench.Order order = new DadsBench.Order(lab, model, Objective.LATENCY, effort);
      cells.add(new Cell(model.name() + "/profile", () -> new DadsBench(order).profile()));
      for (double dilation : dilations) {
        cells.add(
            new Cell(
                model.name() + "/cloud " + dilation,
                () -> new DadsBench(order).limited(DadsCalibration.limited(dilation), MBPS)));
      }
      for (double budget : BUDGETS) {
        cells.add(
            new Cell(
                model.name() + "/budget " + budget,
                () -> new DadsBench(order).budgeted(budget, MBPS)));
      }
    }
    return cells;
  }

  @Override
  public void conclude(Table results, Report report) {
    for (String kind : List.of(DadsCalibration.LIMITED, DadsBench.BUDGET)) {
      Table own = results.where(row -> row.text("calibration").startsWith(kind));
      if (!own.rows().isEmpty()) {
        report.table(
            "Latency in ms, %s (p: predicted, not measured)"
                .formatted(
                    kind.equals(DadsBench.BUDGET)
                        ? "a budget of the cloud's time for each request"
                        : "a part of the cloud"),
            latencies(own));
        inWords(report, kind, own);
      }
    }
    report.chart("limited-cloud", chart(results));
  }

  private static Table latencies(Table own) {
    List<String> schemes = List.copyOf(own.by("scheme").keySet());
    List<String> columns = new ArrayList<>(List.of("model", "cloud"));
    columns.addAll(schemes);
    List<List<String>> rows = new ArrayList<>();
    own.by("model")
        .forEach(
            (model, ofModel) ->
                ofModel
                    .by("calibration")
                    .forEach(
                        (calibration, cell) -> {
                          Map<String, Table> by = cell.by("scheme");
                          List<String> row = new ArrayList<>(List.of(model, calibration));
                          schemes.forEach(scheme -> row.add(latency(by.get(scheme))));
                          rows.add(row);
                        }));
    return new Table(columns, rows);
  }

  private static String latency(@Nullable Table row) {
    if (row == null) {
      return "";
    }
    String measured = row.first("measured_ms");
    return measured.isEmpty() ? row.first("predicted_ms") + " p" : measured;
  }

  private static double ms(Table row) {
    String measured = row.first("measured_ms");
    return Double.parseDouble(measured.isEmpty() ? row.first("predicted_ms") : measured);
  }

  private static void inWords(Report report, String kind, Table own) {
    boolean budget = kind.equals(DadsBench.BUDGET);
    String theirs = budget ? DadsSchemes.DADS_OR_EDGE : DadsSchemes.DADS_BLIND;
    List<Double> ratios = new ArrayList<>();
    own.by("model")
        .forEach(
            (model, rows) ->
                rows.by("calibration")
                    .forEach(
                        (cloud, cell) -> {
                          Map<String, Table> by = cell.by("scheme");
                          Optional.ofNullable(by.get(theirs))
                              .ifPresent(
                                  row ->
                                      Optional.ofNullable(by.get(DadsSchemes.OURS))
                                          .ifPresent(best -> ratios.add(ms(row) / ms(best))));
                        }));
    report.found(
        "%s, with 32-bit numbers: the published algorithm takes %.2f times our plan's latency in the median, %.2f at most, over %d cells."
            .formatted(
                budget
                    ? "Under a budget that it does not know (where it breaks it: Edge-Only)"
                    : "Planned for a cloud that is free",
                Figure.median(ratios),
                ratios.stream().mapToDouble(r -> r).max().orElse(Double.NaN),
                ratios.size()));
  }

  private static Chart chart(Table results) {
    Chart chart =
        new Chart("A part of the cloud", "dilation of the cloud", "latency (ms)").logLog();
    Table own = results.where(row -> row.text("calibration").startsWith(DadsCalibration.LIMITED));
    List<String> lines =
        List.of(DadsSchemes.EDGE, DadsSchemes.CLOUD, DadsSchemes.DADS_BLIND, DadsSchemes.OURS);
    own.by("model")
        .forEach(
            (model, rows) -> {
              Map<String, Table> by = rows.by("scheme");
              lines.forEach(
                  scheme ->
                      Optional.ofNullable(by.get(scheme))
                          .ifPresent(
                              line ->
                                  chart.line(
                                      model + ", " + scheme,
                                      line.numbers("cloud_dilation"),
                                      each(line))));
            });
    return chart;
  }

  private static List<Double> each(Table rows) {
    List<Double> all = new ArrayList<>();
    rows.rows().forEach(row -> all.add(ms(new Table(rows.columns(), List.of(row)))));
    return all;
  }
}
