package org.scalpel.learn;

import java.util.List;
import org.scalpel.graph.ExitHead;
import org.scalpel.graph.ExitPlace;
import org.scalpel.nn.Examples;
import org.scalpel.nn.Mlp;
import org.scalpel.nn.Softmax;
import org.scalpel.nn.Training;

/**
 * One head: a fully connected layer learned on standardised features, with standardisation and
 * temperature folded into its weights.
 */
final class HeadTraining {
  private static final double LEAST_SPREAD = 1e-6;

  private final FrozenFeatures data;
  private final Training how;
  private final long seed;

  HeadTraining(FrozenFeatures data, Training how, long seed) {
    this.data = data;
    this.how = how;
    this.seed = seed;
  }

  /** A head with its accuracy and its agreement with the model on samples that were kept apart. */
  record Trained(ExitHead head, Share accuracy, Share agreement) {}

  /** Trains the head of the features that begin at this number of a row. */
  Trained train(ExitPlace place, int from) {
    float[][] features = data.columns(from, place.features());
    double[] mean = mean(features);
    double[] spread = spread(features, mean);
    for (float[] row : features) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) ((row[i] - mean[i]) / spread[i]);
      }
    }
    Mlp network =
        how.train(examples(features, data.teaching()), examples(features, data.checking()), seed)
            .network();
    float[][] answers = network.predict(rows(features, data.kept()));
    double temperature = Softmax.temperature(List.of(answers), List.of(data.wanted(data.kept())));
    int right = 0;
    int same = 0;
    for (int i = 0; i < answers.length; i++) {
      int answer = FrozenFeatures.best(answers[i]);
      right += answer == data.right(data.kept().get(i)) ? 1 : 0;
      same += answer == data.answer(data.kept().get(i)) ? 1 : 0;
    }
    return new Trained(
        folded(place, network.layers().get(0), mean, spread, temperature),
        new Share(right, answers.length),
        new Share(same, answers.length));
  }

  private Examples examples(float[][] features, List<Integer> samples) {
    return Examples.of(rows(features, samples), data.wanted(samples));
  }

  private static float[][] rows(float[][] features, List<Integer> samples) {
    return samples.stream().map(sample -> features[sample]).toArray(float[][]::new);
  }

  private double[] mean(float[][] features) {
    double[] mean = new double[features[0].length];
    for (int sample : data.teaching()) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += features[sample][i] / data.teaching().size();
      }
    }
    return mean;
  }

  private double[] spread(float[][] features, double[] mean) {
    double[] spread = new double[mean.length];
    for (int sample : data.teaching()) {
      for (int i = 0; i < mean.length; i++) {
        double off = features[sample][i] - mean[i];
        spread[i] += off * off / data.teaching().size();
      }
    }
    for (int i = 0; i < spread.length; i++) {
      // A feature that never changes says nothing; it must not be blown up where it does later.
      spread[i] = spread[i] < LEAST_SPREAD * LEAST_SPREAD ? 1 : Math.sqrt(spread[i]);
    }
    return spread;
  }

  private static ExitHead folded(
      ExitPlace place, Mlp.Layer layer, double[] mean, double[] spread, double temperature) {
    float[] weights = layer.weights();
    float[] bias = layer.bias();
    int classes = layer.outputs();
    double[] shift = new double[classes];
    for (int i = 0; i < layer.inputs(); i++) {
      for (int c = 0; c < classes; c++) {
        double weight = weights[i * classes + c] / spread[i];
        shift[c] += weight * mean[i];
        weights[i * classes + c] = (float) (weight / temperature);
      }
    }
    for (int c = 0; c < classes; c++) {
      bias[c] = (float) ((bias[c] - shift[c]) / temperature);
    }
    return new ExitHead(place, weights, bias, temperature);
  }
}
