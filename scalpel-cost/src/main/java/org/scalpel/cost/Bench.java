package org.scalpel.cost;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final Engine engine;
  private final KernelGraph kernels;
  private final Map<String, TensorFact> facts;
  private final Map<String, TensorData> inputs;
  private final Session whole;
  private final List<Double> wholeMs = new ArrayList<>();

  /** A measured cut: its segments, and each one's time in units of a whole run. */
  record Cut(List<Segment> segments, List<Double> shares) {}

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

  /** Forgets the runs so far: they were warm-up. */
  void forget() {
    wholeMs.clear();
  }

  /** Every run of the whole model since the warm-up. */
  Stat whole() {
    return Stat.of(wholeMs);
  }

  /**
   * Runs the whole model and the cut in turns.
   *
   * @param rounds of one whole run and two runs of the cut, the first of which only warms up
   */
  Cut measure(int[] tierOfKernel, int rounds) {
    try (SegmentChain chain = new SegmentChain(engine, kernels, facts, tierOfKernel)) {
      List<Double> reference = new ArrayList<>();
      List<List<Double>> times = new ArrayList<>();
      chain.segments().forEach(s -> times.add(new ArrayList<>()));
      chain.time(inputs);
      for (int round = 0; round < rounds; round++) {
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
  }

  @Override
  public void close() {
    whole.close();
  }
}
