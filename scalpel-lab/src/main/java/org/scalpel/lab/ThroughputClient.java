package org.scalpel.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.scalpel.graph.TensorData;

/**
 * The client of {@link ThroughputExperiment}, a program of its own, so that its virtual machine has
 * the options with which {@code ./scalpel} starts one that runs plans.
 */
final class ThroughputClient {
  static final String ROW = "row\t";
  static final String NOTE = "note\t";

  /** One call each, and all over one stream. */
  static final List<String> WAYS = List.of("unary", "streamed");

  static final int UNARY_AIM = 5_000;
  static final int STREAM_AIM = 10_000;
  private static final double SHARE = 0.7;
  private static final int WINDOW = 64;
  private static final List<Integer> IN_FLIGHT = List.of(8, 32, WINDOW);
  private static final int INPUTS = 64;

  // Compilers count as quiet below one hundredth of a core, three times on end.
  private static final double QUIET_MS = 10;
  private static final int QUIET_STEPS = 3;
  private static final double WARM_MS = 100;
  private static final int SETTLING_SECONDS = 6;

  private final Path folder;
  private final boolean quick;
  private final String name;

  private ThroughputClient(Path folder, boolean quick, String name) {
    this.folder = folder;
    this.quick = quick;
    this.name = name;
  }

  /** A folder for files, whether to be quick, and one of the ways; tells rows and notes. */
  public static void main(String[] words) {
    new ThroughputClient(Path.of(words[0]), Boolean.parseBoolean(words[1]), words[2]).measure();
  }

  private void measure() {
    List<Map<String, TensorData>> inputs = SmallTier.inputs(INPUTS);
    try (SmallTier tier = new SmallTier(folder, WINDOW, SmallTier.JVM);
        RawTier raw = tier.raw(folder)) {
      SteadyLoad load = new SteadyLoad(inputs, tier.answers(inputs));
      boolean streamed = name.equals(WAYS.get(1));
      SmallTier.Asking asking = streamed ? tier.streamed() : tier.unary();
      Way way = new Way(name, asking, load, tier, raw);
      TwoCores cores = new TwoCores();
      boolean placed = cores.possible();
      if (placed) {
        cores.place(TwoCores.Placing.SHARED, List.of(tier.pid(), raw.pid()));
      } else {
        say("no overhead: two processors and taskset are needed for it");
      }
      say(way.warmUp(pick(4, 30)));
      for (int inFlight : IN_FLIGHT) {
        say("%s, %d in flight".formatted(name, inFlight));
        tell(way.closed(inFlight, pick(1, 3)));
      }
      if (placed) {
        overhead(way, cores, SHARE * (streamed ? STREAM_AIM : UNARY_AIM));
      }
    }
  }

  private void overhead(Way way, TwoCores cores, double rate) {
    say("%s, %.0f per second".formatted(name, rate));
    say(way.untilQuiet(rate, pick(4, 40)));
    for (int round = 0; round < pick(1, 4); round++) {
      for (TwoCores.Placing placing : TwoCores.Placing.values()) {
        way.settle(cores, placing, rate);
        tell(way.beside(placing, rate, pick(1, 4), round % 2 == 0));
      }
    }
  }

  private int pick(int few, int many) {
    return quick ? few : many;
  }

  private static void say(String note) {
    System.out.println(NOTE + note);
  }

  private static void tell(List<String> row) {
    System.out.println(ROW + String.join("\t", row));
  }

  /** One way to ask the tier, and the raw server beside it. */
  private record Way(
      String name, SmallTier.Asking asking, SteadyLoad load, SmallTier tier, RawTier raw) {

    /** As many as can be, until compilers have become rather quiet: a cold machine answers few. */
    String warmUp(int mostSeconds) {
      int seconds = 0;
      double compiling = WARM_MS;
      while (seconds < mostSeconds && compiling >= WARM_MS) {
        ProcessTime before = spent();
        var unused = closed(WINDOW, 2);
        compiling = spent().since(before).compilingMs() / 2;
        seconds += 2;
      }
      return "%s: warm after %d s, compilers took %.0f ms per second"
          .formatted(name, seconds, compiling);
    }

    /** Where both run from now on; what follows finds them there, and compilers at rest. */
    void settle(TwoCores cores, TwoCores.Placing placing, double rate) {
      cores.place(placing, List.of(tier.pid(), raw.pid()));
      double compiling = Double.MAX_VALUE;
      for (int second = 0; second < SETTLING_SECONDS && compiling >= QUIET_MS; second++) {
        ProcessTime before = spent();
        load.run(asking, rate, 1);
        compiling = spent().since(before).compilingMs();
      }
    }

    List<String> closed(int inFlight, int seconds) {
      Semaphore window = new Semaphore(inFlight);
      SteadyLoad.Tally tally = new SteadyLoad.Tally();
      long counted = tier.counted();
      long begun = System.nanoTime();
      long end = begun + TimeUnit.SECONDS.toNanos(seconds);
      List<Double> perSecond = new ArrayList<>();
      long tick = begun;
      long before = 0;
      for (int i = 0; System.nanoTime() < end; i++) {
        window.acquireUninterruptibly();
        float[] right = load.right().get(i % load.inputs().size());
        var unused =
            asking
                .ask(load.inputs().get(i % load.inputs().size()))
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
      List<String> row = new ArrayList<>(List.of(name, "closed", "", String.valueOf(inFlight), ""));
      row.addAll(List.of(Figure.of(rate), Figure.of(least)));
      row.addAll(Collections.nCopies(11, ""));
      return ended(row, tally, counted);
    }

    /** What the tier counted must be what was answered here. */
    private List<String> ended(List<String> row, SteadyLoad.Tally tally, long counted) {
      row.add(String.valueOf(tally.wrong.get()));
      row.add(String.valueOf(tally.failed.get()));
      long there = tier.counted() - counted;
      row.add(there == tally.answered.get() ? "same" : there + " of " + tally.answered.get());
      return row;
    }

    private ProcessTime spent() {
      return ProcessTime.of(List.of(ProcessHandle.current().pid(), tier.pid(), raw.pid()));
    }

    /**
     * Asks both at the rate that will be measured until the virtual machines have nearly stopped
     * compiling for some seconds on end, or for so long; says how it went.
     */
    String untilQuiet(double rate, int mostSeconds) {
      int quiet = 0;
      int seconds = 0;
      double compiling = 0;
      while (seconds < mostSeconds && quiet < QUIET_STEPS) {
        ProcessTime before = spent();
        load.run(raw::ask, rate, 1);
        load.run(asking, rate, 1);
        compiling = spent().since(before).compilingMs() / 2;
        seconds += 2;
        quiet = compiling < QUIET_MS ? quiet + 1 : 0;
      }
      return "%s: compilers took %.0f ms per second after %d s".formatted(name, compiling, seconds);
    }

    /** One round of both, in turns which is first. */
    List<String> beside(TwoCores.Placing placing, double rate, int seconds, boolean rawFirst) {
      Round plain = rawFirst ? round(raw::ask, rate, seconds) : Round.NONE;
      long counted = tier.counted();
      Round ours = round(asking, rate, seconds);
      List<String> end = ended(new ArrayList<>(), ours.outcome.tally(), counted);
      plain = rawFirst ? plain : round(raw::ask, rate, seconds);
      List<String> row =
          new ArrayList<>(List.of(name, "open", placing.toString(), "", Figure.of(rate)));
      row.addAll(List.of(Figure.of(ours.outcome.rate()), ""));
      row.addAll(ours.figures());
      row.addAll(plain.figures());
      for (double share : List.of(0.5, 0.99)) {
        row.add(Figure.of(ours.outcome.tookMs(share) - plain.outcome.tookMs(share)));
      }
      row.add(Figure.of(ours.used.allMs() / 1e3 / seconds));
      row.add(Figure.of(plain.used.allMs() / 1e3 / seconds));
      row.add(Figure.of(ours.used.compilingMs() / seconds));
      row.addAll(end);
      return row;
    }

    private Round round(SmallTier.Asking who, double rate, int seconds) {
      ProcessTime before = spent();
      SteadyLoad.Outcome outcome = load.run(who, rate, seconds);
      return new Round(outcome, spent().since(before));
    }
  }

  /** One side of a round. */
  private record Round(SteadyLoad.Outcome outcome, ProcessTime used) {
    static final Round NONE =
        new Round(
            new SteadyLoad.Outcome(0, new long[1], new long[1], new SteadyLoad.Tally()),
            new ProcessTime(0, 0));

    List<String> figures() {
      return List.of(
          Figure.of(outcome.tookMs(0.5)),
          Figure.of(outcome.tookMs(0.99)),
          Figure.of(outcome.lateMs(0.99)));
    }
  }
}
