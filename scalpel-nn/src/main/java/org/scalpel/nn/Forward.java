package org.scalpel.nn;

import java.util.Arrays;

/**
 * What a network makes of examples, when nothing is learned from it. The numbers of a unit for all
 * examples are an array of their own: the innermost loop runs over all examples, and from the
 * beginning of every array, without which the compiler does not use vector instructions.
 */
final class Forward {
  private static final int UNROLLED = 4;

  private Forward() {}

  /** What the first {@code depth} layers make of these rows, a row each. */
  static float[][] outputs(Mlp network, float[][] examples, int depth) {
    float[][] units = units(network, examples);
    for (int l = 0; l < depth; l++) {
      units = layer(network.layers().get(l), units, examples.length);
      if (l + 1 < network.layers().size()) {
        for (float[] unit : units) {
          Pass.activate(unit, unit, unit.length);
        }
      }
    }
    float[][] rows = new float[examples.length][units.length];
    for (int row = 0; row < rows.length; row++) {
      for (int n = 0; n < units.length; n++) {
        rows[row][n] = units[n][row];
      }
    }
    return rows;
  }

  private static float[][] units(Mlp network, float[][] examples) {
    float[][] units = new float[network.inputs()][examples.length];
    for (int row = 0; row < examples.length; row++) {
      if (examples[row].length != units.length) {
        throw new NetworkException(
            "an example of %d numbers; expected %d".formatted(examples[row].length, units.length));
      }
      for (int k = 0; k < units.length; k++) {
        units[k][row] = examples[row][k];
      }
    }
    return units;
  }

  private static float[][] layer(Mlp.Layer layer, float[][] inputs, int count) {
    float[] weights = layer.weights();
    float[] bias = layer.bias();
    int width = bias.length;
    float[][] outputs = new float[width][count];
    int whole = inputs.length - inputs.length % UNROLLED;
    float[] four = new float[UNROLLED];
    for (int n = 0; n < width; n++) {
      float[] sum = outputs[n];
      Arrays.fill(sum, bias[n]);
      for (int k = 0; k < whole; k += UNROLLED) {
        for (int i = 0; i < UNROLLED; i++) {
          four[i] = weights[(k + i) * width + n];
        }
        addFour(sum, inputs, k, four);
      }
      for (int k = whole; k < inputs.length; k++) {
        addOne(sum, inputs[k], weights[k * width + n]);
      }
    }
    return outputs;
  }

  private static void addFour(float[] sum, float[][] inputs, int first, float[] weights) {
    float[] x0 = inputs[first];
    float[] x1 = inputs[first + 1];
    float[] x2 = inputs[first + 2];
    float[] x3 = inputs[first + 3];
    float w0 = weights[0];
    float w1 = weights[1];
    float w2 = weights[2];
    float w3 = weights[3];
    for (int i = 0; i < sum.length; i++) {
      sum[i] += w0 * x0[i] + w1 * x1[i] + w2 * x2[i] + w3 * x3[i];
    }
  }

  private static void addOne(float[] sum, float[] input, float weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * input[i];
    }
  }
}
