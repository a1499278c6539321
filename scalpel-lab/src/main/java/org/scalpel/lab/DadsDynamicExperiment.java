package org.scalpel.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.scalpel.cost.Network.LinkSpec;
import org.scalpel.cost.Stat;
import org.scalpel.live.LiveClient;
import org.scalpel.plan.BandwidthTable;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;
import org.scalpel.testbed.Trace;
import org.scalpel.testbed.TracePlayer;
import org.scalpel.tier.Execution;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.TierException;

/**
 * DADS under a link that changes all the time: recorded bandwidths are played onto the emulated
 * link, from the same second on for each of five ways to run AlexNet on a device slowed down ten
 * times and in a cloud, with an input of 32-bit numbers: our live client; the best fixed partition
 * for the rates of this trace; the device alone; the cloud alone; and an oracle that takes the best
 * partition for the rate at which the link is when a request begins. Requests come one at a time.
 */
public final class DadsDynamicExperiment implements Experiment {
  private static final String MODEL = "alexnet";
  private static final double DEVICE = 10;
  private static final double RTT_MS = 20;
  private static final double PACE_MS = 250;
  private static final double SECONDS = 25;
  private static final double LEAST_MBPS = 0.05;
  private static final List<String> RECORDED = List.of("ghent4g", "norway3g", "fcc");

  static final String LIVE = "ours, live";
  static final String FIXED = "best fixed";
  static final String DEVICE_ONLY = "edge-only";
  static final String CLOUD_ONLY = "cloud-only";
  static final String ORACLE = "oracle";

  @Override
  public String name() {
    return "dads-dynamic";
  }

  @Override
  public String question() {
    return "What does changing the partition gain while the link's rate changes?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "trace",
        "mean_mbps",
        "scheme",
        "requests",
        "failed",
        "mean_ms",
        "p50_ms",
        "p95_ms",
        "changes");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    LabModel model = LabModel.named(MODEL).orElseThrow();
    List<Trace> traces = lab.quick() ? List.of(steps()) : traces(lab.seed(), SECONDS);
    return cells(lab, model, traces, LiveBench.Effort.of(lab));
  }

  static List<Cell> cells(Lab lab, LabModel model, List<Trace> traces, LiveBench.Effort effort) {
    List<Cell> cells = new ArrayList<>();
    for (Trace trace : traces) {
      cells.add(new Cell(trace.name(), () -> new Trial(lab, model, trace, effort).rows()));
    }
    return cells;
  }

  /** Three rates, two seconds each. */
  private static Trace steps() {
    return new Trace(
        "steps", Stream.of(18.88, 1.1, 5.85).map(mbps -> new Trace.Step(2_000, mbps, 0)).toList());
  }

  /** The beginning of one recording of each kind where the zoo has them, else seeded rates. */
  private static List<Trace> traces(long seed, double seconds) {
    List<Trace> traces = new ArrayList<>();
    for (String kind : RECORDED) {
      BandwidthTraces.logs(kind).stream()
          .limit(1)
          .forEach(file -> traces.add(cut(kind, Trace.read(file), seconds)));
    }
    return traces.isEmpty() ? List.of(drawn(seed, seconds)) : traces;
  }

  private static Trace cut(String name, Trace whole, double seconds) {
    List<Trace.Step> steps = new ArrayList<>();
    double left = seconds * 1e3;
    for (Trace.Step step : whole.steps()) {
      if (left > 0) {
        steps.add(new Trace.Step(Math.min(left, step.durationMs()), step.mbps(), 0));
        left -= step.durationMs();
      }
    }
    return new Trace(name, steps);
  }

  /** A random walk between 0.5 and 40 Mbit/s, two seconds a step. */
  static Trace drawn(long seed, double seconds) {
    Random random = new Random(seed);
    List<Trace.Step> steps = new ArrayList<>();
    double log = Math.log(5);
    for (double at = 0; at < seconds; at += 2) {
      log = Math.max(Math.log(0.5), Math.min(Math.log(40), log + random.nextGaussian()));
      steps.add(new Trace.Step(2_000, Math.exp(log), 0));
    }
    return new Trace("drawn", steps);
  }

  /** One trace. */
  private static final class Trial {
    private final Lab lab;
    private final LabModel model;
    private final Trace trace;
    private final LiveBench.Effort effort;

    Trial(Lab lab, LabModel model, Trace trace, LiveBench.Effort effort) {
      this.lab = lab;
      this.model = model;
      this.trace = trace;
      this.effort = effort;
    }

    private LinkSpec link(double mbps) {
      return new LinkSpec(
          trace.name(), Math.max(LEAST_MBPS, mbps), Math.max(LEAST_MBPS, mbps), RTT_MS);
    }

    List<List<String>> rows() {
      lab.note().say("dads-dynamic: " + trace.name());
      LiveBench.Order order =
          new LiveBench.Order(model, DEVICE, 1, link(trace.at(0).mbps()), Objective.LATENCY);
      List<List<String>> rows = new ArrayList<>();
      try (LiveBench bench = LiveBench.open(lab, order, effort, device -> device.window(4))) {
        try (LiveClient client = LiveClient.open(bench.wire().device(), bench.setup())) {
          long before = client.switchCount();
          rows.add(
              play(
                  bench,
                  LIVE,
                  elapsed -> latency(() -> client.infer(bench.inputs())),
                  () -> (int) (client.switchCount() - before)));
          client.switches().forEach(one -> lab.note().say("  " + one));
        }
        rows.addAll(fixed(bench));
      }
      return rows;
    }

    private List<List<String>> fixed(LiveBench bench) {
      Problem problem = bench.problem(link(trace.meanMbps()));
      Request request = Request.of(Objective.LATENCY);
      BandwidthTable table = BandwidthTable.of(problem, request, 0);
      Map<String, Partition> wanted = new LinkedHashMap<>();
      wanted.put(FIXED, table.bestOnAverage(rates()).partition());
      wanted.put(DEVICE_ONLY, named(problem, "device-only"));
      wanted.put(CLOUD_ONLY, named(problem, "cloud-only"));
      List<List<String>> rows = new ArrayList<>();
      wanted.forEach(
          (name, partition) -> {
            try (PlanExecutor plan = bench.prepare(partition)) {
              rows.add(
                  play(bench, name, at -> latency(() -> plan.execute(bench.inputs())), () -> 0));
            }
          });
      rows.add(oracle(bench, table));
      return rows;
    }

    private static Partition named(Problem problem, String algorithm) {
      Request request = Request.of(Objective.LATENCY).withAlgorithm(algorithm);
      return Planner.plan(problem, request).main();
    }

    /** The rate of every tenth of a second. */
    private double[] rates() {
      double[] rates = new double[(int) (trace.durationMs() / 100)];
      for (int i = 0; i < rates.length; i++) {
        rates[i] = Math.max(LEAST_MBPS, trace.at(i * 100.0).mbps());
      }
      return rates;
    }

    private List<String> oracle(LiveBench bench, BandwidthTable table) {
      Map<Map<String, String>, PlanExecutor> plans = new LinkedHashMap<>();
      try {
        table
            .pieces()
            .forEach(
                piece ->
                    plans.computeIfAbsent(
                        piece.partition().assignment(), key -> bench.prepare(piece.partition())));
        List<PlanExecutor> taken = new ArrayList<>();
        return play(
            bench,
            ORACLE,
            elapsed -> {
              double mbps = Math.max(LEAST_MBPS, trace.at(elapsed).mbps());
              PlanExecutor plan =
                  Optional.ofNullable(plans.get(table.at(mbps).partition().assignment()))
                      .orElseThrow();
              taken.add(plan);
              return latency(() -> plan.execute(bench.inputs()));
            },
            () -> changes(taken));
      } finally {
        plans.values().forEach(PlanExecutor::close);
      }
    }

    private static int changes(List<PlanExecutor> taken) {
      int changes = 0;
      for (int i = 1; i < taken.size(); i++) {
        changes += taken.get(i) == taken.get(i - 1) ? 0 : 1;
      }
      return changes;
    }

    /** One request after the other while the trace is played once. */
    private List<String> play(
        LiveBench bench, String scheme, DoubleUnaryOperator request, IntSupplier changes) {
      List<Double> times = new ArrayList<>();
      int failed = 0;
      try (TracePlayer player =
          TracePlayer.onto(bench.wire().link(LiveBench.TIERS.get(1)), trace, RTT_MS)) {
        player.play(1);
        long begun = System.nanoTime();
        Pace pace = new Pace(PACE_MS);
        for (double at = 0; at < trace.durationMs(); at = (System.nanoTime() - begun) / 1e6) {
          double ms = request.applyAsDouble(at);
          failed += ms < 0 ? 1 : 0;
          times.add(Math.abs(ms));
          pace.await();
        }
      }
      return row(scheme, times, failed, changes.getAsInt());
    }

    /** One request's latency in ms, below 0 if it failed. */
    private static double latency(Supplier<Execution> request) {
      long begun = System.nanoTime();
      try {
        Execution done = request.get();
        double ms = done.totalMs();
        done.release();
        return ms;
      } catch (TierException e) {
        return -(System.nanoTime() - begun) / 1e6;
      }
    }

    private List<String> row(String scheme, List<Double> times, int failed, int changes) {
      return List.of(
          trace.name(),
          Figure.of(trace.meanMbps()),
          scheme,
          String.valueOf(times.size()),
          String.valueOf(failed),
          Figure.of(times.stream().mapToDouble(ms -> ms).average().orElse(Double.NaN)),
          Figure.of(Figure.median(times)),
          Figure.of(Stat.quantile(times, 0.95)),
          String.valueOf(changes));
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    List<List<String>> rows = new ArrayList<>();
    results
        .by("trace")
        .forEach(
            (trace, ofTrace) -> {
              Map<String, Table> schemes = ofTrace.by("scheme");
              double live = mean(schemes, LIVE);
              List<String> row = new ArrayList<>(List.of(trace, ofTrace.first("mean_mbps")));
              for (String scheme : List.of(LIVE, FIXED, DEVICE_ONLY, CLOUD_ONLY, ORACLE)) {
                row.add(Figure.of(mean(schemes, scheme)));
              }
              rows.add(row);
              report.found(
                  "%s (%s Mbit/s in the mean): the live client changed the partition %s times and took %.2f times the oracle's mean latency; the best fixed partition %.2f times, the edge device alone %.2f, the cloud alone %.2f."
                      .formatted(
                          trace,
                          ofTrace.first("mean_mbps"),
                          Optional.ofNullable(schemes.get(LIVE))
                              .map(t -> t.first("changes"))
                              .orElse(""),
                          live / mean(schemes, ORACLE),
                          mean(schemes, FIXED) / mean(schemes, ORACLE),
                          mean(schemes, DEVICE_ONLY) / mean(schemes, ORACLE),
                          mean(schemes, CLOUD_ONLY) / mean(schemes, ORACLE)));
            });
    report.table(
        "Mean latency, ms",
        new Table(List.of("trace", "Mbit/s", LIVE, FIXED, DEVICE_ONLY, CLOUD_ONLY, ORACLE), rows));
    report.found(
        "The oracle knows the rate at which a request begins, not how it changes while the request is under way, so it can be beaten. The schemes meet the same trace one after the other; one run of a trace is one sample.");
  }

  private static double mean(Map<String, Table> schemes, String scheme) {
    return Optional.ofNullable(schemes.get(scheme))
        .map(rows -> rows.numbers("mean_ms").get(0))
        .orElse(Double.NaN);
  }
}
