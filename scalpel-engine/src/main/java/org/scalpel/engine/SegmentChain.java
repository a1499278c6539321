package org.scalpel.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.Splitter;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** The segments of one assignment, open in one engine, run one after the other. */
public final class SegmentChain implements AutoCloseable {
  private static final double MS_PER_NS = 1e-6;
  private final List<Segment> segments;
  private final List<Session> sessions = new ArrayList<>();

  /**
   * Extracts and opens the segments.
   *
   * @param facts type and shape of the tensors at the cuts
   * @param tierOfKernel a monotone assignment
   */
  public SegmentChain(
      Engine engine, KernelGraph kernels, Map<String, TensorFact> facts, int[] tierOfKernel) {
    OnnxModel model = kernels.layers().model();
    Splitter splitter = new Splitter(model, kernels);
    this.segments = splitter.segments(tierOfKernel);
    try {
      for (Segment segment : segments) {
        String label = model.label() + " segment " + segment.index();
        sessions.add(
            engine.open(splitter.extract(segment, facts, Map.of()), model.folder(), label));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** In the order in which they run. */
  public List<Segment> segments() {
    return segments;
  }

  /** What one pass made and took: every tensor that crossed or left, and each segment's time. */
  public record Pass(Map<String, TensorData> tensors, List<Double> segmentMs) {
    /** The time of all segments together. */
    public double totalMs() {
      return segmentMs.stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /** Runs every segment once, on the model's inputs and what earlier segments made. */
  public Pass run(Map<String, TensorData> inputs) {
    return run(inputs, () -> {});
  }

  private Pass run(Map<String, TensorData> inputs, Runnable before) {
    Map<String, TensorData> known = new HashMap<>(inputs);
    Map<String, TensorData> made = new LinkedHashMap<>();
    List<Double> times = new ArrayList<>();
    for (int s = 0; s < segments.size(); s++) {
      Map<String, TensorData> feed = new HashMap<>();
      for (String name : segments.get(s).inputs()) {
        TensorData tensor = known.get(name);
        if (tensor != null) {
          feed.put(name, tensor);
        }
      }
      before.run();
      long start = System.nanoTime();
      Map<String, TensorData> outputs = sessions.get(s).run(feed);
      times.add((System.nanoTime() - start) * MS_PER_NS);
      known.putAll(outputs);
      made.putAll(outputs);
    }
    return new Pass(made, times);
  }

  /**
   * Runs once for the times alone; every buffer goes back to its session.
   *
   * @return by segment its time, in ms
   */
  public List<Double> time(Map<String, TensorData> inputs) {
    return time(inputs, () -> {});
  }

  /**
   * The same, with something done before every segment that does not count.
   *
   * @param before for example a pause
   */
  public List<Double> time(Map<String, TensorData> inputs, Runnable before) {
    Pass pass = run(inputs, before);
    sessions.forEach(s -> s.recycle(outputsOf(s, pass.tensors())));
    return pass.segmentMs();
  }

  private static Map<String, TensorData> outputsOf(
      Session session, Map<String, TensorData> tensors) {
    Map<String, TensorData> own = new HashMap<>();
    for (OnnxModel.Value output : session.outputs()) {
      TensorData tensor = tensors.get(output.name());
      if (tensor != null) {
        own.put(output.name(), tensor);
      }
    }
    return own;
  }

  @Override
  public void close() {
    sessions.forEach(Session::close);
  }
}
