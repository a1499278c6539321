package org.scalpel.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
  @Test
  void probabilitiesSumToOneEvenForHugeLogits() {
    float[] p = Softmax.of(new float[] {1000, 999, -1000}, 1);
    assertThat(p[0] + p[1] + p[2]).isCloseTo(1, within(1e-6f));
    assertThat(p[0]).isCloseTo(0.7311f, within(1e-4f));
  }

  @Test
  void theTemperatureIsFoundThatMadeTheAnswers() {
    Random random = new Random(4);
    List<float[]> logits = new ArrayList<>();
    List<float[]> wanted = new ArrayList<>();
    for (int row = 0; row < 4000; row++) {
      float[] z = {(float) random.nextGaussian(), (float) random.nextGaussian(), 0};
      float[] drawn = new float[3];
      float[] p = Softmax.of(z, 1);
      double at = random.nextDouble();
      drawn[at < p[0] ? 0 : at < p[0] + p[1] ? 1 : 2] = 1;
      wanted.add(drawn);
      logits.add(new float[] {3 * z[0], 3 * z[1], 0});
    }
    assertThat(Softmax.temperature(logits, wanted)).isCloseTo(3, within(0.3));
    assertThatThrownBy(() -> Softmax.temperature(List.of(), List.of()))
        .isInstanceOf(NetworkException.class);
  }

  @Test
  void classesThatALineDividesAreLearned() {
    Random random = new Random(8);
    float[][] x = new float[600][2];
    float[][] y = new float[600][3];
    for (int row = 0; row < x.length; row++) {
      int label = row % 3;
      x[row][0] = (float) (random.nextGaussian() * 0.3 + Math.cos(label * 2.1));
      x[row][1] = (float) (random.nextGaussian() * 0.3 + Math.sin(label * 2.1));
      y[row][label] = 1;
    }
    Examples all = Examples.of(x, y);
    Mlp network = Training.CLASSES.train(all, all, 1).network();
    int right = 0;
    float[][] answers = network.predict(x);
    for (int row = 0; row < x.length; row++) {
      float[] z = answers[row];
      int best = z[0] > z[1] && z[0] > z[2] ? 0 : z[1] > z[2] ? 1 : 2;
      right += best == row % 3 ? 1 : 0;
    }
    assertThat(right).isGreaterThan(540);
  }
}
