package org.scalpel.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.scalpel.nn.Matrices.Left;

/**
 * The numbers of one pass through a network, forwards and backwards, in buffers that are used again
 * for every batch.
 */
final class Pass {
  private final int[] sizes;
  private final float[][] weights;
  private final float[][] biases;

  /** Before and after the activation of each layer, and the gradient of what comes before it. */
  private final float[][] raw;

  private final float[][] active;
  private final float[][] slope;
  final float[][] weightGradient;
  final float[][] biasGradient;

  Pass(Mlp network, int most) {
    int layers = network.layers().size();
    sizes = new int[layers + 1];
    sizes[0] = network.inputs();
    weights = new float[layers][];
    biases = new float[layers][];
    for (int l = 0; l < layers; l++) {
      sizes[l + 1] = network.layers().get(l).outputs();
      weights[l] = network.layers().get(l).weights();
      biases[l] = network.layers().get(l).bias();
    }
    raw = new float[layers + 1][];
    active = new float[layers + 1][];
    slope = new float[layers + 1][];
    for (int l = 0; l <= layers; l++) {
      raw[l] = new float[most * sizes[l]];
      active[l] = new float[most * sizes[l]];
      slope[l] = new float[most * sizes[l]];
    }
    weightGradient = Arrays.stream(weights).map(w -> new float[w.length]).toArray(float[][]::new);
    biasGradient = Arrays.stream(biases).map(b -> new float[b.length]).toArray(float[][]::new);
  }

  float[][] weights() {
    return weights;
  }

  float[][] biases() {
    return biases;
  }

  /** The network with the weights as they are now. */
  Mlp network() {
    List<Mlp.Layer> layers = new ArrayList<>();
    for (int l = 0; l < weights.length; l++) {
      layers.add(new Mlp.Layer(sizes[l], sizes[l + 1], weights[l], biases[l]));
    }
    return new Mlp(layers);
  }

  /** Where the next batch is put, row by row. */
  float[] input() {
    return active[0];
  }

  /** The outputs of the first {@code count} rows of the input. */
  float[] forward(int count) {
    for (int l = 0; l < weights.length; l++) {
      int columns = sizes[l + 1];
      float[] z = raw[l + 1];
      for (int row = 0; row < count; row++) {
        System.arraycopy(biases[l], 0, z, row * columns, columns);
      }
      Matrices.addProduct(Left.of(active[l], count, sizes[l]), weights[l], z, columns);
      if (l + 1 < weights.length) {
        activate(z, active[l + 1], count * columns);
      } else {
        System.arraycopy(z, 0, active[l + 1], 0, count * columns);
      }
    }
    return active[weights.length];
  }

  static void activate(float[] z, float[] a, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = 0.5f * (z[i] + (float) Math.sqrt(z[i] * z[i] + 1f));
    }
  }

  /** Where the gradient of the loss by each output is put before {@link #backward}. */
  float[] outputSlope() {
    return slope[weights.length];
  }

  /** Computes the gradients of all weights, for the rows of the last forward pass. */
  void backward(int count) {
    for (int l = weights.length - 1; l >= 0; l--) {
      int columns = sizes[l + 1];
      float[] dz = slope[l + 1];
      if (l + 1 < weights.length) {
        chain(raw[l + 1], dz, count * columns);
      }
      Arrays.fill(weightGradient[l], 0);
      Matrices.addProduct(
          Left.transposed(active[l], sizes[l], count), dz, weightGradient[l], columns);
      Arrays.fill(biasGradient[l], 0);
      for (int row = 0; row < count; row++) {
        for (int n = 0; n < columns; n++) {
          biasGradient[l][n] += dz[row * columns + n];
        }
      }
      if (l > 0) {
        Arrays.fill(slope[l], 0, count * sizes[l], 0);
        float[] turned = Matrices.transpose(weights[l], sizes[l], columns);
        Matrices.addProduct(Left.of(dz, count, columns), turned, slope[l], sizes[l]);
      }
    }
  }

  /** Times the activation's derivative, {@code (1 + z / √(z² + 1)) / 2}. */
  private static void chain(float[] z, float[] gradient, int count) {
    for (int i = 0; i < count; i++) {
      gradient[i] *= 0.5f * (1f + z[i] / (float) Math.sqrt(z[i] * z[i] + 1f));
    }
  }
}
