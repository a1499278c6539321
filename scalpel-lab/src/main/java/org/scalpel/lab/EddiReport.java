package org.scalpel.lab;

import static org.scalpel.lab.EddiFigures.best;
import static org.scalpel.lab.EddiFigures.mean;
import static org.scalpel.lab.EddiFigures.points;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the experiment on early exits says: findings, tables beside the paper's figures, charts. */
final class EddiReport {
  private static final double SAME = 5e-4;
  private static final String BOTH = "accuracy_in_time";
  private static final String RIGHT = "accuracy";

  private static final List<String> RIVALS =
      List.of(ExitSchemes.EDGENT, ExitSchemes.EDDI, ExitSchemes.EDDI_BLOCKS);

  private final Table deadlines;
  private final Table measured;
  private final Table losses;
  private final Table traces;

  EddiReport(Table results) {
    Table ofDeadlines = results.where(row -> row.text("part").equals(EddiExperiment.DEADLINES));
    deadlines = ofDeadlines.where(row -> row.text("how").equals(EddiRow.PREDICTED));
    measured = ofDeadlines.where(row -> row.text("how").equals(EddiRow.MEASURED));
    traces = results.where(row -> row.text("part").equals(EddiTraces.PART));
    losses = results.where(row -> row.text("part").equals(EddiExperiment.LOSS));
  }

  void write(Report report) {
    if (!deadlines.rows().isEmpty()) {
      accuracy(report);
      rivals(report);
      speed(report);
      charts(report);
    }
    if (!losses.rows().isEmpty()) {
      new EddiGains(losses).write(report);
    }
    if (!measured.rows().isEmpty()) {
      new EddiTrialReport(measured).write(report);
    }
    if (!traces.rows().isEmpty()) {
      new EddiTraceReport(traces).write(report);
    }
  }

  private void accuracy(Report report) {
    double none = mean(deadlines, ExitSchemes.NO_EXITS, BOTH);
    double cut = mean(deadlines, ExitSchemes.CUT, BOTH);
    double ours = mean(deadlines, ExitSchemes.OURS, BOTH);
    double eddi = mean(deadlines, ExitSchemes.EDDI, BOTH);
    report.found(
        "A late answer counts as wrong (predicted, mean over deadlines, networks and models): %s with exits, %s without (the best of device, edge and minimum cut, with the same codecs): %s points or %s %%. Without codecs: %s by the EDDI reconstruction, %s by the minimum cut: %s points or %s %%. The paper reports 10.6 %%."
            .formatted(
                Figure.percent(ours),
                Figure.percent(none),
                points(ours - none),
                points(ours / none - 1),
                Figure.percent(eddi),
                Figure.percent(cut),
                points(eddi - cut),
                points(eddi / cut - 1)));
    report.headline(
        new Headline(
            "eddi.accuracy",
            eddi / cut - 1,
            ours / cut - 1,
            "a late answer counts as wrong; beside the minimum cut without codecs; beside the best scheme without exits that may use ours: %s %% as published, %s %% ours"
                .formatted(points(eddi / none - 1), points(ours / none - 1))));
    double late = mean(deadlines, ExitSchemes.NO_EXITS, RIGHT);
    double lateOurs = mean(deadlines, ExitSchemes.OURS, RIGHT);
    double lateMean = mean(deadlines, ExitSchemes.OURS_MEAN, RIGHT);
    report.found(
        "A late answer counts as late only: %s with exits, %s without: %s points. What exits buy is that %s of the requests are in time instead of %s; planned by the mean they are right on %s, and %s in time."
            .formatted(
                Figure.percent(lateOurs),
                Figure.percent(late),
                points(lateOurs - late),
                Figure.percent(mean(deadlines, ExitSchemes.OURS, "in_time")),
                Figure.percent(mean(deadlines, ExitSchemes.NO_EXITS, "in_time")),
                Figure.percent(lateMean),
                Figure.percent(mean(deadlines, ExitSchemes.OURS_MEAN, "in_time"))));
    report.found(
        "So the size of such a gain is made by the rule for late answers and by how many deadlines lie below what the whole model can do at all: a model without exits has no answer there.");
    List<List<String>> rows = new ArrayList<>();
    deadlines
        .by("model")
        .forEach(
            (model, ofModel) ->
                ofModel
                    .by("network")
                    .forEach((network, table) -> rows.add(accuracyRow(model, network, table))));
    report.table(
        "Mean over nine deadlines, predicted: right and in time, and (right, however late)",
        new Table(
            List.of(
                "model",
                "network",
                "ours",
                "no exits",
                "gain, points",
                "gain, %",
                "edgent",
                "eddi, kernels",
                "eddi, blocks",
                "eddi, our codecs",
                "in time, ours / no exits"),
            rows));
  }

  private static List<String> accuracyRow(String model, String network, Table table) {
    double none = mean(table, ExitSchemes.NO_EXITS, BOTH);
    double ours = mean(table, ExitSchemes.OURS, BOTH);
    return List.of(
        model,
        network,
        both(table, ExitSchemes.OURS),
        both(table, ExitSchemes.NO_EXITS),
        points(ours - none),
        points(ours / none - 1),
        both(table, ExitSchemes.EDGENT),
        both(table, ExitSchemes.EDDI),
        both(table, ExitSchemes.EDDI_BLOCKS),
        both(table, ExitSchemes.EDDI_CODECS),
        "%s / %s"
            .formatted(
                Figure.percent(mean(table, ExitSchemes.OURS, "in_time")),
                Figure.percent(mean(table, ExitSchemes.NO_EXITS, "in_time"))));
  }

  private static String both(Table table, String scheme) {
    return "%s (%s)"
        .formatted(
            Figure.percent(mean(table, scheme, BOTH)), Figure.percent(mean(table, scheme, RIGHT)));
  }

  /** One deadline of one model over one network. */
  private List<Table> cells() {
    Map<String, List<List<String>>> groups = new LinkedHashMap<>();
    for (List<String> row : deadlines.rows()) {
      groups.computeIfAbsent(row.subList(0, 5).toString(), any -> new ArrayList<>()).add(row);
    }
    return groups.values().stream().map(rows -> new Table(deadlines.columns(), rows)).toList();
  }

  private void rivals(Report report) {
    against(
        report,
        "Against the best of Edgent and both EDDI reconstructions, a late answer counting as wrong",
        BOTH,
        RIVALS);
    against(report, "The same, a late answer counting as late only", RIGHT, RIVALS);
    against(
        report,
        "Against the EDDI reconstruction with our codecs, a late answer counting as wrong (what thresholds alone add)",
        BOTH,
        List.of(ExitSchemes.EDDI_CODECS));
    double byMean = mean(deadlines, ExitSchemes.OURS_MEAN, RIGHT);
    double rival = best(deadlines, RIVALS, RIGHT);
    report.found(
        "Where the mean must keep the deadline and a late answer counts as late only, thresholds and partition together are right on %s, the best of these on %s: %s points."
            .formatted(Figure.percent(byMean), Figure.percent(rival), points(byMean - rival)));
  }

  private void against(Report report, String which, String column, List<String> rivals) {
    int below = 0;
    int above = 0;
    double worst = 0;
    double sum = 0;
    List<Table> cells = cells();
    for (Table cell : cells) {
      double gain = mean(cell, ExitSchemes.OURS, column) - best(cell, rivals, column);
      below += gain < -SAME ? 1 : 0;
      above += gain > SAME ? 1 : 0;
      worst = Math.min(worst, gain);
      sum += gain;
    }
    report.found(
        "%s: ours is better in %d of %d cells, the same in %d, worse in %d (by %s points at most, on pictures that nothing was chosen by), %s points in the mean."
            .formatted(
                which,
                above,
                cells.size(),
                cells.size() - above - below,
                below,
                points(-worst).replace("+", ""),
                points(sum / cells.size())));
  }

  /** Latency and rate beside those of the minimum cut: in all cells, and where it is in time. */
  private record Speed(double saved, double rate, double least, double leastRate, int cells) {
    static Speed of(List<Table> cells, String scheme, String cut) {
      double saved = 0;
      double rate = 0;
      double least = Double.POSITIVE_INFINITY;
      double leastRate = Double.POSITIVE_INFINITY;
      for (Table cell : cells) {
        double less = 1 - mean(cell, scheme, "mean_ms") / mean(cell, cut, "mean_ms");
        double more = mean(cell, cut, "period_ms") / mean(cell, scheme, "period_ms") - 1;
        saved += less / cells.size();
        rate += more / cells.size();
        least = Math.min(least, less);
        leastRate = Math.min(leastRate, more);
      }
      return new Speed(saved, rate, least, leastRate, cells.size());
    }
  }

  private void speed(Report report) {
    Speed ours = Speed.of(cells(), ExitSchemes.OURS, ExitSchemes.CUT);
    Speed eddi = Speed.of(cells(), ExitSchemes.EDDI, ExitSchemes.CUT);
    List<Table> kept =
        cells().stream().filter(cell -> mean(cell, ExitSchemes.NO_EXITS, "in_time") == 1).toList();
    Speed there = Speed.of(kept, ExitSchemes.OURS, ExitSchemes.NO_EXITS);
    report.found(
        "Beside the minimum cut without exits and codecs, in the mean over all cells, a request takes %s less time with ours (the EDDI reconstruction: %s; the paper: 3.3 %%), and the slowest stage allows %s more requests (%s; the paper: 3 %%)."
            .formatted(
                Figure.percent(ours.saved()),
                Figure.percent(eddi.saved()),
                Figure.percent(ours.rate()),
                Figure.percent(eddi.rate())));
    String note =
        "beside the minimum cut without codecs, late or not; beside one with the same codecs that is in time: %s";
    report.headline(
        new Headline(
            "eddi.latency",
            eddi.saved(),
            ours.saved(),
            note.formatted(kept.isEmpty() ? "nowhere" : Figure.percent(there.saved()))));
    report.headline(
        new Headline(
            "eddi.throughput",
            eddi.rate(),
            ours.rate(),
            note.formatted(kept.isEmpty() ? "nowhere" : Figure.percent(there.rate()))));
    if (!kept.isEmpty()) {
      report.found(
          "That is because exits answer where the whole model would be late, and because files are smaller than pixels. Where the minimum cut with the same codecs is in time too (%d cells of %d), ours takes %s less time in the mean, %s in the worst cell, and allows %s more requests, %s in the worst."
              .formatted(
                  there.cells(),
                  ours.cells(),
                  Figure.percent(there.saved()),
                  Figure.percent(there.least()),
                  Figure.percent(there.rate()),
                  Figure.percent(there.leastRate())));
    }
  }

  private void charts(Report report) {
    deadlines
        .by("model")
        .forEach(
            (model, table) -> {
              Chart chart =
                  new Chart(
                          model + ": right and in time, predicted",
                          "deadline (ms)",
                          "share of requests")
                      .logX();
              table
                  .by("network")
                  .forEach(
                      (network, cell) -> {
                        Table ours = cell.where(r -> r.text("scheme").equals(ExitSchemes.OURS));
                        Table none = cell.where(r -> r.text("scheme").equals(ExitSchemes.NO_EXITS));
                        chart.line(network, ours.numbers("deadline_ms"), ours.numbers(BOTH));
                        chart.reference(
                            network + ", no exits",
                            none.numbers("deadline_ms"),
                            none.numbers(BOTH));
                      });
              report.chart("deadlines-" + model, chart);
            });
  }
}
