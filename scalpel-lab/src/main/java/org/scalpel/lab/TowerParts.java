package org.scalpel.lab;

import java.util.List;
import java.util.Random;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** What generated networks of several inputs or heads are put together from; weights are seeded. */
final class TowerParts {
  private static final float PIXEL = 1 / 255f;

  private final ModelBuilder builder = ModelBuilder.opset(17);
  private final Random random;
  private int count;

  TowerParts(long seed) {
    random = new Random(seed);
  }

  /** An input of numbers, 1×channels×height×width. */
  String numbers(String name, long channels, long height, long width) {
    builder.input(name, TensorFact.of(ElementType.FLOAT32, 1, channels, height, width));
    return name;
  }

  /** An input as a camera has it, a byte for each channel of a pixel; made numbers from 0 to 1. */
  String pixels(String name, long channels, long side) {
    builder.input(name, TensorFact.of(ElementType.UINT8, 1, channels, side, side));
    long code = ElementType.FLOAT32.onnxCode();
    builder.node(
        "Cast", List.of(name), List.of(name + "_cast"), ModelBuilder.attribute("to", code));
    builder.initializer(name + "_scale", TensorData.ofFloats(new float[] {PIXEL}));
    builder.node("Mul", List.of(name + "_cast", name + "_scale"), List.of(name + "_numbers"));
    return name + "_numbers";
  }

  /** A convolution of 3×3 with its activation. */
  String conv(String input, int from, int to, int stride) {
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

  /** Channels of several tensors behind one another. */
  String join(List<String> inputs) {
    String name = "joined" + (count++ == 0 ? "" : count);
    builder.node("Concat", inputs, List.of(name), ModelBuilder.attribute("axis", 1L));
    return name;
  }

  /** Two tensors, element by element. */
  String combine(String op, String left, String right) {
    String name = op.toLowerCase(java.util.Locale.ROOT) + count++;
    builder.node(op, List.of(left, right), List.of(name));
    return name;
  }

  /** The mean over all places, then scores as an output. */
  void scores(String input, int from, int classes, String output) {
    builder.node("GlobalAveragePool", List.of(input), List.of(output + "_pooled"));
    builder.node("Flatten", List.of(output + "_pooled"), List.of(output + "_flat"));
    builder.initializer(output + "_fc", weights(from, classes));
    builder.node("MatMul", List.of(output + "_flat", output + "_fc"), List.of(output));
    builder.output(output, TensorFact.of(ElementType.FLOAT32, 1, classes));
  }

  /** A convolution without activation whose map of this side is an output. */
  void map(String input, int from, int channels, long side, String output) {
    builder.initializer(output + "_w", weights(channels, from, 1, 1));
    builder.node("Conv", List.of(input, output + "_w"), List.of(output));
    builder.output(output, TensorFact.of(ElementType.FLOAT32, 1, channels, side, side));
  }

  OnnxModel build() {
    return builder.build();
  }

  /** Each tensor's tower of 3×3 convolutions: widths, and strides beside. */
  String tower(String input, int channels, int[] widths, int[] strides) {
    String at = input;
    int from = channels;
    for (int i = 0; i < widths.length; i++) {
      at = conv(at, from, widths[i], strides[i]);
      from = widths[i];
    }
    return at;
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
