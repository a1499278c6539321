package org.scalpel.lab;

import java.util.List;
import java.util.Locale;

/** The headlines of the papers that the lab measures again, and two aims of our own. */
final class PaperHeadlines {
  /** How a figure is written. */
  enum Unit {
    RATIO,
    SHARE;

    /** A dash for a figure that was not measured. */
    String text(double value) {
      if (!Double.isFinite(value)) {
        return "–";
      }
      return this == RATIO
          ? String.format(Locale.ROOT, "%.2f×", value)
          : String.format(Locale.ROOT, "%.1f %%", 100 * value);
    }
  }

  /**
   * One headline.
   *
   * @param id how experiments name it
   * @param paper short name
   * @param claim what was compared with what
   * @param published as the paper writes it
   * @param experiment that measures it
   */
  record Row(
      String id, String paper, String claim, String published, Unit unit, String experiment) {}

  private static final String DADS = "DADS";
  private static final String EDDI = "EDDI";
  private static final String DECC = "DECC";
  private static final String THREE_TIERS = "end-edge-cloud";
  private static final String OWN = "(own aim)";
  private static final String LIGHT = "dads-light";
  private static final String HEAVY = "dads-heavy";

  static final List<Row> ALL =
      List.of(
          ratio(
              "dads.light.latency",
              DADS,
              "light load: latency, edge device only over DADS (AlexNet)",
              "6.45×",
              LIGHT),
          ratio(
              "dads.light.throughput",
              DADS,
              "light load: throughput, DADS over edge device only (ResNet-18)",
              "8.31×",
              LIGHT),
          ratio(
              "dads.light.latency.cloud",
              DADS,
              "light load: latency, cloud only over DADS (tiny-YOLOv2)",
              "8.08×",
              LIGHT),
          ratio(
              "dads.light.throughput.cloud",
              DADS,
              "light load: throughput, DADS over cloud only (tiny-YOLOv2)",
              "11.13×",
              LIGHT),
          ratio(
              "dads.heavy.latency",
              DADS,
              "heavy load: latency, edge device only over DADS (AlexNet)",
              "5.19×",
              HEAVY),
          ratio(
              "dads.heavy.throughput",
              DADS,
              "heavy load: throughput, DADS over edge device only (ResNet-18)",
              "9.14×",
              HEAVY),
          ratio(
              "dads.heavy.latency.cloud",
              DADS,
              "heavy load: latency, cloud only over DADS (tiny-YOLOv2)",
              "6.92×",
              HEAVY),
          ratio(
              "dads.heavy.throughput.cloud",
              DADS,
              "heavy load: throughput, DADS over cloud only (tiny-YOLOv2)",
              "14.01×",
              HEAVY),
          share("eddi.accuracy", EDDI, "accuracy gained, mean over deadlines", "10.6 %", "eddi"),
          share("eddi.latency", EDDI, "latency saved, mean over deadlines", "3.3 %", "eddi"),
          share("eddi.throughput", EDDI, "throughput gained, mean over deadlines", "3 %", "eddi"),
          share(
              "eddi.network", EDDI, "latency speed-up gained as the network varies", "8 %", "eddi"),
          share(
              "eddi.capacity",
              EDDI,
              "latency speed-up gained as the cloud's capacity varies",
              "4 %",
              "eddi"),
          ratio(
              "decc.latency",
              DECC,
              "latency under load, best cut over branch pipelining",
              "no figure (its predecessor: 1.3–1.6×)",
              "decc"),
          ratio(
              "decc.throughput",
              DECC,
              "throughput under load, branch pipelining over best cut",
              "no figure (its predecessor: 1.2–1.7×)",
              "decc"),
          share(
              "decc.multi-input",
              OWN,
              "latency saved by overlap against the minimum cut run serially, second best of the models of several inputs",
              "at least 20 %",
              "decc"),
          share(
              "end-edge-cloud.latency",
              THREE_TIERS,
              "latency saved, mean over six baselines, three networks and three links",
              "20.81 %",
              THREE_TIERS),
          share(
              "end-edge-cloud.prediction",
              THREE_TIERS,
              "error of predicted latencies, less than four baselines' in the mean",
              "72.31 %",
              "predictor evaluate"),
          share(
              "oracle.cells",
              OWN,
              "cells whose planned cut is within 2 % of the best, or not distinguishable at 95 %",
              "at least 95 %",
              "oracle"));

  private PaperHeadlines() {}

  private static Row ratio(
      String id, String paper, String claim, String published, String experiment) {
    return new Row(id, paper, claim, published, Unit.RATIO, experiment);
  }

  private static Row share(
      String id, String paper, String claim, String published, String experiment) {
    return new Row(id, paper, claim, published, Unit.SHARE, experiment);
  }

  static Row of(String id) {
    return ALL.stream()
        .filter(row -> row.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no headline of a paper is called " + id));
  }
}
