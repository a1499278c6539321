package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * Cuts a model in many ways and compares what the segments make, at the cuts and at the end, with
 * what the uncut model makes. The tolerance is relative to the largest value of the tensor.
 */
final class SplitEquality {
  /** Segments fuse differently than the whole, so sums are rounded in another order. */
  static final double TOLERANCE = 2e-4;

  /** Eight-bit steps: a sum rounded the other way moves a value by one step of its tensor. */
  static final double QUANTISED_TOLERANCE = 0.03;

  private final Engine engine;
  private final OnnxModel model;
  private final KernelGraph kernels;
  private final Map<String, TensorData> inputs;
  private final Map<String, TensorFact> facts;
  private final double tolerance;
  private Map<String, TensorData> expected = Map.of();
  private double worst;

  SplitEquality(Engine engine, OnnxModel model, Map<String, TensorData> inputs, double tolerance) {
    this.engine = engine;
    this.model = model;
    this.kernels = engine.kernels(model);
    this.inputs = inputs;
    this.facts = engine.facts(model, inputs);
    this.tolerance = tolerance;
  }

  KernelGraph kernels() {
    return kernels;
  }

  double worst() {
    return worst;
  }

  /** At most so many cut vertices, spread evenly, and so many random cuts to 2, 3 and 4 tiers. */
  List<int[]> cuts(int vertices, int random) {
    List<int[]> at = Assignments.atCutVertices(kernels);
    List<int[]> cuts = new ArrayList<>();
    int step = Math.max(1, (at.size() + vertices - 1) / Math.max(1, vertices));
    for (int i = 0; i < at.size() && vertices > 0; i += step) {
      cuts.add(at.get(i));
    }
    Random seeded = new Random(5);
    for (int i = 0; i < random; i++) {
      cuts.add(Assignments.random(kernels, 2, seeded));
      cuts.add(Assignments.random(kernels, 3, seeded));
      cuts.add(Assignments.random(kernels, 4, seeded));
    }
    return cuts;
  }

  /** Behind every cut vertex at once: as many segments, one after the other, as there can be. */
  int[] everywhere() {
    int[] tiers = new int[kernels.kernels().size()];
    Assignments.atCutVertices(kernels).forEach(cut -> Arrays.setAll(tiers, k -> tiers[k] + cut[k]));
    return tiers;
  }

  void check(List<int[]> cuts) {
    if (expected.isEmpty()) {
      expected = whole(betweenKernels());
    }
    for (int[] cut : cuts) {
      try (SegmentChain chain = new SegmentChain(engine, kernels, facts, cut)) {
        Map<String, TensorData> made = chain.run(inputs).tensors();
        model.outputs().forEach(o -> assertThat(made).containsKey(o.name()));
        made.forEach((name, tensor) -> compare(name, Found.in(expected, name), tensor));
      }
    }
  }

  /**
   * The tensors can tell a right cut from a wrong one: every float is a number, most tensors and
   * all outputs differ from element to element (a detector that finds nothing may answer zeros).
   * Call it after a check.
   */
  void isTelling() {
    int floats = 0;
    int varied = 0;
    for (Map.Entry<String, TensorData> entry : expected.entrySet()) {
      TensorFact fact = entry.getValue().fact();
      if (fact.type() == ElementType.FLOAT32 && fact.elements() > 1) {
        boolean varies = varies(entry.getKey(), entry.getValue().floats());
        floats++;
        varied += varies ? 1 : 0;
      }
    }
    assertThat(varied).as("tensors that vary in %s", model.label()).isGreaterThan(floats * 9 / 10);
  }

  private boolean varies(String name, float[] values) {
    float low = values[0];
    float high = values[0];
    for (float value : values) {
      assertThat(Float.isFinite(value)).as("%s of %s", name, model.label()).isTrue();
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    boolean varies = high - low > 0.01f * Math.max(Math.abs(low), Math.abs(high));
    if (isOutput(name) && (low < 0 || high > 1)) {
      assertThat(varies).as("output %s of %s varies", name, model.label()).isTrue();
    }
    return varies;
  }

  private boolean isOutput(String name) {
    return model.outputs().stream().anyMatch(o -> o.name().equals(name));
  }

  private Set<String> betweenKernels() {
    Set<String> wanted = new LinkedHashSet<>();
    kernels.tensors().stream()
        .filter(t -> t.producer() >= 0 && facts.containsKey(t.name()))
        .forEach(t -> wanted.add(t.name()));
    model.outputs().forEach(o -> wanted.add(o.name()));
    return wanted;
  }

  /** The uncut model with every tensor between kernels as an output beside its own. */
  private Map<String, TensorData> whole(Set<String> wanted) {
    GraphProto.Builder graph = model.proto().getGraph().toBuilder();
    Set<String> missing = new LinkedHashSet<>(wanted);
    graph.getOutputList().forEach(o -> missing.remove(o.getName()));
    missing.forEach(n -> graph.addOutput(ValueInfoProto.newBuilder().setName(n)));
    Map<String, TensorData> all = new HashMap<>();
    try (Session session =
        engine.open(
            model.proto().toBuilder().setGraph(graph).build(), model.folder(), model.label())) {
      all.putAll(session.run(inputs));
    }
    try (Session session = engine.open(model)) {
      Map<String, TensorData> outputs = session.run(inputs);
      outputs.forEach((name, tensor) -> compare(name, Found.in(all, name), tensor));
      all.putAll(outputs);
    }
    return all;
  }

  private void compare(String name, TensorData expected, TensorData actual) {
    assertThat(actual.fact()).as("%s of %s", name, model.label()).isEqualTo(expected.fact());
    double difference = difference(expected, actual);
    worst = Math.max(worst, difference);
    assertThat(difference)
        .as("relative difference of %s %s of %s", name, actual.fact(), model.label())
        .isLessThanOrEqualTo(tolerance);
    boolean vector = actual.fact().type() == ElementType.FLOAT32 && actual.fact().elements() > 1;
    if (vector && isOutput(name)) {
      sameBest(name, expected.floats(), actual.floats());
    }
  }

  /** The best class is the same, unless the whole model itself is undecided. */
  private void sameBest(String name, float[] expected, float[] actual) {
    int best = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      best = expected[i] > expected[best] ? i : best;
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    for (int i = 0; i < expected.length; i++) {
      if (expected[best] - expected[i] > 2 * tolerance * largest) {
        assertThat(actual[i]).as("best of %s", name).isLessThan(actual[best]);
      }
    }
  }

  /** The largest difference over the largest value; infinite where only one is not a number. */
  static double difference(TensorData expected, TensorData actual) {
    ByteBuffer left = expected.data();
    ByteBuffer right = actual.data();
    ElementType type = expected.fact().type();
    double largest = 1e-6;
    double apart = 0;
    while (left.hasRemaining()) {
      double a = next(left, type);
      double b = next(right, type);
      if (Double.compare(a, b) == 0 || a == b) {
        largest = Double.isFinite(a) ? Math.max(largest, Math.abs(a)) : largest;
        continue;
      }
      if (!Double.isFinite(a) || !Double.isFinite(b)) {
        return Double.POSITIVE_INFINITY;
      }
      largest = Math.max(largest, Math.abs(a));
      apart = Math.max(apart, Math.abs(a - b));
    }
    return apart / largest;
  }

  private static double next(ByteBuffer data, ElementType type) {
    return switch (type) {
      case FLOAT32 -> data.getFloat();
      case FLOAT64 -> data.getDouble();
      case INT64, UINT64 -> data.getLong();
      case INT32, UINT32 -> data.getInt();
      case FLOAT16 -> half(data.getShort());
      case BFLOAT16 -> Float.intBitsToFloat(data.getShort() << 16);
      case INT16, UINT16 -> data.getShort();
      case UINT8 -> data.get() & 0xff;
      default -> data.get();
    };
  }

  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    double fraction = (bits & 0x3ff) / 1024.0;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb(fraction, -14);
          case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb(1 + fraction, exponent - 15);
        };
    return bits < 0 ? -size : size;
  }
}
