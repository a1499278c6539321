package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the experiment on early exits says: findings, tables beside the paper's figures, charts. */
final class EddiReport {
  /** Of EDDI's abstract: latency under networks and capacities. */
  private static final double PAPER_NETWORK = 0.08;

  private static final double PAPER_CAPACITY = 0.04;
  private static final double SAME = 5e-4;

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
      latency(report);
      charts(report);
    }
    if (!losses.rows().isEmpty()) {
      losses(report);
    }
    if (!measured.rows().isEmpty()) {
      measured(report);
    }
    if (!traces.rows().isEmpty()) {
      traces(report);
    }
  }

  private static double mean(Table table, String scheme, String column) {
    return table.where(row -> row.text("scheme").equals(scheme)).numbers(column).stream()
        .mapToDouble(value -> value)
        .average()
        .orElse(Double.NaN);
  }

  private static String points(double difference) {
    return String.format(Locale.ROOT, "%+.1f", 100 * difference);
  }

  private void accuracy(Report report) {
    double none = mean(deadlines, ExitSchemes.NO_EXITS, "accuracy_in_time");
    double ours = mean(deadlines, ExitSchemes.OURS, "accuracy_in_time");
    double eddi = mean(deadlines, ExitSchemes.EDDI, "accuracy_in_time");
    report.found(
        "A late answer counts as wrong (predicted, mean over deadlines, networks and models): %s with exits, %s without (the best of device, edge and minimum cut): %s points or %s %%; the EDDI reconstruction gains %s points. The paper reports 10.6 %%."
            .formatted(
                Figure.percent(ours),
                Figure.percent(none),
                points(ours - none),
                points(ours / none - 1),
                points(eddi - none)));
    report.headline(
        new Headline(
            "eddi.accuracy",
            eddi / none - 1,
            ours / none - 1,
            "a late answer counts as wrong; against the best scheme without exits"));
    double late = mean(deadlines, ExitSchemes.NO_EXITS, "accuracy");
    double lateOurs = mean(deadlines, ExitSchemes.OURS, "accuracy");
    double lateMean = mean(deadlines, ExitSchemes.OURS_MEAN, "accuracy");
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
                "in time, ours / no exits"),
            rows));
  }

  private static List<String> accuracyRow(String model, String network, Table table) {
    double none = mean(table, ExitSchemes.NO_EXITS, "accuracy_in_time");
    double ours = mean(table, ExitSchemes.OURS, "accuracy_in_time");
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
        "%s / %s"
            .formatted(
                Figure.percent(mean(table, ExitSchemes.OURS, "in_time")),
                Figure.percent(mean(table, ExitSchemes.NO_EXITS, "in_time"))));
  }

  private static String both(Table table, String scheme) {
    return "%s (%s)"
        .formatted(
            Figure.percent(mean(table, scheme, "accuracy_in_time")),
            Figure.percent(mean(table, scheme, "accuracy")));
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
    int below = 0;
    int above = 0;
    double worst = 0;
    double sum = 0;
    List<Table> cells = cells();
    for (Table cell : cells) {
      double best =
          RIVALS.stream()
              .mapToDouble(scheme -> mean(cell, scheme, "accuracy_in_time"))
              .max()
              .orElseThrow();
      double gain = mean(cell, ExitSchemes.OURS, "accuracy_in_time") - best;
      below += gain < -SAME ? 1 : 0;
      above += gain > SAME ? 1 : 0;
      worst = Math.min(worst, gain);
      sum += gain;
    }
    report.found(
        "Against the best of Edgent and both EDDI reconstructions: ours is better in %d of %d cells, worse in %d (by %s points at most, on pictures that nothing was chosen by), %s points in the mean."
            .formatted(
                above,
                cells.size(),
                below,
                points(-worst).replace("+", ""),
                points(sum / cells.size())));
    double byMean = mean(deadlines, ExitSchemes.OURS_MEAN, "accuracy");
    double rival =
        RIVALS.stream()
            .mapToDouble(scheme -> mean(deadlines, scheme, "accuracy"))
            .max()
            .orElseThrow();
    report.found(
        "Where the mean must keep the deadline and a late answer counts as late only, thresholds and partition together are right on %s, the best of these on %s: %s points."
            .formatted(Figure.percent(byMean), Figure.percent(rival), points(byMean - rival)));
  }

  private void latency(Report report) {
    double worst = 0;
    double worstPeriod = 0;
    List<Double> ratios = new ArrayList<>();
    for (Table cell : cells()) {
      if (mean(cell, ExitSchemes.NO_EXITS, "in_time") == 1) {
        double ratio =
            mean(cell, ExitSchemes.OURS, "mean_ms") / mean(cell, ExitSchemes.NO_EXITS, "mean_ms");
        worst = Math.max(worst, ratio);
        ratios.add(ratio);
        worstPeriod =
            Math.max(
                worstPeriod,
                mean(cell, ExitSchemes.OURS, "period_ms")
                    / mean(cell, ExitSchemes.NO_EXITS, "period_ms"));
      }
    }
    if (ratios.isEmpty()) {
      return;
    }
    report.found(
        "Where the minimum cut without exits is in time too (%d cells), ours takes %.3f times as long in the median, %.3f times at most; its stages allow a period of %.3f times the cut's at most."
            .formatted(ratios.size(), Figure.median(ratios), worst, worstPeriod));
  }

  private record Gain(
      String model,
      String network,
      double edge,
      double latency,
      double oneExit,
      double rate,
      double lost) {}

  private List<Gain> gains() {
    List<Gain> gains = new ArrayList<>();
    losses
        .by("model")
        .forEach(
            (model, ofModel) ->
                ofModel
                    .by("network")
                    .forEach(
                        (network, ofNetwork) ->
                            ofNetwork
                                .by("edge")
                                .forEach((edge, t) -> gains.add(gain(model, network, edge, t)))));
    return gains;
  }

  private static Gain gain(String model, String network, String edge, Table table) {
    double none = mean(table, ExitSchemes.NO_EXITS, "mean_ms");
    return new Gain(
        model,
        network,
        Double.parseDouble(edge),
        none / mean(table, ExitSchemes.OURS, "mean_ms") - 1,
        none / mean(table, ExitSchemes.EDDI, "mean_ms") - 1,
        mean(table, ExitSchemes.NO_EXITS, "period_ms") / mean(table, ExitSchemes.OURS, "period_ms")
            - 1,
        mean(table, ExitSchemes.NO_EXITS, "accuracy") - mean(table, ExitSchemes.OURS, "accuracy"));
  }

  private void losses(Report report) {
    List<Gain> gains = gains();
    List<Gain> networks = gains.stream().filter(gain -> gain.edge() == 1).toList();
    List<Gain> wifi = gains.stream().filter(gain -> gain.network().equals("wifi")).toList();
    double byNetwork = networks.stream().mapToDouble(Gain::latency).average().orElse(Double.NaN);
    double byCapacity = wifi.stream().mapToDouble(Gain::latency).average().orElse(Double.NaN);
    report.found(
        "At a loss of at most one point (on the calibration pictures) exits make a request %s faster in the mean over networks (the paper: %s) and %s over server capacities (the paper: %s), the minimum cut without exits being 0; one exit for everyone gains %s."
            .formatted(
                Figure.percent(byNetwork),
                Figure.percent(PAPER_NETWORK),
                Figure.percent(byCapacity),
                Figure.percent(PAPER_CAPACITY),
                Figure.percent(one(gains))));
    report.headline(
        new Headline("eddi.network", one(networks), byNetwork, "at a loss of one point at most"));
    report.headline(
        new Headline(
            "eddi.capacity", one(wifi), byCapacity, "wifi, server slowed down 1 to 64 times"));
    Gain most = gains.stream().max(Comparator.comparingDouble(Gain::latency)).orElseThrow();
    List<String> nothing =
        gains.stream()
            .filter(gain -> gain.latency() < 0.01)
            .map(
                gain ->
                    "%s over %s, server %.0f".formatted(gain.model(), gain.network(), gain.edge()))
            .toList();
    report.found(
        "The most is %s (%s over %s, server slowed down %.0f times). Exits gain less than one per cent in %d of %d cases%s: a head costs time on every request, and what it spares is little where few requests may leave within a point of accuracy."
            .formatted(
                Figure.percent(most.latency()),
                most.model(),
                most.network(),
                most.edge(),
                nothing.size(),
                gains.size(),
                nothing.isEmpty() ? "" : " (" + String.join("; ", nothing) + ")"));
    List<List<String>> rows = new ArrayList<>();
    for (Gain gain : gains) {
      rows.add(
          List.of(
              gain.model(),
              gain.network(),
              Figure.of(gain.edge()),
              Figure.percent(gain.latency()),
              Figure.percent(gain.oneExit()),
              Figure.percent(gain.rate()),
              points(-gain.lost())));
    }
    report.table(
        "At a loss of one point at most, predicted: faster than the minimum cut without exits (the paper: +8 % over networks, +4 % over server capacities)",
        new Table(
            List.of(
                "model",
                "network",
                "server slowed down",
                "latency, ours",
                "latency, one exit for all",
                "throughput, ours",
                "accuracy, points"),
            rows));
  }

  private static double one(List<Gain> gains) {
    return gains.stream().mapToDouble(Gain::oneExit).average().orElse(Double.NaN);
  }

  private void measured(Report report) {
    List<List<String>> rows = new ArrayList<>();
    List<String> shown =
        List.of(
            "model",
            "network",
            "deadline_ms",
            "scheme",
            "way",
            "mean_ms",
            "p95_ms",
            "in_time",
            "accuracy",
            "accuracy_in_time",
            "requests");
    for (List<String> row : measured.rows()) {
      rows.add(shown.stream().map(column -> row.get(measured.columns().indexOf(column))).toList());
    }
    report.table("Measured over real tiers, real pictures", new Table(shown, rows));
    report.found(
        "Measured (%s requests, every scheme planned for ten per cent less than the deadline): %s right and in time with exits, %s without, %s by the EDDI reconstruction; %s of the requests in time, %s without exits."
            .formatted(
                Figure.of(measured.numbers("requests").stream().mapToDouble(n -> n).sum()),
                Figure.percent(mean(measured, ExitSchemes.OURS, "accuracy_in_time")),
                Figure.percent(mean(measured, ExitSchemes.NO_EXITS, "accuracy_in_time")),
                Figure.percent(mean(measured, ExitSchemes.EDDI, "accuracy_in_time")),
                Figure.percent(mean(measured, ExitSchemes.OURS, "in_time")),
                Figure.percent(mean(measured, ExitSchemes.NO_EXITS, "in_time"))));
  }

  /** Of all requests for which a plan in time exists. */
  private static double share(Table table, String scheme, String column) {
    Table own = table.where(r -> r.text("scheme").equals(scheme) && r.number("requests") > 0);
    List<Double> shares = own.numbers(column);
    List<Double> counts = own.numbers("requests");
    double sum = 0;
    double all = 0;
    for (int i = 0; i < shares.size(); i++) {
      sum += shares.get(i) * counts.get(i);
      all += counts.get(i);
    }
    return sum / all;
  }

  private void traces(Report report) {
    report.found(
        "Under traces of bandwidth (predicted), of the requests for which a plan in time exists %s are in time with ours, %s by the EDDI reconstruction, %s without exits; right and in time are %s, %s and %s."
            .formatted(
                Figure.percent(share(traces, ExitSchemes.OURS, "in_time")),
                Figure.percent(share(traces, ExitSchemes.EDDI, "in_time")),
                Figure.percent(share(traces, ExitSchemes.NO_EXITS, "in_time")),
                Figure.percent(share(traces, ExitSchemes.OURS, "accuracy_in_time")),
                Figure.percent(share(traces, ExitSchemes.EDDI, "accuracy_in_time")),
                Figure.percent(share(traces, ExitSchemes.NO_EXITS, "accuracy_in_time"))));
    List<List<String>> rows = new ArrayList<>();
    traces
        .by("model")
        .forEach(
            (model, ofModel) ->
                ofModel
                    .by("network")
                    .forEach(
                        (trace, table) ->
                            rows.add(
                                List.of(
                                    model,
                                    trace,
                                    inTime(table, ExitSchemes.OURS),
                                    inTime(table, ExitSchemes.EDDI),
                                    inTime(table, ExitSchemes.NO_EXITS)))));
    report.table(
        "In time under traces, predicted (right and in time), of requests for which a plan exists",
        new Table(List.of("model", "trace", "ours", "eddi, kernels", "no exits"), rows));
  }

  private static String inTime(Table table, String scheme) {
    return "%s (%s)"
        .formatted(
            Figure.percent(share(table, scheme, "in_time")),
            Figure.percent(share(table, scheme, "accuracy_in_time")));
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
                        chart.line(
                            network, ours.numbers("deadline_ms"), ours.numbers("accuracy_in_time"));
                        chart.reference(
                            network + ", no exits",
                            none.numbers("deadline_ms"),
                            none.numbers("accuracy_in_time"));
                      });
              report.chart("deadlines-" + model, chart);
            });
  }
}
