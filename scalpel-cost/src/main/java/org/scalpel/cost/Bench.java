package org.scalpel.cost;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.scalpel.engine.Engine;
import org.scalpel.engine.SegmentChain;
import org.scalpel.engine.Session;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.Segment;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * Measures cuts side by side with the uncut model: between the runs of a cut the whole model runs
 * as well, and the cut's times are related to those of the whole at that moment. So a machine whose
 * speed drifts from minute to minute still gives times that belong together.
 */
final class Bench implements AutoCloseable {
  private static final double MS_PER_NS = 1e-6;
  private static final long WARM_UP_NS = 300_000_000;
  private final Engine engine;
  private final KernelGraph kernels;
  private final Map<String, TensorFact> facts;
  private final Map<String, TensorData> inputs;
  private final Session whole;
  private final List<Double> wholeMs = new ArrayList<>();
  private final List<Double> restedMs = new ArrayList<>();

  /** A measured cut: its segments, and each one's time in units of a whole run. */
  record Cut(List<Segment> segments, List<Double> shares) {}

  /**
   * How often to measure: at least {@code least} rounds; more, up to {@code most}, while they took
   * less than {@code ns} or than opening the cut did. A round of a small model is over in
   * milliseconds, and few of them say little.
   */
  record Rounds(int least, int most, long ns) {}

  /**
   * The same after pauses, with no reference beside it.
   *
   * @param ms of each segment
   */
  record RestedCut(List<Segment> segments, List<Double> ms) {}

  Bench(
      Engine engine,
      KernelGraph kernels,
      Map<String, TensorFact> facts,
      Map<String, TensorData> inputs) {
    this.engine = engine;
    this.kernels = kernels;
    this.facts = facts;
    this.inputs = inputs;
    this.whole = engine.open(kernels.layers().model());
  }

  /** One run of the whole model, in ms. */
  double runWhole() {
    long start = System.nanoTime();
    Map<String, TensorData> outputs = whole.run(inputs);
    double ms = (System.nanoTime() - start) * MS_PER_NS;
    whole.recycle(new HashMap<>(outputs));
    wholeMs.add(ms);
    return ms;
  }

  /** Runs until the code that runs is compiled. */
  void warmUp() {
    long begun = System.nanoTime();
    for (int run = 0; run < 3 || System.nanoTime() - begun < WARM_UP_NS; run++) {
      runWhole();
    }
    forget();
  }

  /** Forgets the runs so far: they were warm-up. */
  void forget() {
    wholeMs.clear();
  }

  /** Every run of the whole model since the warm-up. */
  Stat whole() {
    return Stat.of(wholeMs);
  }

  /** One run of the whole model after a pause, in ms. */
  double runRested(long pauseNs) {
    pause(pauseNs);
    long start = System.nanoTime();
    Map<String, TensorData> outputs = whole.run(inputs);
    double ms = (System.nanoTime() - start) * MS_PER_NS;
    whole.recycle(new HashMap<>(outputs));
    restedMs.add(ms);
    return ms;
  }

  /** Every run of the whole model after a pause. */
  Stat rested() {
    return Stat.of(restedMs);
  }

  /** Idles: other users of the caches have them to themselves meanwhile. */
  static void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /**
   * Opens the cut and runs it in turns with the whole model: a round is one whole run and one of
   * the cut, each after one that only warms up.
   */
  Cut measure(int[] tierOfKernel, Rounds rounds) {
    long begun = System.nanoTime();
    try (SegmentChain chain = new SegmentChain(engine, kernels, facts, tierOfKernel)) {
      return measure(chain, rounds, System.nanoTime() - begun);
    }
  }

  /** A cut, back to back and rested, from one opening. */
  record Both(Cut busy, RestedCut rested) {}

  /**
   * As {@link #measure}; then again, each segment after a pause of its own, in turns with rested
   * runs of the whole model: one moment's speed of the machine would not tell that of another.
   */
  Both measureBoth(int[] tierOfKernel, Rounds rounds, Pauses pauses) {
    long begun = System.nanoTime();
    try (SegmentChain chain = new SegmentChain(engine, kernels, facts, tierOfKernel)) {
      Cut busy = measure(chain, rounds, System.nanoTime() - begun);
      return new Both(busy, rested(chain, pauses));
    }
  }

  /** So many runs, each after an idle time. */
  record Pauses(long nanos, int runs) {}

  /** Opens the cut and runs it, each segment after a pause of its own. */
  RestedCut measureRested(int[] tierOfKernel, Pauses pauses) {
    try (SegmentChain chain = new SegmentChain(engine, kernels, facts, tierOfKernel)) {
      return rested(chain, pauses);
    }
  }

  private Cut measure(SegmentChain chain, Rounds rounds, long openedNs) {
    List<Double> reference = new ArrayList<>();
    List<List<Double>> times = new ArrayList<>();
    chain.segments().forEach(s -> times.add(new ArrayList<>()));
    chain.time(inputs);
    long begun = System.nanoTime();
    long enough = Math.max(openedNs, rounds.ns());
    for (int round = 0;
        round < rounds.least() || (round < rounds.most() && System.nanoTime() - begun < enough);
        round++) {
      runWhole();
      reference.add(runWhole());
      chain.time(inputs);
      List<Double> pass = chain.time(inputs);
      for (int s = 0; s < pass.size(); s++) {
        times.get(s).add(pass.get(s));
      }
    }
    double scale = Stat.quantile(reference, 0.5);
    List<Double> shares = times.stream().map(t -> Stat.quantile(t, 0.5) / scale).toList();
    return new Cut(chain.segments(), shares);
  }

  private RestedCut rested(SegmentChain chain, Pauses pauses) {
    List<List<Double>> times = new ArrayList<>();
    chain.segments().forEach(s -> times.add(new ArrayList<>()));
    chain.time(inputs);
    for (int round = 0; round < pauses.runs(); round++) {
      runRested(pauses.nanos());
      List<Double> pass = chain.time(inputs, () -> pause(pauses.nanos()));
      for (int s = 0; s < pass.size(); s++) {
        times.get(s).add(pass.get(s));
      }
    }
    return new RestedCut(chain.segments(), times.stream().map(t -> Stat.quantile(t, 0.5)).toList());
  }

  @Override
  public void close() {
    whole.close();
  }
}
