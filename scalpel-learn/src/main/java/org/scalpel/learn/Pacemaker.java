package org.scalpel.learn;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;

/**
 * A small model that runs between all others and always does the same: what it takes tells how fast
 * the machine is at the moment. On a shared machine that changes by a tenth within seconds.
 */
final class Pacemaker implements AutoCloseable {
  private static final int CHANNELS = 64;
  private static final int SIDE = 14;

  /** After a large model so many runs pass before caches and pages are warm again. */
  private static final int WARM_UP = 4;

  private static final int TIMED = 2;
  private final Statistic statistic;
  private final BenchRuntime.Bench bench;
  private final List<Double> runs = new ArrayList<>();

  Pacemaker(BenchRuntime runtime, Statistic statistic) {
    this.statistic = statistic;
    Sketch sketch = new Sketch(false);
    Wire wire = sketch.input("x", ElementType.FLOAT32, 1, CHANNELS, SIDE, SIDE);
    for (int layer = 0; layer < 2; layer++) {
      wire = sketch.conv(wire, CHANNELS, Sketch.Window.of(3, 1), 1, "relu");
    }
    OnnxModel model = sketch.build(List.of(wire));
    this.bench = runtime.open(runtime.kernels(model), Collector.inputs(model));
  }

  /** Forgets the runs so far. */
  void restart() {
    runs.clear();
  }

  /**
   * Runs until caches are warm, and then keeps the least of two times. On caches that another model
   * has left cold a beat would tell of that model: large ones would seem to run at a slow moment.
   */
  void beat() {
    for (int run = 0; run < WARM_UP; run++) {
      bench.runMs();
    }
    double least = bench.runMs();
    for (int run = 1; run < TIMED; run++) {
      least = Math.min(least, bench.runMs());
    }
    runs.add(least);
  }

  /** What a beat took since the restart, in ms, as {@link Timing} has it. */
  double paceMs() {
    return Timing.of(runs, statistic).ms();
  }

  @Override
  public void close() {
    bench.close();
  }
}
