package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.graph.Confidence;
import org.scalpel.learn.ExitSamples;

/** What the requests of one scheme came to under one trace. */
final class TraceTally {
  private final double deadline;
  private final List<Double> times = new ArrayList<>();
  private int right;
  private int inTime;
  private int both;

  TraceTally(double deadline) {
    this.deadline = deadline;
  }

  /** One request's. */
  record Answer(double ms, boolean right, boolean inTime) {}

  /** What a request gets that was sent this way. */
  static Answer answer(TraceLine line, ExitSamples.Row sample, double mbps, double deadline) {
    int exit = line.way().leaves(sample, Confidence.PROBABILITY);
    double ms = line.ms(exit, mbps);
    if (!ExitWay.isWithin(ms, deadline)) {
      int instead = line.handedOut(exit, deadline);
      ms = instead == exit ? ms : deadline;
      exit = instead;
    }
    return new Answer(
        ms, sample.answers().get(exit).answer() == sample.label(), ExitWay.isWithin(ms, deadline));
  }

  void add(Answer answer) {
    times.add(answer.ms());
    right += answer.right() ? 1 : 0;
    inTime += answer.inTime() ? 1 : 0;
    both += answer.right() && answer.inTime() ? 1 : 0;
  }

  EddiRow row(EddiRow.Place place, String scheme) {
    double n = times.size();
    return new EddiRow(
        EddiTraces.PART,
        place,
        deadline,
        scheme,
        "by the rate before",
        EddiRow.PREDICTED,
        new EddiRow.Times(
            times.stream().mapToDouble(ms -> ms).average().orElse(Double.NaN),
            times.isEmpty() ? Double.NaN : Figure.p95(times),
            Double.NaN),
        new EddiRow.Quality(inTime / n, right / n, both / n),
        times.size());
  }
}
