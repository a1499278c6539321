package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.lab.DeccExperiment.Kind;

/** Reads the table of {@link DeccExperiment}. */
final class DeccReport {
  private static final double AIM = 0.2;
  private static final List<String> OVERLAPPED =
      List.of(DeccSchemes.CUT_OVERLAPPED, DeccSchemes.DECC, DeccSchemes.OVERLAP);

  /** One model over one link: each scheme's row. */
  private record Contest(String model, String link, Map<String, Table> rows) {
    Table row(String scheme) {
      Table row = rows.get(scheme);
      if (row == null) {
        throw new IllegalStateException(model + " over " + link + " was not measured as " + scheme);
      }
      return row;
    }

    double number(String scheme, String column) {
      return row(scheme).numbers(column).get(0);
    }

    double reduction(String scheme) {
      return number(scheme, "reduction");
    }

    /** Whether a scheme and the cut differ at 95 %, in pairs. */
    boolean differs(String scheme) {
      return number(scheme, "ratio_low") > 1 || number(scheme, "ratio_high") < 1;
    }

    String cell() {
      return model + " over " + link;
    }
  }

  private final Table single;
  private final Table load;

  DeccReport(Table results) {
    single = results.where(row -> row.text("part").equals(DeccBench.SINGLE));
    load = results.where(row -> row.text("part").equals(DeccBench.LOAD));
  }

  void write(Report report) {
    report.found(
        "Declared dilation: device ×%.0f, edge ×%.0f; the minimum cut is the corrected one, its halves run one after the other."
            .formatted(DeccSchemes.SLOWDOWNS.toArray()));
    List<Contest> many = contests(Kind.INPUTS);
    gains(report, many);
    aim(report, many);
    for (Kind kind : List.of(Kind.HEADS, Kind.SINGLE)) {
      nothing(report, kind, contests(kind));
    }
    report.table(
        "Single requests: median ms (less than the cut, serially), kernels on device/edge",
        medians());
    predictions(report);
    if (!load.rows().isEmpty()) {
      new DeccLoadReport(load).write(report);
    }
  }

  private List<Contest> contests(Kind kind) {
    List<Contest> all = new ArrayList<>();
    single
        .where(row -> row.text("kind").equals(kind.words))
        .by("model")
        .forEach(
            (model, ofModel) ->
                ofModel
                    .by("link")
                    .forEach((link, rows) -> all.add(new Contest(model, link, rows.by("scheme")))));
    return all;
  }

  private static void gains(Report report, List<Contest> cells) {
    for (Contest cell : cells) {
      List<String> words = new ArrayList<>();
      for (String scheme : OVERLAPPED) {
        words.add(
            "%s %s"
                .formatted(
                    scheme,
                    cell.differs(scheme)
                        ? Figure.percent(cell.reduction(scheme))
                        : "no difference (" + Figure.percent(cell.reduction(scheme)) + ")"));
      }
      report.found(
          "%s: less time than the cut run serially: %s. The cut takes %s to %s times what overlap takes (95 %%, in pairs)."
              .formatted(
                  cell.cell(),
                  String.join(", ", words),
                  Figure.of(cell.number(DeccSchemes.OVERLAP, "ratio_low")),
                  Figure.of(cell.number(DeccSchemes.OVERLAP, "ratio_high"))));
    }
  }

  /**
   * How many models of several inputs gain what is aimed at, over the link where they gain most.
   */
  private static void aim(Report report, List<Contest> cells) {
    if (cells.isEmpty()) {
      return;
    }
    Map<String, Contest> best = best(cells, DeccSchemes.OVERLAP);
    long reached =
        best.values().stream()
            .filter(cell -> 1 - 1 / cell.number(DeccSchemes.OVERLAP, "ratio_low") >= AIM)
            .count();
    report.found(
        "%d of %d models of several inputs gain at least %s over some link, at 95 %% (aim: two)."
            .formatted(reached, best.size(), Figure.percent(AIM)));
    List<Contest> ordered = ordered(best, DeccSchemes.OVERLAP);
    if (ordered.size() > 1) {
      Contest second = ordered.get(1);
      double branches =
          ordered(best(cells, DeccSchemes.DECC), DeccSchemes.DECC)
              .get(1)
              .reduction(DeccSchemes.DECC);
      report.headline(
          new Headline(
              "decc.multi-input",
              branches,
              second.reduction(DeccSchemes.OVERLAP),
              "single requests, %s".formatted(second.cell())));
    }
  }

  private static Map<String, Contest> best(List<Contest> cells, String scheme) {
    Map<String, Contest> best = new LinkedHashMap<>();
    for (Contest cell : cells) {
      best.merge(cell.model(), cell, (a, b) -> b.reduction(scheme) > a.reduction(scheme) ? b : a);
    }
    return best;
  }

  private static List<Contest> ordered(Map<String, Contest> best, String scheme) {
    return best.values().stream()
        .sorted(Comparator.comparingDouble((Contest cell) -> -cell.reduction(scheme)))
        .toList();
  }

  private static void nothing(Report report, Kind kind, List<Contest> cells) {
    if (cells.isEmpty()) {
      return;
    }
    long gains =
        cells.stream()
            .filter(
                cell ->
                    cell.reduction(DeccSchemes.OVERLAP) > 0 && cell.differs(DeccSchemes.OVERLAP))
            .count();
    Contest most =
        cells.stream()
            .max(Comparator.comparingDouble(cell -> cell.reduction(DeccSchemes.OVERLAP)))
            .orElseThrow();
    report.found(
        "Networks of %s: overlap gains something in %d of %d cells, %s at most (%s)."
            .formatted(
                kind.words,
                gains,
                cells.size(),
                Figure.percent(most.reduction(DeccSchemes.OVERLAP)),
                most.cell()));
  }

  private Table medians() {
    List<String> schemes = List.copyOf(single.by("scheme").keySet());
    List<String> columns = new ArrayList<>(List.of("model", "link"));
    columns.addAll(schemes);
    List<List<String>> rows = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (Contest cell : contests(kind)) {
        List<String> row = new ArrayList<>(List.of(cell.model(), cell.link()));
        for (String scheme : schemes) {
          row.add(
              "%s (%s), %s"
                  .formatted(
                      Figure.of(cell.number(scheme, "median_ms")),
                      Figure.percent(cell.reduction(scheme)),
                      cell.row(scheme).first("cuts")));
        }
        rows.add(row);
      }
    }
    return new Table(columns, rows);
  }

  private void predictions(Report report) {
    if (single.rows().isEmpty()) {
      return;
    }
    Predictions predictions = new Predictions(single, "median_ms");
    report.found(
        "Predicted latency of single requests, overlapped ones by their schedule, is off by %s."
            .formatted(predictions.words()));
    report.chart("single", predictions.chart("Single requests", "measured median (ms)", "scheme"));
  }
}
