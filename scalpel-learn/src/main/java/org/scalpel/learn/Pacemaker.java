package org.scalpel.learn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.engine.Engine;
import org.scalpel.engine.Session;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * A small model that runs between all others and always does the same: what it takes tells how fast
 * the machine is at the moment. On a shared machine that changes by a tenth within seconds.
 */
final class Pacemaker implements AutoCloseable {
  private static final double MS_PER_NS = 1e-6;
  private static final int CHANNELS = 64;
  private static final int SIDE = 14;
  private final Statistic statistic;
  private final Session session;
  private final Map<String, TensorData> inputs;
  private final List<Double> runs = new ArrayList<>();

  Pacemaker(Engine engine, Statistic statistic) {
    this.statistic = statistic;
    Sketch sketch = new Sketch(false);
    Wire wire = sketch.input("x", ElementType.FLOAT32, 1, CHANNELS, SIDE, SIDE);
    for (int layer = 0; layer < 2; layer++) {
      wire = sketch.conv(wire, CHANNELS, Sketch.Window.of(3, 1), 1, "relu");
    }
    OnnxModel model = sketch.build(List.of(wire));
    this.inputs = Collector.inputs(model);
    this.session = engine.open(model);
  }

  /** Forgets the runs so far. */
  void restart() {
    runs.clear();
  }

  /** Runs twice, the second time on warm caches, and keeps that time. */
  void beat() {
    run();
    runs.add(run());
  }

  private double run() {
    long start = System.nanoTime();
    Map<String, TensorData> outputs = session.run(inputs);
    double ms = (System.nanoTime() - start) * MS_PER_NS;
    session.recycle(new HashMap<>(outputs));
    return ms;
  }

  /** What a beat took since the restart, in ms, as {@link Timing} has it. */
  double paceMs() {
    return Timing.of(runs, statistic).ms();
  }

  @Override
  public void close() {
    session.close();
  }
}
