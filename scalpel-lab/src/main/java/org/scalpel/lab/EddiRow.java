package org.scalpel.lab;

import java.util.List;

/**
 * A row of the experiment on early exits.
 *
 * @param part which question it belongs to
 * @param place model, network, slow-down of the server
 * @param deadlineMs of every request; NaN where there is none
 * @param scheme who chose
 * @param way what was chosen
 * @param how predicted, or measured
 * @param times mean and 95th percentile of a request, and the period of many
 * @param quality shares of requests
 * @param requests how many
 */
record EddiRow(
    String part,
    Place place,
    double deadlineMs,
    String scheme,
    String way,
    String how,
    Times times,
    Quality quality,
    int requests) {
  static final String PREDICTED = "predicted";
  static final String MEASURED = "measured";

  static final List<String> COLUMNS =
      List.of(
          "part",
          "model",
          "network",
          "edge",
          "deadline_ms",
          "scheme",
          "way",
          "how",
          "mean_ms",
          "p95_ms",
          "period_ms",
          "in_time",
          "accuracy",
          "accuracy_in_time",
          "requests");

  /** Where. */
  record Place(String model, String network, double edge) {}

  /** In ms; NaN where it is not known. */
  record Times(double meanMs, double p95Ms, double periodMs) {}

  /**
   * Shares of requests.
   *
   * @param accuracy answered rightly, however late
   * @param both answered rightly and in time
   */
  record Quality(double inTime, double accuracy, double both) {}

  /** What the evaluation samples get. */
  static EddiRow predicted(
      String part, Place place, double deadlineMs, String scheme, Judged chosen) {
    ExitWay.Outcome outcome = chosen.outcome();
    return new EddiRow(
        part,
        place,
        deadlineMs,
        scheme,
        chosen.way().what(),
        PREDICTED,
        new Times(outcome.meanMs(), outcome.p95Ms(), chosen.periodMs()),
        new Quality(outcome.inTime(), outcome.accuracy(), outcome.both()),
        chosen.samples());
  }

  /** A way and what came of it. */
  record Judged(ExitWay way, ExitWay.Outcome outcome, double periodMs, int samples) {}

  List<String> cells() {
    return List.of(
        part,
        place.model(),
        place.network(),
        Figure.of(place.edge()),
        Figure.of(deadlineMs),
        scheme,
        way,
        how,
        Figure.of(times.meanMs()),
        Figure.of(times.p95Ms()),
        Figure.of(times.periodMs()),
        Figure.of(quality.inTime()),
        Figure.of(quality.accuracy()),
        Figure.of(quality.both()),
        String.valueOf(requests));
  }
}
