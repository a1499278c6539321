package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.scalpel.app.EmulatedLink;
import org.scalpel.cost.Network;
import org.scalpel.cost.Stat;
import org.scalpel.live.LiveClient;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Request;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;

/**
 * How soon do new requests take the better plan when a link changes? Requests come at an even pace;
 * the emulated link falls from 18.88 to 1.1 Mbit/s and rises again. The clock of the lag starts
 * when the link has delivered the first 64 kB after the change, which is the first that anyone can
 * know of it; where a plan leaves the link before so much went over it, the lag is 0. Steady at the
 * new rate the live client and a plan that was fixed for that rate answer the paced requests by
 * turns.
 */
public final class AdaptExperiment implements Experiment {
  private static final long ACKNOWLEDGED = 64 << 10;
  private static final double STEADY_BEFORE_MS = 2_000;
  private static final double SETTLE_MS = 1_500;
  private static final double PATIENCE_MS = 15_000;
  private static final double PACE = 1.6;
  private static final Network.LinkSpec FAST = new Network.LinkSpec("wifi", 18.88, 54.97, 5);
  private static final Network.LinkSpec SLOW = new Network.LinkSpec("wifi", 1.1, 3.2, 5);

  /**
   * A model and how slow its device is: so slow that the fast link is worth using, and so quick
   * that a hundred requests at the slow one take seconds.
   *
   * @param pairs of requests in turns, per round
   */
  private record Subject(String model, double slowdown, int rounds, int pairs) {}

  private static final List<Subject> SUBJECTS =
      List.of(new Subject("ppocr-cls", 40, 3, 100), new Subject("mobilenet_v2_1.0_224", 8, 2, 45));

  @Override
  public String name() {
    return "adapt";
  }

  @Override
  public String question() {
    return "How soon do new requests take the better plan when a link changes?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "model",
        "round",
        "step",
        "acknowledged_ms",
        "switched_ms",
        "lag_ms",
        "requests",
        "failed",
        "live_p50_ms",
        "live_p99_ms",
        "oracle_p50_ms",
        "oracle_p99_ms");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<Cell> cells = new ArrayList<>();
    List<String> known = LabModel.all().stream().map(LabModel::name).toList();
    for (Subject subject : lab.quick() ? SUBJECTS.subList(0, 1) : SUBJECTS) {
      if (known.contains(subject.model)) {
        cells.add(new Cell(subject.model, () -> new Trial(lab, subject).rows()));
      }
    }
    return cells;
  }

  /** One model. */
  private static final class Trial {
    private final Lab lab;
    private final Subject subject;
    private final List<CompletableFuture<Execution>> asked = new ArrayList<>();

    Trial(Lab lab, Subject subject) {
      this.lab = lab;
      this.subject = subject;
    }

    List<List<String>> rows() {
      lab.note().say("adapt: " + subject.model);
      LabModel model = LabModel.named(subject.model).orElseThrow();
      LiveBench.Order order =
          new LiveBench.Order(model, subject.slowdown, 1, FAST, Objective.LATENCY);
      try (LiveBench bench = LiveBench.open(lab, order, device -> device.window(64));
          LiveClient client = LiveClient.open(bench.wire().device(), bench.setup())) {
        Plan oracle = Planner.plan(bench.problem(SLOW), Request.of(Objective.LATENCY));
        try (PlanExecutor fixed = bench.prepare(oracle.main())) {
          lab.note().say("  the plan at 1.1 Mbit/s takes %.1f ms".formatted(oracle.valueMs()));
          List<List<String>> rows = new ArrayList<>();
          for (int round = 0; round < lab.pick(1, subject.rounds); round++) {
            rows.addAll(round(round, bench, client, fixed, PACE * oracle.valueMs()));
          }
          client.switches().forEach(one -> lab.note().say("  " + one));
          return rows;
        }
      }
    }

    private List<List<String>> round(
        int round, LiveBench bench, LiveClient client, PlanExecutor fixed, double paceMs) {
      LinkProxy link = bench.wire().link("edge");
      Pace pace = new Pace(paceMs);
      asked.clear();
      for (int i = 0; i * paceMs < STEADY_BEFORE_MS; i++) {
        pace.await();
        asked.add(client.submit(bench.inputs()));
      }
      List<List<String>> rows = new ArrayList<>();
      Step down = step(link, SLOW, pace, client, bench.inputs());
      int requests = asked.size();
      long failed = failures();
      Turns turns = new Turns(bench.inputs(), pace);
      turns.run(client::submit, fixed::submit, Math.min(subject.pairs, lab.pick(45, 100)));
      rows.add(row(round, "down", down, requests + turns.live.size(), failed, turns));
      asked.clear();
      Step up = step(link, FAST, pace, client, bench.inputs());
      rows.add(row(round, "up", up, asked.size(), failures(), new Turns(bench.inputs(), pace)));
      return rows;
    }

    private long failures() {
      return asked.stream()
          .filter(answer -> answer.handle((done, fault) -> fault != null).join())
          .count();
    }

    /** When the link had delivered enough to know, and when new requests took the last plan. */
    private record Step(double acknowledgedMs, double switchedMs) {
      double lagMs() {
        return Double.isNaN(acknowledgedMs) && !Double.isNaN(switchedMs)
            ? 0
            : Math.max(0, switchedMs - acknowledgedMs);
      }
    }

    /** Requests go on until the plan has changed and stayed for a while. */
    private Step step(
        LinkProxy link, Network.LinkSpec to, Pace pace, LiveClient client, Inputs inputs) {
      long begun = System.nanoTime();
      link.shape(EmulatedLink.shape(to));
      Watch watch = new Watch(link, client, begun);
      Thread watching = new Thread(watch, "adapt-watch");
      watching.setDaemon(true);
      watching.start();
      while (since(begun) < PATIENCE_MS && !(since(begun) - watch.changed() > SETTLE_MS)) {
        pace.await();
        asked.add(client.submit(inputs));
      }
      watching.interrupt();
      lab.note()
          .say(
              "  %.1f Mbit/s: 64 kB after %.0f ms, new plan after %.0f ms; %s"
                  .formatted(
                      to.upMbps(), watch.acknowledged(), watch.changed(), client.situation()));
      return new Step(watch.acknowledged(), watch.changed());
    }

    private static double since(long begun) {
      return (System.nanoTime() - begun) / 1e6;
    }

    private List<String> row(
        int round, String what, Step step, int requests, long failed, Turns turns) {
      return List.of(
          subject.model,
          String.valueOf(round),
          what,
          Figure.of(step.acknowledgedMs),
          Figure.of(step.switchedMs),
          Figure.of(step.lagMs()),
          String.valueOf(requests),
          String.valueOf(failed),
          Figure.of(quantile(turns.live, 0.5)),
          Figure.of(quantile(turns.live, 0.99)),
          Figure.of(quantile(turns.oracle, 0.5)),
          Figure.of(quantile(turns.oracle, 0.99)));
    }

    private static double quantile(List<Double> values, double part) {
      return values.isEmpty() ? Double.NaN : Stat.quantile(values, part);
    }
  }

  /** Latencies of the live client and of a fixed plan, request by request in turns. */
  private static final class Turns {
    private final Inputs inputs;
    private final Pace pace;
    private List<Double> live = List.of();
    private List<Double> oracle = List.of();

    Turns(Inputs inputs, Pace pace) {
      this.inputs = inputs;
      this.pace = pace;
    }

    void run(
        Function<Inputs, CompletableFuture<Execution>> first,
        Function<Inputs, CompletableFuture<Execution>> second,
        int pairs) {
      List<CompletableFuture<Execution>> firsts = new ArrayList<>();
      List<CompletableFuture<Execution>> seconds = new ArrayList<>();
      for (int i = 0; i < pairs; i++) {
        // Who goes first changes too: what follows a pause, or another model's turn, counts for
        // both.
        firsts.add(ask(i % 2 == 0 ? first : second));
        seconds.add(ask(i % 2 == 0 ? second : first));
      }
      live = new ArrayList<>();
      oracle = new ArrayList<>();
      for (int i = 0; i < pairs; i++) {
        live.add((i % 2 == 0 ? firsts : seconds).get(i).join().totalMs());
        oracle.add((i % 2 == 0 ? seconds : firsts).get(i).join().totalMs());
      }
    }

    private CompletableFuture<Execution> ask(Function<Inputs, CompletableFuture<Execution>> whom) {
      pace.await();
      return whom.apply(inputs);
    }
  }

  /** Looks at a link and a client every millisecond. */
  private static final class Watch implements Runnable {
    private final LinkProxy link;
    private final LiveClient client;
    private final long begun;
    private final long bytes;
    private final List<Partition> before;
    private volatile double acknowledgedMs = Double.NaN;
    private volatile double changedMs = Double.NaN;

    Watch(LinkProxy link, LiveClient client, long begun) {
      this.link = link;
      this.client = client;
      this.begun = begun;
      this.bytes = link.bytesUp();
      this.before = client.partitions();
    }

    /** NaN until then, as is the other. */
    double acknowledged() {
      return acknowledgedMs;
    }

    /** The last change. */
    double changed() {
      return changedMs;
    }

    @Override
    public void run() {
      Map<String, String> last = before.get(0).assignment();
      Pace pace = new Pace(1);
      while (!Thread.interrupted()) {
        double now = (System.nanoTime() - begun) / 1e6;
        if (Double.isNaN(acknowledgedMs) && link.bytesUp() - bytes >= ACKNOWLEDGED) {
          acknowledgedMs = now;
        }
        Map<String, String> present = client.partitions().get(0).assignment();
        if (!present.equals(last)) {
          last = present;
          changedMs = now;
        }
        pace.await();
        if (now > PATIENCE_MS + SETTLE_MS) {
          return;
        }
      }
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    Table down = results.where(row -> row.text("step").equals("down"));
    Table up = results.where(row -> row.text("step").equals("up"));
    report.found("After the fall " + words(down));
    report.found("After the rise " + words(up));
    double failed = results.numbers("failed").stream().mapToDouble(n -> n).sum();
    double requests = results.numbers("requests").stream().mapToDouble(n -> n).sum();
    report.found("%.0f of %.0f requests failed.".formatted(failed, requests));
    List<List<String>> rows = new ArrayList<>();
    down.by("model")
        .forEach(
            (model, table) -> {
              double live = Figure.median(table.numbers("live_p99_ms"));
              double oracle = Figure.median(table.numbers("oracle_p99_ms"));
              rows.add(
                  List.of(model, Figure.of(live), Figure.of(oracle), Figure.of(live / oracle)));
            });
    report.table(
        "Steady at the new rate, p99 (median over the rounds)",
        new Table(List.of("model", "live_ms", "oracle_ms", "ratio"), rows));
  }

  private static String words(Table steps) {
    return "new requests took the new plan %s ms after the step in the median (%s at most); %s ms (%s) after the first 64 kB, 0 where it came before them."
        .formatted(
            Figure.of(Figure.median(steps.numbers("switched_ms"))),
            Figure.of(largest(steps, "switched_ms")),
            Figure.of(Figure.median(steps.numbers("lag_ms"))),
            Figure.of(largest(steps, "lag_ms")));
  }

  private static double largest(Table table, String column) {
    return table.numbers(column).stream().mapToDouble(n -> n).max().orElse(Double.NaN);
  }
}
