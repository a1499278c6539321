package org.scalpel.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Gradients against the loss itself, moved a little along each weight. */
class GradientTest {
  private static final float STEP = 1e-2f;
  private final Random random = new Random(3);

  @Test
  void gradientsEqualFiniteDifferences() {
    // Odd sizes: the unrolled product has a rest to deal with.
    Mlp network = Mlp.random(List.of(5, 7, 6, 3), 11);
    Examples examples = examples(9, 5, 3);
    Training how = new Training(List.of(7, 6), 1, 1, 9, 1e-3, 0, 0.7);
    Loop loop = new Loop(how, network, examples);
    loop.gradients(0, 9);
    Loss loss = Loss.huber(0.7);
    for (int l = 0; l < 3; l++) {
      for (int w = 0; w < loop.pass().weightGradient[l].length; w++) {
        double up = loss.mean(moved(network, l, w, STEP), examples);
        double down = loss.mean(moved(network, l, w, -STEP), examples);
        assertThat((double) loop.pass().weightGradient[l][w])
            .as("layer %d weight %d", l, w)
            .isCloseTo((up - down) / (2 * STEP), within(2e-4));
      }
      for (int b = 0; b < loop.pass().biasGradient[l].length; b++) {
        double up = loss.mean(biased(network, l, b, STEP), examples);
        double down = loss.mean(biased(network, l, b, -STEP), examples);
        assertThat((double) loop.pass().biasGradient[l][b])
            .isCloseTo((up - down) / (2 * STEP), within(2e-4));
      }
    }
  }

  @Test
  void gradientsOfCrossEntropyEqualFiniteDifferences() {
    Mlp network = Mlp.random(List.of(5, 3), 11);
    Examples numbers = examples(9, 5, 3);
    float[][] wanted = new float[9][];
    for (int row = 0; row < 9; row++) {
      wanted[row] = Softmax.of(new float[] {row % 3, row % 2, 1}, 0.5);
    }
    Examples examples = new Examples(numbers.x(), wanted, numbers.weight());
    Loop loop = new Loop(Training.CLASSES, network, examples);
    loop.gradients(0, 9);
    for (int w = 0; w < loop.pass().weightGradient[0].length; w++) {
      double up = Loss.crossEntropy().mean(moved(network, 0, w, STEP), examples);
      double down = Loss.crossEntropy().mean(moved(network, 0, w, -STEP), examples);
      assertThat((double) loop.pass().weightGradient[0][w])
          .isCloseTo((up - down) / (2 * STEP), within(2e-4));
    }
  }

  @Test
  void anUnknownOutputTeachesNothing() {
    Mlp network = Mlp.random(List.of(2, 4, 2), 5);
    Examples examples =
        Examples.of(new float[][] {{1, 2}, {3, 1}}, new float[][] {{1, Float.NaN}, {0, Float.NaN}});
    Loop loop = new Loop(Training.DEFAULT.withHidden(List.of(4)), network, examples);
    loop.gradients(0, 2);
    float[] last = loop.pass().weightGradient[1];
    for (int w = 1; w < last.length; w += 2) {
      assertThat(last[w]).isZero();
    }
    assertThat(last[0]).isNotZero();
  }

  private Examples examples(int rows, int inputs, int outputs) {
    float[][] x = new float[rows][inputs];
    float[][] y = new float[rows][outputs];
    float[] weight = new float[rows];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < inputs; i++) {
        x[row][i] = (float) random.nextGaussian();
      }
      for (int o = 0; o < outputs; o++) {
        y[row][o] = random.nextInt(4) == 0 ? Float.NaN : (float) random.nextGaussian();
      }
      weight[row] = 0.5f + random.nextFloat();
    }
    return new Examples(x, y, weight);
  }

  private static Mlp moved(Mlp network, int layer, int weight, float by) {
    Mlp.Layer one = network.layers().get(layer);
    float[] weights = one.weights();
    weights[weight] += by;
    return with(network, layer, new Mlp.Layer(one.inputs(), one.outputs(), weights, one.bias()));
  }

  private static Mlp biased(Mlp network, int layer, int bias, float by) {
    Mlp.Layer one = network.layers().get(layer);
    float[] biases = one.bias();
    biases[bias] += by;
    return with(network, layer, new Mlp.Layer(one.inputs(), one.outputs(), one.weights(), biases));
  }

  private static Mlp with(Mlp network, int layer, Mlp.Layer changed) {
    List<Mlp.Layer> layers = new ArrayList<>(network.layers());
    layers.set(layer, changed);
    return new Mlp(layers);
  }
}
