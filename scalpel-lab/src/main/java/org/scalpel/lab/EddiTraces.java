package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.scalpel.cost.Network.LinkSpec;
import org.scalpel.learn.ExitSamples;
import org.scalpel.testbed.Trace;

/**
 * Deadlines under a bandwidth that moves, predicted: a request at a time, its plan looked up by
 * what the link carried during the request before, what it takes by what the link carries now. A
 * request that would be late leaves at the deepest exit of the device that it has passed, if there
 * is one. Only requests count for which some exit and cut are in time at the true rate.
 *
 * <p>Ours looks for a way that is in time even if the link has become slower by {@link #CAUTION};
 * EDDI rebuilt and the best cut without exits take the estimate as it is.
 */
final class EddiTraces {
  static final String PART = "trace";

  // One second's rate over the one before, in logs of mobile networks: seldom below a half.
  private static final double CAUTION = 0.5;
  private static final double LEAST_MBPS = 0.1;
  private static final double MOST_MBPS = 100;
  private static final double PACE_MS = 500;
  private static final double HAND_OUT_MS = 2;
  private static final double RTT_MS = 40;

  private final ExitSubject subject;
  private final double[] rates;
  private final List<ExitSchemes> levels = new ArrayList<>();

  /**
   * Plans for so many rates.
   *
   * @param count of rates for which there is a plan
   */
  EddiTraces(EddiWorld world, int count) {
    this.subject = world.subject();
    this.rates = new double[count];
    for (int i = 0; i < count; i++) {
      rates[i] = LEAST_MBPS * Math.pow(MOST_MBPS / LEAST_MBPS, i / (count - 1.0));
      levels.add(world.schemes(link(rates[i]), 1));
    }
  }

  private static LinkSpec link(double mbps) {
    return new LinkSpec("mobile", mbps, mbps, RTT_MS);
  }

  /**
   * A way, with its times as lines over 1/rate.
   *
   * @param atZero what an exit takes on an endless link
   * @param slope ms times Mbit/s
   * @param here exits whose heads are on the device
   */
  private record Line(ExitWay way, List<Double> atZero, List<Double> slope, List<Integer> here) {
    double ms(int exit, double mbps) {
      return atZero.get(exit) + slope.get(exit) / mbps;
    }
  }

  private Line line(ExitWay way) {
    List<Double> slow = levels.get(0).timesOf(way);
    List<Double> fast = levels.get(rates.length - 1).timesOf(way);
    List<Double> atZero = new ArrayList<>();
    List<Double> slope = new ArrayList<>();
    for (int exit = 0; exit < slow.size(); exit++) {
      boolean finite = Double.isFinite(slow.get(exit));
      double rise =
          finite
              ? (slow.get(exit) - fast.get(exit)) / (1 / rates[0] - 1 / rates[rates.length - 1])
              : 0;
      slope.add(rise);
      atZero.add(
          finite ? fast.get(exit) - rise / rates[rates.length - 1] : Double.POSITIVE_INFINITY);
    }
    return new Line(way, atZero, slope, levels.get(0).onDevice(way));
  }

  /** The level whose rate is the nearest that is not above. */
  private int level(double mbps) {
    int at = Arrays.binarySearch(rates, mbps);
    return Math.max(0, Math.min(rates.length - 1, at >= 0 ? at : -at - 2));
  }

  /** Every scheme under every trace at three deadlines. */
  List<EddiRow> rows(List<Trace> traces, double seconds, long seed) {
    List<EddiRow> rows = new ArrayList<>();
    for (Trace trace : traces) {
      List<Double> grid = EddiExperiment.deadlines(levels.get(level(trace.meanMbps())));
      for (int at : List.of(2, 4, 6)) {
        rows.addAll(rows(trace, grid.get(at), seconds, seed));
      }
    }
    return rows;
  }

  private List<EddiRow> rows(Trace trace, double deadline, double seconds, long seed) {
    List<Line> ours = levels.stream().map(level -> line(level.ours(deadline))).toList();
    List<Line> eddi = levels.stream().map(level -> line(level.eddi(deadline))).toList();
    List<Line> none = levels.stream().map(level -> line(level.noExits())).toList();
    Map<String, Tally> tallies = new LinkedHashMap<>();
    tallies.put(ExitSchemes.OURS, new Tally(deadline));
    tallies.put(ExitSchemes.EDDI, new Tally(deadline));
    tallies.put(ExitSchemes.NO_EXITS, new Tally(deadline));
    Random random = new Random(seed);
    List<ExitSamples.Row> samples = subject.samples().evaluation().rows();
    double end = Math.min(seconds * 1000, trace.durationMs());
    double before = rate(trace, 0);
    for (double now = PACE_MS; now < end; now += PACE_MS) {
      double rate = rate(trace, now);
      ExitSamples.Row sample = samples.get(random.nextInt(samples.size()));
      if (isPossible(eddi, rate, deadline)) {
        tally(tallies, ExitSchemes.OURS).add(ours.get(level(before * CAUTION)), sample, rate);
        tally(tallies, ExitSchemes.EDDI).add(eddi.get(level(before)), sample, rate);
        tally(tallies, ExitSchemes.NO_EXITS).add(none.get(level(before)), sample, rate);
      }
      before = rate;
    }
    EddiRow.Place place = new EddiRow.Place(subject.name(), trace.name(), 1);
    List<EddiRow> rows = new ArrayList<>();
    tallies.forEach((scheme, tally) -> rows.add(tally.row(place, scheme)));
    return rows;
  }

  private static Tally tally(Map<String, Tally> all, String scheme) {
    return java.util.Optional.ofNullable(all.get(scheme)).orElseThrow();
  }

  /** A link that stands still is taken for one that crawls. */
  private static double rate(Trace trace, double ms) {
    return Math.max(LEAST_MBPS, trace.at(ms).mbps());
  }

  /** Whether the one who knows the rate has a plan that is in time. */
  private static boolean isPossible(List<Line> plans, double rate, double deadline) {
    for (Line plan : plans) {
      int exit = plan.way().depth();
      if (ExitWay.isWithin(plan.ms(exit, rate), deadline)) {
        return true;
      }
    }
    return false;
  }

  /** What requests of one scheme came to. */
  private final class Tally {
    private final double deadline;
    private final List<Double> times = new ArrayList<>();
    private int right;
    private int inTime;
    private int both;

    Tally(double deadline) {
      this.deadline = deadline;
    }

    void add(Line line, ExitSamples.Row sample, double rate) {
      int exit = line.way().leaves(sample, levels.get(0).measure());
      double ms = line.ms(exit, rate);
      if (!ExitWay.isWithin(ms, deadline)) {
        for (int passed : line.here()) {
          if (passed < exit && line.ms(passed, rate) <= deadline - HAND_OUT_MS) {
            exit = passed;
            ms = deadline;
          }
        }
      }
      boolean hit = sample.answers().get(exit).answer() == sample.label();
      boolean soon = ExitWay.isWithin(ms, deadline);
      times.add(ms);
      right += hit ? 1 : 0;
      inTime += soon ? 1 : 0;
      both += hit && soon ? 1 : 0;
    }

    EddiRow row(EddiRow.Place place, String scheme) {
      double n = times.size();
      return new EddiRow(
          PART,
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
}
