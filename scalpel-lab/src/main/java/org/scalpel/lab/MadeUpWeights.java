package org.scalpel.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.TensorData;

/**
 * Weights that are made up: latency does not depend on them. A weight is a formula that the runtime
 * evaluates once, when it opens the model, so that half a gigabyte of weights is a file of some
 * kilobytes. With random u by output and v by input
 *
 * <pre>
 *   waves      w[o, i] = 2 / √fan-in · sin(u[o] · v[i])
 *   products   w[o, i] = u[o] · v[i]
 * </pre>
 *
 * The first is as good as random, and leaves the tensors between layers as little compressible as
 * real ones are; the second is quick to evaluate a hundred million times. Both keep values at their
 * size from layer to layer.
 */
final class MadeUpWeights {
  private static final double STEEPEST = 900;
  private static final double FLATTEST = 100;
  private static final double BIAS = 0.01;

  private final ModelBuilder builder;
  private final Random random;
  private int count;

  MadeUpWeights(ModelBuilder builder, long seed) {
    this.builder = builder;
    random = new Random(seed);
  }

  /** Of a convolution: outputs, inputs of a group, window. */
  String waves(long outputs, long inputs, long height, long width) {
    String by = drawn(FLATTEST, STEEPEST, outputs, 1, 1, 1);
    return waves(by, drawn(-1, 1, 1, inputs, height, width), inputs * height * width);
  }

  /** Of a product with tokens: inputs, outputs. */
  String turnedWaves(long inputs, long outputs) {
    return waves(drawn(FLATTEST, STEEPEST, 1, outputs), drawn(-1, 1, inputs, 1), inputs);
  }

  private String waves(String outputs, String inputs, long fan) {
    // A sine's variance is one half.
    String scale = constant((float) (2 / Math.sqrt(fan)));
    return formula("Mul", formula("Sin", formula("Mul", outputs, inputs)), scale);
  }

  /** Of a dense layer: outputs, inputs. */
  String products(long outputs, long inputs) {
    // Evenly drawn from -1 to 1 the variance is a third, of either factor.
    double most = Math.sqrt(18.0 / inputs);
    return formula("Mul", drawn(-most, most, outputs, 1), drawn(-1, 1, 1, inputs));
  }

  String bias(long outputs) {
    return drawn(-BIAS, BIAS, outputs);
  }

  String constant(float value) {
    String name = fresh("w");
    builder.initializer(name, TensorData.ofFloats(new float[] {value}));
    return name;
  }

  String longs(long... values) {
    String name = fresh("w");
    builder.initializer(name, TensorData.ofLongs(values, values.length));
    return name;
  }

  String drawn(double low, double high, long... shape) {
    float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (x, y) -> x * y))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
    String name = fresh("w");
    builder.initializer(name, TensorData.ofFloats(values, shape));
    return name;
  }

  private String formula(String op, String... inputs) {
    String name = fresh("w_" + op);
    builder.node(ModelBuilder.node(name, op, List.of(inputs), List.of(name)).build());
    return name;
  }

  private String fresh(String what) {
    return what.toLowerCase(Locale.ROOT) + "_" + count++;
  }
}
