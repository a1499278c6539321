package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * A generated network that reads four sensors at once: two cameras, depth, thermal. Each has a
 * tower of convolutions of its own; their features are joined and classified. The branches are
 * private, so one can compute while the next is on its way: what overlap inside a request is good
 * for.
 *
 * <pre>
 * left    3×128×128 ─ tower ─┐
 * right   3×128×128 ─ tower ─┼─ concat ─ conv ─ conv ─ pool ─ fc ─ scores
 * depth   1×128×128 ─ tower ─┤
 * thermal 1×64×64   ─ tower ─┘
 * </pre>
 */
final class FusionModel {
  private static final int SIDE = 128;
  private static final int CLASSES = 20;

  /** Name, channels, side and the stride of the tower's first convolution. */
  private record Sensor(String name, int channels, int side, int stride) {}

  private static final List<Sensor> SENSORS =
      List.of(
          new Sensor("left", 3, SIDE, 2),
          new Sensor("right", 3, SIDE, 2),
          new Sensor("depth", 1, SIDE, 2),
          new Sensor("thermal", 1, SIDE / 2, 1));

  private final ModelBuilder builder = ModelBuilder.opset(17);
  private final Random random;
  private int count;

  private FusionModel(long seed) {
    random = new Random(seed);
  }

  static OnnxModel of(long seed) {
    return of(seed, SENSORS.size());
  }

  /** The same with the first sensors only. */
  static OnnxModel of(long seed, int sensors) {
    return new FusionModel(seed).build(SENSORS.subList(0, sensors));
  }

  private OnnxModel build(List<Sensor> sensors) {
    List<String> features = new ArrayList<>();
    for (Sensor sensor : sensors) {
      builder.input(
          sensor.name(),
          TensorFact.of(ElementType.FLOAT32, 1, sensor.channels(), sensor.side(), sensor.side()));
      features.add(tower(sensor));
    }
    builder.node("Concat", features, List.of("joined"), ModelBuilder.attribute("axis", 1L));
    String at = conv(conv("joined", sensors.size() * 64, 128, 1), 128, 128, 2);
    builder.node("GlobalAveragePool", List.of(at), List.of("pooled"));
    builder.node("Flatten", List.of("pooled"), List.of("flat"));
    builder.initializer("fc", weights(128, CLASSES));
    builder.node("MatMul", List.of("flat", "fc"), List.of("scores"));
    return builder.output("scores", TensorFact.of(ElementType.FLOAT32, 1, CLASSES)).build();
  }

  private String tower(Sensor sensor) {
    String at = conv(sensor.name(), sensor.channels(), 16, sensor.stride());
    at = conv(at, 16, 32, 1);
    at = conv(at, 32, 32, 2);
    at = conv(at, 32, 64, 1);
    at = conv(at, 64, 64, 2);
    return conv(at, 64, 64, 1);
  }

  private String conv(String input, int from, int to, int stride) {
    String name = "c" + count++;
    builder.initializer(name + "_w", weights(to, from, 3, 3));
    builder.node(
        "Conv",
        List.of(input, name + "_w"),
        List.of(name),
        ModelBuilder.attribute("pads", List.of(1L, 1L, 1L, 1L)),
        ModelBuilder.attribute("strides", List.of((long) stride, (long) stride)));
    builder.node("Relu", List.of(name), List.of(name + "_relu"));
    return name + "_relu";
  }

  /** Seeded weights, scaled so that values keep their size from layer to layer. */
  private TensorData weights(long... shape) {
    int size = 1;
    for (long side : shape) {
      size *= Math.toIntExact(side);
    }
    float scale = (float) Math.sqrt(2.0 * shape[0] / size);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = scale * (float) random.nextGaussian();
    }
    return TensorData.ofFloats(values, shape);
  }
}
