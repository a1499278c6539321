package org.scalpel.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainingTest {
  private static final Training QUICK = new Training(List.of(24, 24), 120, 30, 32, 5e-3, 1e-4, 1);

  @Test
  void learnsASmoothFunctionAndAnswersBetweenItsExamples() {
    Examples examples = waves(600, 1, 0);
    Mlp network = QUICK.train(examples, waves(100, 2, 0), 7).network();
    assertThat(Loss.huber(1).mean(network, waves(200, 3, 0))).isLessThan(0.002);
  }

  @Test
  void theSameSeedGivesTheSameNetwork() {
    Examples examples = waves(100, 1, 0);
    Training three = QUICK.withEpochs(3, 3);
    Mlp first = three.train(examples, waves(20, 2, 0), 7).network();
    Mlp again = three.train(examples, waves(20, 2, 0), 7).network();
    Mlp other = three.train(examples, waves(20, 2, 0), 8).network();
    float[][] probe = waves(20, 4, 0).x();
    assertThat(again.predict(probe)).isDeepEqualTo(first.predict(probe));
    assertThat(other.predict(probe)[0]).isNotEqualTo(first.predict(probe)[0]);
  }

  @Test
  void stopsEarlyWhereExamplesAreNoiseAndKeepsTheBest() {
    Examples noise = waves(40, 1, 3);
    Examples check = waves(200, 2, 0);
    Training long_ = QUICK.withEpochs(2000, 15);
    Training.Result result = long_.train(noise, check, 7);
    assertThat(result.epochs()).isEqualTo(result.epoch() + 15 + 1).isLessThan(2000);
    assertThat(Loss.huber(1).mean(result.network(), check)).isEqualTo(result.checkLoss());
  }

  @Test
  void withoutExamplesKeptApartItTrainsToTheEnd() {
    Examples none = Examples.of(new float[0][], new float[0][]);
    Training.Result result = QUICK.withEpochs(5, 1).train(waves(50, 1, 0), none, 7);
    assertThat(result.epochs()).isEqualTo(5);
    assertThat(result.epoch()).isEqualTo(4);
  }

  @Test
  void goesOnWhereANetworkIs() {
    Examples examples = waves(300, 1, 0);
    Examples check = waves(50, 2, 0);
    Mlp before = QUICK.train(examples, check, 7).network();
    Training gentle = new Training(QUICK.hidden(), 5, 5, 32, 1e-4, 0, 1);
    Mlp after = gentle.train(before, examples, check, 7).network();
    Loss loss = Loss.huber(1);
    assertThat(loss.mean(after, check)).isLessThanOrEqualTo(loss.mean(before, check) * 1.1);
  }

  @Test
  void aHeadReadsWhatTheHiddenLayersSay() {
    Mlp network = Mlp.random(List.of(2, 8, 3), 1);
    float[][] probe = {{0.3f, -1}};
    float[] hidden = network.hidden(probe)[0];
    Mlp.Layer head = network.layers().get(1);
    float sum = head.bias()[2];
    for (int h = 0; h < 8; h++) {
      sum += hidden[h] * head.weights()[h * 3 + 2];
    }
    assertThat(network.predict(probe)[0][2])
        .isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-5f));
    Mlp one = network.withHead(new Mlp.Layer(8, 1, new float[8], new float[] {4}));
    assertThat(one.predict(probe)[0]).containsExactly(4f);
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    assertThatThrownBy(() -> new Mlp.Layer(2, 2, new float[3], new float[2]))
        .isInstanceOf(NetworkException.class)
        .hasMessageContaining("expected 4 and 2");
    assertThatThrownBy(() -> new Mlp.Layer(1, 1, new float[] {Float.NaN}, new float[1]))
        .hasMessageContaining("finite");
    assertThatThrownBy(() -> new Mlp.Layer(1 << 30, 1 << 30, new float[1], new float[1]))
        .hasMessageContaining("at most");
    assertThatThrownBy(
            () ->
                new Mlp(
                    List.of(
                        new Mlp.Layer(1, 2, new float[2], new float[2]),
                        new Mlp.Layer(3, 1, new float[3], new float[1]))))
        .hasMessageContaining("expected 2");
    assertThatThrownBy(() -> Mlp.random(List.of(2, 1), 1).predict(new float[][] {{1}}))
        .hasMessageContaining("expected 2");
    assertThatThrownBy(() -> Examples.of(new float[][] {{1}, {1, 2}}, new float[2][1]))
        .hasMessageContaining("one length");
  }

  private static Examples waves(int rows, long seed, double noise) {
    Random random = new Random(seed);
    float[][] x = new float[rows][2];
    float[][] y = new float[rows][1];
    for (int row = 0; row < rows; row++) {
      x[row][0] = (float) (random.nextDouble() * 4 - 2);
      x[row][1] = (float) (random.nextDouble() * 4 - 2);
      y[row][0] = (float) (Math.sin(x[row][0]) + 0.5 * x[row][1] + noise * random.nextGaussian());
    }
    return Examples.of(x, y);
  }
}
