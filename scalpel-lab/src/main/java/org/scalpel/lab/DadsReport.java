package org.scalpel.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the table of {@link DadsExperiment}. */
final class DadsReport {
  private static final double AS_GOOD = 0.02;
  private static final List<String> HONEST =
      List.of(DadsSchemes.EDGE, DadsSchemes.CLOUD_PIXELS, DadsSchemes.CLOUD_JPEG);
  private static final List<String> OF_FLOATS =
      List.of(DadsSchemes.EDGE, DadsSchemes.CLOUD, DadsSchemes.NEUROSURGEON, DadsSchemes.DADS);

  /** One model on one network with one calibration: each scheme's row. */
  private record Contest(String calibration, String model, double mbps, Map<String, Table> rows) {
    boolean has(String scheme) {
      return rows.containsKey(scheme);
    }

    String text(String scheme, String column) {
      return Optional.ofNullable(rows.get(scheme)).map(row -> row.first(column)).orElse("");
    }

    double gain(String scheme) {
      return number(scheme, "gain");
    }

    double number(String scheme, String column) {
      return has(scheme) ? Double.parseDouble(text(scheme, column)) : Double.NaN;
    }

    boolean valid(String scheme) {
      return text(scheme, "valid").equals("true");
    }

    boolean measured(String scheme) {
      return !text(scheme, "measured_ms").isEmpty();
    }

    /** The best gain among schemes that can run. */
    double best(List<String> schemes) {
      return schemes.stream()
          .filter(scheme -> has(scheme) && valid(scheme))
          .mapToDouble(this::gain)
          .max()
          .orElse(Double.NaN);
    }

    /** With what was not measured marked. */
    String marked(String scheme) {
      if (!has(scheme)) {
        return "";
      }
      String sign = !valid(scheme) ? " (cannot run)" : measured(scheme) ? "" : " p";
      return "%.2f%s".formatted(gain(scheme), sign);
    }
  }

  private final List<Contest> contests = new ArrayList<>();
  private final Table results;
  private final boolean heavy;

  DadsReport(Table results, boolean heavy) {
    this.results = results;
    this.heavy = heavy;
    results
        .by("calibration")
        .forEach(
            (calibration, ofOne) ->
                ofOne
                    .by("model")
                    .forEach((model, ofModel) -> add(calibration, model, ofModel.by("mbps"))));
  }

  private void add(String calibration, String model, Map<String, Table> networks) {
    networks.forEach(
        (mbps, rows) ->
            contests.add(
                new Contest(calibration, model, Double.parseDouble(mbps), rows.by("scheme"))));
  }

  void write(Report report) {
    machines(report);
    for (String calibration : results.by("calibration").keySet()) {
      List<Contest> cells =
          contests.stream().filter(c -> c.calibration.equals(calibration)).toList();
      inWords(report, calibration, cells);
      report.table(
          "%s over Edge-Only, %s machines (p: predicted, not measured)"
              .formatted(heavy ? "Throughput" : "Gain in latency", calibration),
          gains(cells));
      report.chart("gain-" + calibration, chart(calibration, cells));
    }
    besideThePaper(report);
    headlines(report);
    predictions(report);
  }

  /** The paper's headlines, where its machines and its network were tried. */
  private void headlines(Report report) {
    for (Contest cell : contests) {
      if (!cell.calibration.equals(DadsCalibration.PAPER) || cell.mbps != DadsPaper.MBPS) {
        continue;
      }
      String measured = heavy ? "throughput" : "latency";
      String planned = heavy ? "latency" : "throughput";
      if (cell.model.equals(heavy ? "resnet18" : "alexnet")) {
        headline(report, measured, cell, DadsSchemes.EDGE);
      }
      if (cell.model.equals(heavy ? "alexnet" : "resnet18")) {
        planned(report, planned, cell, DadsSchemes.EDGE);
      }
      if (cell.model.equals("tiny-yolov2")) {
        headline(report, measured + ".cloud", cell, DadsSchemes.CLOUD);
        planned(report, planned + ".cloud", cell, DadsSchemes.CLOUD);
      }
    }
  }

  private String id(String what) {
    return "dads." + (heavy ? "heavy." : "light.") + what;
  }

  private void headline(Report report, String what, Contest cell, String against) {
    boolean all =
        cell.measured(against)
            && cell.measured(DadsSchemes.DADS)
            && cell.measured(DadsSchemes.OURS);
    double base = cell.gain(against);
    report.headline(
        new Headline(
            id(what),
            cell.gain(DadsSchemes.DADS) / base,
            cell.best(List.of(DadsSchemes.OURS, DadsSchemes.OURS_CODED)) / base,
            "%s at 1.1 Mbit/s, machines as the paper's bars imply%s"
                .formatted(cell.model, all ? "" : "; a part is predicted, not measured")));
  }

  /** Of what this load does not measure there are planned figures only. */
  private void planned(Report report, String what, Contest cell, String against) {
    double base = cell.number(against, "other_ms");
    report.headline(
        new Headline(
            id(what),
            Double.NaN,
            Double.NaN,
            "%s, planned, not measured: %.2f as published, %.2f ours"
                .formatted(
                    cell.model,
                    base / cell.number(DadsSchemes.DADS, "other_ms"),
                    base / cell.number(DadsSchemes.OURS, "other_ms"))));
  }

  private void machines(Report report) {
    report.found(
        "Declared dilation, today's machines: edge ×10, cloud ×1, networks with the round trips of the presets.");
    String lapses = lapses();
    if (!lapses.isEmpty()) {
      report.found(
          "The paper's machines: what its Cloud-Only bars imply for an input of 32-bit numbers, no round trips; run in a time lapse (%s), in which computing and links are quicker by the same factor."
              .formatted(lapses));
    }
  }

  private String lapses() {
    List<String> words = new ArrayList<>();
    results
        .where(row -> row.text("calibration").equals(DadsCalibration.PAPER))
        .by("model")
        .forEach(
            (model, rows) ->
                words.add(
                    "%s ×%.1f: edge ×%.0f, cloud ×%.1f"
                        .formatted(
                            model,
                            rows.numbers("lapse").get(0),
                            rows.numbers("edge_dilation").get(0),
                            rows.numbers("cloud_dilation").get(0))));
    return String.join("; ", words);
  }

  private void inWords(Report report, String calibration, List<Contest> cells) {
    int interior = 0;
    int ahead = 0;
    int equal = 0;
    int broken = 0;
    List<Double> overHonest = new ArrayList<>();
    for (Contest cell : cells) {
      interior += interior(cell) ? 1 : 0;
      broken += cell.valid(DadsSchemes.DADS) ? 0 : 1;
      double floats = cell.gain(DadsSchemes.OURS) / cell.best(OF_FLOATS);
      equal += floats <= 1 + AS_GOOD ? 1 : 0;
      double honest = cell.best(List.of(DadsSchemes.OURS_CODED)) / cell.best(HONEST);
      if (!Double.isNaN(honest)) {
        overHonest.add(honest);
        ahead += honest > 1 + AS_GOOD ? 1 : 0;
      }
    }
    report.found(
        "%s machines, 32-bit numbers as the paper sends them: in %d of %d cells the exact plan cuts inside the network; in %d it is no more than 2 %% ahead of the best of Edge-Only, Cloud-Only, Neurosurgeon (fair) and DADS as published; %d plans of the published algorithm send a result back for nothing and cannot run."
            .formatted(named(calibration), interior, cells.size(), equal, broken));
    if (!overHonest.isEmpty()) {
      report.found(
          "%s machines, against the best of Edge-Only and Cloud-Only with pixels or a JPEG file: with the same inputs and lossless codecs our plan is more than 2 %% ahead in %d of %d cells, %.2f times in the median, %.2f at most."
              .formatted(
                  named(calibration),
                  ahead,
                  overHonest.size(),
                  Figure.median(overHonest),
                  overHonest.stream().mapToDouble(x -> x).max().orElse(1)));
    }
  }

  private static String named(String calibration) {
    return calibration.equals(DadsCalibration.PAPER) ? "The paper's" : "Today's";
  }

  private static boolean interior(Contest cell) {
    String cuts = cell.text(DadsSchemes.OURS, "cuts");
    return !cuts.equals(cell.text(DadsSchemes.EDGE, "cuts"))
        && !cuts.equals(cell.text(DadsSchemes.CLOUD, "cuts"));
  }

  private Table gains(List<Contest> cells) {
    List<String> schemes = List.copyOf(results.by("scheme").keySet());
    List<String> columns = new ArrayList<>(List.of("model", "Mbit/s"));
    columns.addAll(schemes);
    List<List<String>> rows = new ArrayList<>();
    for (Contest cell : cells) {
      List<String> row = new ArrayList<>(List.of(cell.model, String.valueOf(cell.mbps)));
      schemes.forEach(scheme -> row.add(cell.marked(scheme)));
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  private Chart chart(String calibration, List<Contest> cells) {
    Chart chart =
        new Chart(
                "Ours over the best honest baseline, %s machines".formatted(calibration),
                "uplink (Mbit/s)",
                "times as good")
            .logX();
    Map<String, List<Contest>> models = new LinkedHashMap<>();
    cells.forEach(c -> models.computeIfAbsent(c.model, name -> new ArrayList<>()).add(c));
    models.forEach(
        (model, own) ->
            chart.line(
                model,
                own.stream().map(Contest::mbps).toList(),
                own.stream()
                    .map(c -> c.best(List.of(DadsSchemes.OURS_CODED)) / c.best(HONEST))
                    .toList()));
    return chart;
  }

  /** The paper's figures and ours, with its machines. */
  private void besideThePaper(Report report) {
    List<List<String>> rows = new ArrayList<>();
    for (Contest cell : contests) {
      Optional<DadsPaper.Gains> paper = DadsPaper.gains(cell.model, heavy, cell.mbps);
      if (cell.calibration.equals(DadsCalibration.PAPER) && paper.isPresent()) {
        rows.add(
            List.of(
                cell.model,
                String.valueOf(cell.mbps),
                text(paper.get().dads()),
                text(paper.get().cloudOnly()),
                cell.marked(DadsSchemes.DADS),
                cell.marked(DadsSchemes.CLOUD),
                cell.marked(DadsSchemes.OURS),
                cell.marked(DadsSchemes.OURS_CODED)));
      }
    }
    if (rows.isEmpty()) {
      return;
    }
    report.table(
        "Gain over Edge-Only: the paper's figures and ours, with its machines",
        new Table(
            List.of(
                "model",
                "Mbit/s",
                "paper: DADS",
                "paper: Cloud-Only",
                "DADS as published",
                "Cloud-Only, fp32",
                "ours, fp32",
                "ours"),
            rows));
    report.found(
        "Why the paper's figures differ: its Cloud-Only uploads uncompressed 32-bit numbers; its bars imply edge times of up to 39 s for AlexNet beside 1.8 s for tiny YOLOv2, which is more work; in ResNet-18 the first tensor smaller than the input stands behind more than half of the work, so that with times in proportion to work no cut inside can gain what is claimed; and its Neurosurgeon for graphs is below both endpoints, which a fair one may choose. No ratio is a target here.");
  }

  private static String text(double figure) {
    return Double.isNaN(figure) ? "" : "%.2f".formatted(figure);
  }

  private void predictions(Report report) {
    Table measured = results.where(row -> !row.text("measured_ms").isEmpty());
    if (measured.rows().isEmpty()) {
      return;
    }
    Predictions predictions = new Predictions(measured, "measured_ms");
    report.found(
        "%d of %d rows are measured; predictions are off by %s; the rest is predicted and marked so."
            .formatted(measured.rows().size(), results.rows().size(), predictions.words()));
    report.chart(
        "predictions", predictions.chart("Planned and measured", "measured (ms)", "scheme"));
  }
}
