package org.scalpel.nn;

import java.util.List;
import java.util.Random;

/**
 * A fully connected network: {@code y = L_n(a(L_{n-1}(… a(L_1(x)))))}, {@code L_i(x) = x·W_i +
 * b_i}.
 *
 * <p>The activation is {@code a(z) = (z + √(z² + 1)) / 2} ("squareplus"): smooth as softplus,
 * linear far out like a rectifier, so that a network over logarithms extrapolates as a power law;
 * and made of operations for which processors have vector instructions, which softplus is not.
 *
 * @param layers from the input to the output; at least one, the width of each the depth of the next
 */
public record Mlp(List<Layer> layers) {
  /** More than any table of some thousand rows can teach; a larger file is refused. */
  private static final int MOST_WEIGHTS = 1 << 24;

  /**
   * One layer.
   *
   * @param weights {@code inputs} rows of {@code outputs} columns
   * @param bias {@code outputs} numbers
   */
  // Arrays, not lists: these are the numbers that the innermost loops run over.
  @SuppressWarnings("ArrayRecordComponent")
  public record Layer(int inputs, int outputs, float[] weights, float[] bias) {
    /** Copies and checks. */
    public Layer {
      if (inputs < 1 || outputs < 1 || (long) inputs * outputs > MOST_WEIGHTS) {
        throw new NetworkException(
            "a layer of %d inputs and %d outputs; expected 1 or more, and at most %d weights"
                .formatted(inputs, outputs, MOST_WEIGHTS));
      }
      if (weights.length != inputs * outputs || bias.length != outputs) {
        throw new NetworkException(
            "a layer of %d × %d with %d weights and %d biases; expected %d and %d"
                .formatted(
                    inputs, outputs, weights.length, bias.length, inputs * outputs, outputs));
      }
      weights = finite(weights);
      bias = finite(bias);
    }

    private static float[] finite(float[] values) {
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw new NetworkException("a weight is " + value + "; expected a finite number");
        }
      }
      return values.clone();
    }

    /** A copy. */
    @Override
    public float[] weights() {
      return weights.clone();
    }

    /** A copy. */
    @Override
    public float[] bias() {
      return bias.clone();
    }
  }

  /** Copies and checks. */
  public Mlp {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new NetworkException("a network without layers; expected at least one");
    }
    for (int l = 1; l < layers.size(); l++) {
      if (layers.get(l).inputs() != layers.get(l - 1).outputs()) {
        throw new NetworkException(
            "layer %d has %d inputs; expected %d, the outputs of the layer before"
                .formatted(l, layers.get(l).inputs(), layers.get(l - 1).outputs()));
      }
    }
  }

  /** A network with random weights; {@code sizes} from the inputs to the outputs. */
  public static Mlp random(List<Integer> sizes, long seed) {
    Random random = new Random(seed);
    List<Layer> layers = new java.util.ArrayList<>();
    for (int l = 1; l < sizes.size(); l++) {
      int inputs = sizes.get(l - 1);
      int outputs = sizes.get(l);
      float[] weights = new float[inputs * outputs];
      // Keeps the variance of a signal about the same from layer to layer (He et al. 2015); the
      // last layer begins small, so that the first predictions are about the mean.
      double scale = Math.sqrt(2.0 / inputs) * (l == sizes.size() - 1 ? 0.1 : 1);
      for (int w = 0; w < weights.length; w++) {
        weights[w] = (float) (random.nextGaussian() * scale);
      }
      layers.add(new Layer(inputs, outputs, weights, new float[outputs]));
    }
    return new Mlp(layers);
  }

  /** How many numbers an example has. */
  public int inputs() {
    return layers.get(0).inputs();
  }

  /** How many numbers an answer has. */
  public int outputs() {
    return layers.get(layers.size() - 1).outputs();
  }

  /** The answers for these examples, a row each. */
  public float[][] predict(float[][] examples) {
    return Forward.outputs(this, examples, layers.size());
  }

  /**
   * What the last hidden layer says of these examples, a row each: what the outputs are made of.
   */
  public float[][] hidden(float[][] examples) {
    return Forward.outputs(this, examples, layers.size() - 1);
  }

  /** The same network with another last layer. */
  public Mlp withHead(Layer head) {
    List<Layer> changed = new java.util.ArrayList<>(layers);
    changed.set(changed.size() - 1, head);
    return new Mlp(changed);
  }
}
