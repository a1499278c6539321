package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
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
 * the emulated link falls from 18.88 to 1.1 Mbit/s and rises again. The clock starts when the link
 * has delivered the first 64 kB after the change, which is the first that anyone can know of it.
 * After the fall the live client and a plan that was fixed for the new rate answer the same paced
 * requests in turns of blocks.
 */
public final class AdaptExperiment implements Experiment {
  private static final long ACKNOWLEDGED = 64 << 10;
  private static final double STEADY_BEFORE_MS = 3_000;
  private static final double SETTLE_MS = 4_000;
  private static final double PATIENCE_MS = 30_000;
  private static final Network.LinkSpec FAST = new Network.LinkSpec("wifi", 18.88, 54.97, 5);
  private static final Network.LinkSpec SLOW = new Network.LinkSpec("wifi", 1.1, 3.2, 5);

  /** A model and how slow its device is: so slow that the fast link is worth using. */
  private record Subject(String model, double slowdown) {}

  private static final List<Subject> SUBJECTS =
      List.of(new Subject("ppocr-cls", 60), new Subject("squeezenet1.1", 30));

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
      LabModel model =
          LabModel.all().stream().filter(m -> m.name().equals(subject.model)).findFirst().get();
      LiveBench.Order order =
          new LiveBench.Order(model, subject.slowdown, 1, FAST, Objective.LATENCY);
      try (LiveBench bench = LiveBench.open(lab, order, device -> device.window(64));
          LiveClient client = LiveClient.open(bench.wire().device(), bench.setup())) {
        Plan oracle = Planner.plan(bench.problem(SLOW), Request.of(Objective.LATENCY));
        try (PlanExecutor fixed = bench.prepare(oracle.main())) {
          List<List<String>> rows = new ArrayList<>();
          for (int round = 0; round < lab.pick(2, 6); round++) {
            rows.addAll(round(round, bench, client, fixed, 1.6 * oracle.valueMs()));
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
      steady(pace, paceMs, client, bench.inputs(), STEADY_BEFORE_MS);
      List<List<String>> rows = new ArrayList<>();
      Step down = step(link, SLOW, pace, client, bench.inputs());
      steady(pace, paceMs, client, bench.inputs(), SETTLE_MS);
      int requests = asked.size();
      long failed = failures();
      List<Double> live = new ArrayList<>();
      List<Double> oracle = new ArrayList<>();
      for (int block = 0; block < lab.pick(2, 6); block++) {
        live.addAll(latencies(pace, client::submit, bench.inputs()));
        oracle.addAll(latencies(pace, fixed::submit, bench.inputs()));
      }
      rows.add(row(round, "down", down, requests + live.size(), failed, live, oracle));
      asked.clear();
      Step up = step(link, FAST, pace, client, bench.inputs());
      steady(pace, paceMs, client, bench.inputs(), SETTLE_MS);
      rows.add(row(round, "up", up, asked.size(), failures(), List.of(), List.of()));
      return rows;
    }

    private void steady(Pace pace, double paceMs, LiveClient client, Inputs inputs, double forMs) {
      for (int i = 0; i * paceMs < forMs; i++) {
        pace.await();
        asked.add(client.submit(inputs));
      }
    }

    private static List<Double> latencies(
        Pace pace, Function<Inputs, CompletableFuture<Execution>> ask, Inputs inputs) {
      List<CompletableFuture<Execution>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        pace.await();
        answers.add(ask.apply(inputs));
      }
      return answers.stream().map(answer -> answer.join().totalMs()).toList();
    }

    private long failures() {
      return asked.stream()
          .filter(answer -> answer.handle((done, fault) -> fault != null).join())
          .count();
    }

    /** When the link had delivered enough to know, and when new requests took the last plan. */
    private record Step(double acknowledgedMs, double switchedMs) {}

    private Step step(
        LinkProxy link, Network.LinkSpec to, Pace pace, LiveClient client, Inputs inputs) {
      Map<String, String> before = client.partitions().get(0).assignment();
      Map<String, String> wanted = before;
      long begun = System.nanoTime();
      link.shape(LiveBench.shape(to));
      Watch watch = new Watch(link, client, begun);
      Thread watching = new Thread(watch, "adapt-watch");
      watching.setDaemon(true);
      watching.start();
      while (since(begun) < PATIENCE_MS
          && (wanted.equals(before) || since(begun) < SETTLE_MS || watch.acknowledged() < 0)) {
        pace.await();
        asked.add(client.submit(inputs));
        wanted = client.partitions().get(0).assignment();
      }
      watching.interrupt();
      lab.note()
          .say(
              "  %.1f Mbit/s: 64 kB after %.0f ms, new plan after %.0f ms; %s"
                  .formatted(
                      to.upMbps(), watch.acknowledged(), watch.changed(), client.situation()));
      return new Step(watch.acknowledged(), wanted.equals(before) ? Double.NaN : watch.changed());
    }

    private static double since(long begun) {
      return (System.nanoTime() - begun) / 1e6;
    }

    private List<String> row(
        int round,
        String what,
        Step step,
        int requests,
        long failed,
        List<Double> live,
        List<Double> oracle) {
      return List.of(
          subject.model,
          String.valueOf(round),
          what,
          Figure.of(step.acknowledgedMs),
          Figure.of(step.switchedMs),
          Figure.of(step.switchedMs - step.acknowledgedMs),
          String.valueOf(requests),
          String.valueOf(failed),
          Figure.of(live.isEmpty() ? Double.NaN : Stat.quantile(live, 0.5)),
          Figure.of(live.isEmpty() ? Double.NaN : Stat.quantile(live, 0.99)),
          Figure.of(oracle.isEmpty() ? Double.NaN : Stat.quantile(oracle, 0.5)),
          Figure.of(oracle.isEmpty() ? Double.NaN : Stat.quantile(oracle, 0.99)));
    }
  }

  /** Looks at a link and a client every millisecond. */
  private static final class Watch implements Runnable {
    private final LinkProxy link;
    private final LiveClient client;
    private final long begun;
    private final long bytes;
    private final List<Partition> before;
    private volatile double acknowledgedMs = -1;
    private volatile double changedMs = Double.NaN;

    Watch(LinkProxy link, LiveClient client, long begun) {
      this.link = link;
      this.client = client;
      this.begun = begun;
      this.bytes = link.bytesUp();
      this.before = client.partitions();
    }

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
        if (acknowledgedMs < 0 && link.bytesUp() - bytes >= ACKNOWLEDGED) {
          acknowledgedMs = now;
        }
        Map<String, String> present = client.partitions().get(0).assignment();
        if (!present.equals(last)) {
          last = present;
          changedMs = now;
        }
        pace.await();
        if (System.nanoTime() - begun > 60_000_000_000L) {
          return;
        }
      }
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    Table down = results.where(row -> row.text("step").equals("down"));
    Table up = results.where(row -> row.text("step").equals("up"));
    report.found(
        "After the fall new requests took the new plan %s ms after the first 64 kB in the median, %s at most; after the rise %s and %s."
            .formatted(
                Figure.of(Figure.median(down.numbers("lag_ms"))),
                Figure.of(largest(down, "lag_ms")),
                Figure.of(Figure.median(up.numbers("lag_ms"))),
                Figure.of(largest(up, "lag_ms"))));
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

  private static double largest(Table table, String column) {
    return table.numbers(column).stream().mapToDouble(n -> n).max().orElse(Double.NaN);
  }
}
