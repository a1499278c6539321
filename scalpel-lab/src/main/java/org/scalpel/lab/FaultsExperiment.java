package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.scalpel.app.EmulatedLink;
import org.scalpel.cost.Network;
import org.scalpel.engine.Session;
import org.scalpel.graph.TensorData;
import org.scalpel.live.LiveClient;
import org.scalpel.live.RequestStream;
import org.scalpel.live.StreamAnswer;
import org.scalpel.live.StreamOptions;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Request;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;

/**
 * Is every request answered once, rightly and in order while tiers and links fail? An ordered
 * stream of requests at an even pace runs while a seeded nemesis kills the edge and starts it
 * again, stops it, cuts the link, lets it swallow everything, and makes it thin. Answers are
 * compared with those of the whole model. Latency after a loss is that of requests sent after it
 * was noticed, beside the device alone at the same pace in the same run.
 */
public final class FaultsExperiment implements Experiment {
  private static final double SLOWDOWN = 60;
  private static final int VARIANTS = 4;
  private static final double CLOSE = 1e-3;
  private static final double OUTAGE_MS = 6_000;
  private static final double PATIENCE_MS = 30_000;
  private static final Network.LinkSpec LINK = new Network.LinkSpec("lan", 100, 100, 2);
  private static final Network.LinkSpec THIN = new Network.LinkSpec("lan", 1.1, 3.2, 5);

  /** What the nemesis does, and undoes. */
  private enum Blow {
    KILL,
    FREEZE,
    CUT,
    STALL,
    THIN;

    void strike(Wire wire) {
      switch (this) {
        case KILL -> wire.kill("edge");
        case FREEZE -> wire.freeze("edge", true);
        case CUT -> wire.link("edge").cut();
        case STALL -> wire.link("edge").stall();
        case THIN -> wire.link("edge").shape(EmulatedLink.shape(FaultsExperiment.THIN));
      }
    }

    void heal(Wire wire) {
      switch (this) {
        case KILL -> wire.revive("edge");
        case FREEZE -> wire.freeze("edge", false);
        case CUT, STALL -> wire.link("edge").restore();
        case THIN -> wire.link("edge").shape(EmulatedLink.shape(LINK));
      }
    }
  }

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public String question() {
    return "Is every request answered once, rightly and in order while tiers and links fail?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "event",
        "what",
        "noticed_ms",
        "requests",
        "answered",
        "failed",
        "wrong",
        "disordered",
        "after_p50_ms",
        "after_p95_ms",
        "remaining_p50_ms",
        "remaining_p95_ms",
        "back_ms");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    return List.of(new Cell(LabModel.small().name(), () -> new Trial(lab).rows()));
  }

  /** One run of the nemesis. */
  private static final class Trial {
    private final Lab lab;
    private final List<Long> sentAt = new ArrayList<>();
    private final List<StreamAnswer> taken = Collections.synchronizedList(new ArrayList<>());
    private List<Inputs> inputs = List.of();
    private List<Map<String, TensorData>> expected = List.of();
    private Pace pace = new Pace(1);

    Trial(Lab lab) {
      this.lab = lab;
    }

    List<List<String>> rows() {
      LabModel model = LabModel.small();
      LiveBench.Order order = new LiveBench.Order(model, SLOWDOWN, 1, LINK, Objective.LATENCY);
      try (LiveBench bench = LiveBench.open(lab, order, device -> device.window(64));
          LiveClient client = LiveClient.open(bench.wire().device(), bench.setup())) {
        inputs =
            IntStream.range(0, VARIANTS)
                .mapToObj(i -> Inputs.of(model.inputs(bench.model(), lab.seed() + i)))
                .toList();
        try (Session whole = bench.engine().open(bench.model())) {
          expected = inputs.stream().map(one -> whole.run(one.tensors())).toList();
        }
        List<Double> alone = alone(bench);
        pace = new Pace(3 * Figure.median(alone));
        StreamOptions options = StreamOptions.DEFAULT.withWindow(64);
        try (RequestStream stream = client.stream(options, this::take)) {
          return strike(bench.wire(), client, stream, alone);
        }
      }
    }

    private List<Double> alone(LiveBench bench) {
      var request = Request.of(Objective.LATENCY);
      var plan = Planner.compareOne(bench.problem(LINK), request, "device-only").plan();
      try (PlanExecutor fixed = bench.prepare(plan.orElseThrow().main())) {
        double once = 0;
        for (int i = 0; i < 5; i++) {
          once = fixed.execute(inputs.get(0)).totalMs();
        }
        Pace even = new Pace(3 * once);
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          even.await();
          times.add(fixed.execute(inputs.get(i % VARIANTS)).totalMs());
        }
        return times;
      }
    }

    private void take(StreamAnswer answer) {
      taken.add(answer);
    }

    private void send(RequestStream stream) {
      pace.await();
      sentAt.add(System.nanoTime());
      stream.send(inputs.get((sentAt.size() - 1) % VARIANTS));
    }

    private List<List<String>> strike(
        Wire wire, LiveClient client, RequestStream stream, List<Double> alone) {
      Random random = new Random(lab.seed());
      List<Blow> blows = new ArrayList<>();
      for (int round = 0; round < lab.pick(1, 4); round++) {
        List<Blow> all = new ArrayList<>(List.of(Blow.values()));
        Collections.shuffle(all, random);
        blows.addAll(all);
      }
      List<Event> events = new ArrayList<>();
      until(stream, () -> client.readyPlans() > 1 && usesEdge(client), PATIENCE_MS);
      for (Blow blow : blows) {
        // Requests must be under way, and not always at the same moment of theirs.
        long quiet = 1_500L + random.nextInt(1_000);
        until(stream, () -> false, quiet);
        events.add(event(wire, client, stream, blow));
      }
      until(stream, () -> false, 1_000);
      stream.close();
      client.switches().forEach(one -> lab.note().say("  " + one));
      lab.note().say("  " + client.counts());
      List<List<String>> rows = new ArrayList<>();
      for (int i = 0; i < events.size(); i++) {
        int end = i + 1 < events.size() ? events.get(i + 1).first : sentAt.size();
        rows.add(row(i, events.get(i), i == 0 ? 0 : events.get(i).first, end, alone));
      }
      return rows;
    }

    /**
     * Numbers of requests: the first of the event, the first after it was noticed, after healing.
     */
    private record Event(
        Blow blow, int first, int noticed, int healed, double noticedMs, double backMs) {}

    private Event event(Wire wire, LiveClient client, RequestStream stream, Blow blow) {
      Noticing noticing = new Noticing(client);
      int first = sentAt.size();
      long begun = System.nanoTime();
      // On a thread of its own: a process takes a while to die, and requests go on meanwhile.
      Thread striking = new Thread(() -> blow.strike(wire), "nemesis");
      striking.start();
      noticing.start();
      until(stream, () -> noticing.at > 0, PATIENCE_MS);
      int noticed = sentAt.size();
      until(stream, () -> false, OUTAGE_MS);
      int healed = sentAt.size();
      Thread healing = new Thread(() -> blow.heal(wire), "nemesis");
      long healingAt = System.nanoTime();
      healing.start();
      until(stream, () -> !healing.isAlive() && usesEdge(client), PATIENCE_MS);
      double back = usesEdge(client) ? (System.nanoTime() - healingAt) / 1e6 : Double.NaN;
      double noticedMs = noticing.at > 0 ? (noticing.at - begun) / 1e6 : Double.NaN;
      noticing.interrupt();
      return new Event(blow, first, noticed, healed, noticedMs, back);
    }

    private static boolean usesEdge(LiveClient client) {
      return client.partitions().get(0).assignment().containsValue("edge");
    }

    private void until(RequestStream stream, BooleanSupplier reached, double limitMs) {
      long end = System.nanoTime() + (long) (limitMs * 1e6);
      while (!reached.getAsBoolean() && System.nanoTime() < end) {
        send(stream);
      }
    }

    private List<String> row(int number, Event event, int from, int to, List<Double> alone) {
      int answered = 0;
      int failed = 0;
      int wrong = 0;
      int disordered = 0;
      List<Double> after = new ArrayList<>();
      for (int i = from; i < to; i++) {
        StreamAnswer answer = i < taken.size() ? taken.get(i) : null;
        if (answer == null || answer.number() != i) {
          disordered++;
        } else if (answer instanceof StreamAnswer.Answered done) {
          answered++;
          wrong += right(done.execution().outputs(), expected.get(i % VARIANTS)) ? 0 : 1;
          if (i >= event.noticed && i < event.healed) {
            after.add(done.execution().totalMs());
          }
        } else {
          failed++;
        }
      }
      return List.of(
          String.valueOf(number),
          event.blow.name().toLowerCase(java.util.Locale.ROOT),
          Figure.of(event.noticedMs),
          String.valueOf(to - from),
          String.valueOf(answered),
          String.valueOf(failed),
          String.valueOf(wrong),
          String.valueOf(disordered),
          Figure.of(after.isEmpty() ? Double.NaN : Figure.median(after)),
          Figure.of(after.isEmpty() ? Double.NaN : Figure.p95(after)),
          Figure.of(Figure.median(alone)),
          Figure.of(Figure.p95(alone)),
          Figure.of(event.backMs));
    }

    private static boolean right(Map<String, TensorData> got, Map<String, TensorData> wanted) {
      for (Map.Entry<String, TensorData> output : wanted.entrySet()) {
        TensorData mine = got.get(output.getKey());
        if (mine == null || !mine.fact().equals(output.getValue().fact())) {
          return false;
        }
        float[] values = mine.floats();
        float[] right = output.getValue().floats();
        for (int i = 0; i < right.length; i++) {
          if (!(Math.abs(values[i] - right[i]) <= CLOSE * Math.max(1, Math.abs(right[i])))) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** Looks every millisecond whether new requests still use the edge. */
  private static final class Noticing extends Thread {
    private final LiveClient client;
    private volatile long at;

    Noticing(LiveClient client) {
      super("noticing");
      this.client = client;
      setDaemon(true);
    }

    @Override
    public void run() {
      Pace pace = new Pace(1);
      while (!isInterrupted() && at == 0) {
        if (!client.partitions().get(0).assignment().containsValue("edge")) {
          at = System.nanoTime();
        }
        pace.await();
      }
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    double requests = sum(results, "requests");
    report.found(
        "Of %.0f requests %.0f were answered and %.0f refused; %.0f answers were wrong, %.0f missing, twice or out of order."
            .formatted(
                requests,
                sum(results, "answered"),
                sum(results, "failed"),
                sum(results, "wrong"),
                sum(results, "disordered")));
    Table losses = results.where(row -> !row.text("what").equals("thin"));
    double slowest = losses.numbers("noticed_ms").stream().mapToDouble(n -> n).max().orElse(0);
    report.found(
        "A loss changed the plan of new requests after %s ms at most."
            .formatted(Figure.of(slowest)));
    List<List<String>> rows = new ArrayList<>();
    results
        .by("what")
        .forEach(
            (what, table) ->
                rows.add(
                    List.of(
                        what,
                        Figure.of(Figure.median(table.numbers("noticed_ms"))),
                        Figure.of(
                            Figure.median(table.numbers("after_p50_ms"))
                                / Figure.median(table.numbers("remaining_p50_ms"))),
                        Figure.of(Figure.median(table.numbers("back_ms"))))));
    report.table(
        "By event", new Table(List.of("what", "noticed_ms", "latency_ratio", "back_ms"), rows));
  }

  private static double sum(Table table, String column) {
    return table.numbers(column).stream().mapToDouble(n -> n).sum();
  }
}
