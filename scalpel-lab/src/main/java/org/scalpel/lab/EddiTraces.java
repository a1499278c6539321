package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.scalpel.cost.Network.LinkSpec;
import org.scalpel.lab.ExitWays.Judged;
import org.scalpel.learn.ExitSamples;
import org.scalpel.testbed.Trace;

/**
 * Deadlines under a bandwidth that moves, predicted: a request at a time, its way chosen by what
 * the link carried during the request before, what it takes by what the link carries now. A request
 * that would be late leaves at the deepest exit of the device that it has passed, if there is one.
 * Only requests count for which some way of any scheme is in time at the true rate.
 *
 * <p>Ours goes by the {@link OddsPolicy odds}; the others take the estimate as it is. EDDI is also
 * given a margin of ten per cent of the deadline.
 */
final class EddiTraces {
  static final String PART = "trace";
  static final String OURS_PLAIN = "ours, no codecs";

  static final String EDDI_MARGIN = "eddi, 10 % free";

  private static final double MARGIN = 1.1;
  private static final double LEAST_MBPS = 0.1;
  private static final double MOST_MBPS = 100;
  private static final double PACE_MS = 500;
  private static final double RTT_MS = 40;

  private final ExitSubject subject;
  private final double[] rates;
  private final List<EddiChoices> levels = new ArrayList<>();
  private final List<TraceLine> coded;
  private final List<TraceLine> plain;
  private final List<TraceLine> chains;

  /**
   * Plans for so many rates.
   *
   * @param count of rates for which there are plans
   */
  EddiTraces(EddiWorld world, int count) {
    this.subject = world.subject();
    this.rates = new double[count];
    for (int i = 0; i < count; i++) {
      rates[i] = LEAST_MBPS * Math.pow(MOST_MBPS / LEAST_MBPS, i / (count - 1.0));
      levels.add(EddiChoices.of(world, new LinkSpec("mobile", rates[i], rates[i], RTT_MS)));
    }
    coded = lines(EddiChoices::coded, EddiTraces::all);
    plain = lines(EddiChoices::plain, EddiTraces::all);
    chains = lines(EddiChoices::plain, ExitWays::chains);
  }

  private static List<Judged> all(ExitWays ways) {
    List<Judged> all = new ArrayList<>(ways.fixed());
    all.addAll(ways.points());
    return all;
  }

  /** The ways of all rates, each once. */
  private List<TraceLine> lines(
      Function<EddiChoices, ExitSchemes> of, Function<ExitWays, List<Judged>> which) {
    Map<List<Object>, TraceLine> lines = new LinkedHashMap<>();
    for (EddiChoices level : levels) {
      for (Judged one : which.apply(of.apply(level).ways())) {
        ExitWay way = one.way();
        lines.computeIfAbsent(
            List.of(
                way.depth(),
                way.thresholds(),
                way.partition().assignment(),
                way.partition().codecs()),
            key -> line(way));
      }
    }
    return List.copyOf(lines.values());
  }

  private TraceLine line(ExitWay way) {
    // A way without codecs is priced alike in the problem with them.
    ExitWays ways = levels.get(0).coded().ways();
    List<Double> slow = ways.timesOf(way);
    List<Double> fast = levels.get(rates.length - 1).coded().ways().timesOf(way);
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
    return new TraceLine(way, atZero, slope, ways.onDevice(way));
  }

  /** The ways at which everyone leaves at the same exit, for each exit. */
  private List<List<TraceLine>> byExit(List<TraceLine> lines) {
    List<List<TraceLine>> exits = new ArrayList<>();
    for (int exit = 0; exit < subject.declared().exits().size(); exit++) {
      int here = exit;
      exits.add(lines.stream().filter(line -> line.way().depth() == here).toList());
    }
    return exits;
  }

  /** The least rate above which some way keeps the deadline. */
  private double possibleMbps(double deadline) {
    return coded.stream()
        .filter(line -> line.way().depth() >= 0)
        .mapToDouble(line -> line.leastMbps(line.way().depth(), deadline))
        .min()
        .orElseThrow();
  }

  private EddiChoices level(double mbps) {
    int at = 0;
    while (at + 1 < rates.length && rates[at + 1] <= mbps) {
      at++;
    }
    return levels.get(at);
  }

  /** Every scheme under every trace at three deadlines. */
  List<EddiRow> rows(List<Trace> traces, double seconds, long seed) {
    List<EddiRow> rows = new ArrayList<>();
    for (Trace trace : traces) {
      List<Double> grid = level(trace.meanMbps()).deadlines();
      for (int at : List.of(2, 4, 6)) {
        rows.addAll(rows(trace, grid.get(at), seconds, seed));
      }
    }
    return rows;
  }

  private Map<String, TracePolicy> policies(double deadline) {
    Map<String, TracePolicy> policies = new LinkedHashMap<>();
    policies.put(ExitSchemes.OURS, odds(coded, deadline));
    policies.put(OURS_PLAIN, odds(plain, deadline));
    policies.put(ExitSchemes.EDDI, new TracePolicy.Estimate(mostAccurate(), deadline));
    policies.put(EDDI_MARGIN, new TracePolicy.Estimate(mostAccurate(), deadline / MARGIN));
    List<List<TraceLine>> deepestFirst = byExit(chains);
    Collections.reverse(deepestFirst);
    policies.put(ExitSchemes.EDGENT, new TracePolicy.Estimate(deepestFirst, deadline));
    List<List<TraceLine>> exits = byExit(coded);
    policies.put(
        ExitSchemes.NO_EXITS,
        new TracePolicy.Estimate(exits.subList(exits.size() - 1, exits.size()), deadline));
    return policies;
  }

  private OddsPolicy odds(List<TraceLine> lines, double deadline) {
    ExitWays ways = levels.get(0).coded().ways();
    return new OddsPolicy(lines, ways.calibration(), ways.measure(), deadline);
  }

  private List<List<TraceLine>> mostAccurate() {
    List<Judged> fixed = levels.get(0).plain().ways().fixed();
    List<List<TraceLine>> exits = byExit(plain);
    return fixed.stream()
        .sorted(Comparator.comparingDouble(Judged::accuracy).reversed())
        .map(one -> exits.get(one.way().depth()))
        .toList();
  }

  private List<EddiRow> rows(Trace trace, double deadline, double seconds, long seed) {
    Map<String, TracePolicy> policies = policies(deadline);
    Map<String, TraceTally> tallies = new LinkedHashMap<>();
    policies.keySet().forEach(scheme -> tallies.put(scheme, new TraceTally(deadline)));
    double possible = possibleMbps(deadline);
    Random random = new Random(seed);
    List<ExitSamples.Row> samples = subject.samples().evaluation().rows();
    double end = Math.min(seconds * 1000, trace.durationMs());
    double before = rate(trace, 0);
    for (double now = PACE_MS; now < end; now += PACE_MS) {
      double rate = rate(trace, now);
      double last = before;
      ExitSamples.Row sample = samples.get(random.nextInt(samples.size()));
      policies.forEach(
          (scheme, policy) -> {
            TraceTally.Answer answer =
                TraceTally.answer(policy.choose(last), sample, rate, deadline);
            if (rate >= possible) {
              Optional.ofNullable(tallies.get(scheme)).orElseThrow().add(answer);
            }
            policy.learn(last, rate, rate >= possible, answer.inTime());
          });
      before = rate;
    }
    EddiRow.Place place = new EddiRow.Place(subject.name(), trace.name(), 1);
    List<EddiRow> rows = new ArrayList<>();
    tallies.forEach((scheme, tally) -> rows.add(tally.row(place, scheme)));
    return rows;
  }

  /** A link that stands still is taken for one that crawls. */
  private static double rate(Trace trace, double ms) {
    return Math.max(LEAST_MBPS, trace.at(ms).mbps());
  }
}
