package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.scalpel.graph.TensorData;

/**
 * How many small requests go through one tier, and what does one wait at a steady rate? A tier in a
 * process of its own and its client in this one share the machine; the model has next to no work.
 *
 * <p>Closed: a fixed number in flight, answers per second in each of several seconds. Open:
 * requests at even distances at seven tenths of the rate aimed at, each timed from the moment at
 * which it was due, so that a request that had to wait for another's is charged for it; the
 * overhead is that less the time of the runtime alone.
 */
public final class ThroughputExperiment implements Experiment {
  private static final int UNARY_AIM = 5_000;
  private static final int STREAM_AIM = 10_000;
  private static final double SHARE = 0.7;
  private static final int WINDOW = 64;
  private static final List<Integer> IN_FLIGHT = List.of(8, 32, WINDOW);
  private static final int INPUTS = 64;

  @Override
  public String name() {
    return "throughput";
  }

  @Override
  public String question() {
    return "How many small requests per second go through one tier, and how long does one wait at"
        + " seven tenths of the aim?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "way",
        "load",
        "in_flight",
        "offered_rps",
        "answered_rps",
        "least_second_rps",
        "p50_ms",
        "p95_ms",
        "p99_ms",
        "overhead_p99_ms",
        "late_p99_ms",
        "wrong",
        "failed",
        "tier_counted");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    return List.of(new Cell("all", () -> measure(lab)));
  }

  private static List<List<String>> measure(Lab lab) {
    List<List<String>> rows = new ArrayList<>();
    List<Map<String, TensorData>> inputs = SmallTier.inputs(INPUTS);
    try (SmallTier tier = new SmallTier(lab.scratch(), WINDOW)) {
      double alone = tier.aloneMs(inputs.get(0));
      List<float[]> expected = tier.answers(inputs);
      for (boolean streamed : List.of(false, true)) {
        String name = streamed ? "streamed" : "unary";
        SmallTier.Asking asking = streamed ? tier.streamed() : tier.unary();
        Way way = new Way(name, asking, inputs, expected, new Machine(tier, alone));
        way.closed(WINDOW, lab.pick(3, 12));
        for (int inFlight : IN_FLIGHT) {
          lab.note().say("throughput: %s, %d in flight".formatted(name, inFlight));
          rows.add(way.closed(inFlight, lab.pick(2, 8)));
        }
        double rate = SHARE * (streamed ? STREAM_AIM : UNARY_AIM);
        way.open(rate, lab.pick(1, 3));
        for (int round = 0; round < lab.pick(1, 3); round++) {
          lab.note().say("throughput: %s, %.0f per second".formatted(name, rate));
          rows.add(way.open(rate, lab.pick(2, 8)));
        }
      }
    }
    return rows;
  }

  /** The tier, and how long its runtime alone takes for a request. */
  private record Machine(SmallTier tier, double aloneMs) {}

  /** Answers of one round, each compared with the runtime's own. */
  private static final class Tally {
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    void add(SmallTier.@Nullable Seen seen, float[] expected) {
      if (seen == null) {
        failed.incrementAndGet();
        return;
      }
      if (!Arrays.equals(seen.output().floats(), expected)) {
        wrong.incrementAndGet();
      }
      seen.release().run();
      answered.incrementAndGet();
    }
  }

  private record Way(
      String name,
      SmallTier.Asking asking,
      List<Map<String, TensorData>> inputs,
      List<float[]> expected,
      Machine machine) {

    List<String> closed(int inFlight, int seconds) {
      Semaphore window = new Semaphore(inFlight);
      Tally tally = new Tally();
      long counted = machine.tier.counted();
      long begun = System.nanoTime();
      long end = begun + TimeUnit.SECONDS.toNanos(seconds);
      List<Double> perSecond = new ArrayList<>();
      long tick = begun;
      long before = 0;
      for (int i = 0; System.nanoTime() < end; i++) {
        window.acquireUninterruptibly();
        float[] right = expected.get(i % inputs.size());
        var unused =
            asking
                .ask(inputs.get(i % inputs.size()))
                .whenComplete(
                    (seen, fault) -> {
                      tally.add(seen, right);
                      window.release();
                    });
        long now = System.nanoTime();
        if (now - tick >= TimeUnit.SECONDS.toNanos(1)) {
          perSecond.add((tally.answered.get() - before) * 1e9 / (now - tick));
          before = tally.answered.get();
          tick = now;
        }
      }
      double rate = tally.answered.get() * 1e9 / (System.nanoTime() - begun);
      window.acquireUninterruptibly(inFlight);
      double least = perSecond.stream().min(Double::compare).orElse(rate);
      List<String> row = new ArrayList<>(List.of(name, "closed", String.valueOf(inFlight), ""));
      row.addAll(List.of(Figure.of(rate), Figure.of(least), "", "", "", "", ""));
      return ended(row, tally, counted);
    }

    /** What the tier counted must be what was answered here. */
    private List<String> ended(List<String> row, Tally tally, long counted) {
      row.add(String.valueOf(tally.wrong.get()));
      row.add(String.valueOf(tally.failed.get()));
      long there = machine.tier.counted() - counted;
      row.add(there == tally.answered.get() ? "same" : there + " of " + tally.answered.get());
      return row;
    }

    List<String> open(double rate, int seconds) {
      int count = (int) (rate * seconds);
      long[] took = new long[count];
      long[] late = new long[count];
      Tally tally = new Tally();
      Semaphore all = new Semaphore(0);
      long counted = machine.tier.counted();
      long begun = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
      for (int i = 0; i < count; i++) {
        int request = i;
        long due = begun + (long) (i * 1e9 / rate);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        late[i] = System.nanoTime() - due;
        float[] right = expected.get(i % inputs.size());
        var unused =
            asking
                .ask(inputs.get(i % inputs.size()))
                .whenComplete(
                    (seen, fault) -> {
                      took[request] = System.nanoTime() - due;
                      tally.add(seen, right);
                      all.release();
                    });
      }
      all.acquireUninterruptibly(count);
      double achieved = count * 1e9 / (System.nanoTime() - begun);
      Arrays.sort(took);
      Arrays.sort(late);
      double p99 = quantile(took, 0.99);
      List<String> row = new ArrayList<>(List.of(name, "open", "", Figure.of(rate)));
      row.addAll(List.of(Figure.of(achieved), "", Figure.of(quantile(took, 0.5))));
      row.addAll(List.of(Figure.of(quantile(took, 0.95)), Figure.of(p99)));
      row.add(Figure.of(p99 - machine.aloneMs));
      row.add(Figure.of(quantile(late, 0.99)));
      return ended(row, tally, counted);
    }

    private static double quantile(long[] sorted, double share) {
      return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))] / 1e6;
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    for (String way : List.of("unary", "streamed")) {
      Table rows = results.where(row -> row.text("way").equals(way));
      Table closed = rows.where(row -> row.text("load").equals("closed"));
      Table open = rows.where(row -> row.text("load").equals("open"));
      report.found(
          "%s: up to %.0f requests per second (aim %d); at %s per second the 99th percentile is %s ms above the runtime alone (aim 1), the median of %d rounds."
              .formatted(
                  way,
                  closed.numbers("answered_rps").stream().max(Double::compare).orElse(0.0),
                  way.equals("unary") ? UNARY_AIM : STREAM_AIM,
                  open.rows().isEmpty() ? "–" : open.numbers("offered_rps").get(0).intValue(),
                  Figure.of(Figure.median(open.numbers("overhead_p99_ms"))),
                  open.rows().size()));
    }
  }
}
