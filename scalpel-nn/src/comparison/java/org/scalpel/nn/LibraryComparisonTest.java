package org.scalpel.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The same small network on the same examples, as often and in batches as large, by this package
 * and by a general library: how long does either take, and what is left of the error?
 */
class LibraryComparisonTest {
  private static final int EXAMPLES = 6_000;
  private static final int CHECKS = 1_000;
  private static final int NUMBERS = 100;
  private static final int EPOCHS = 40;
  private static final int BATCH = 32;
  private static final int ROUNDS = 3;
  private static final float RATE = 3e-3f;

  private record Outcome(double seconds, double meanSquare) {}

  @Test
  void trainsTheSameNetworkByBoth() throws IOException, TranslateException {
    Examples examples = surface(EXAMPLES, 1);
    Examples check = surface(CHECKS, 2);
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      Outcome own = own(examples, check, round);
      Outcome library = library(examples, check);
      ours[round] = own.seconds;
      theirs[round] = library.seconds;
      System.out.printf(
          Locale.ROOT,
          "round %d: scalpel-nn %.1f s, mean square %.4f; library %.1f s, mean square %.4f%n",
          round,
          own.seconds,
          own.meanSquare,
          library.seconds,
          library.meanSquare);
      assertThat(own.meanSquare).isLessThan(0.2);
      assertThat(library.meanSquare).isLessThan(0.2);
    }
    Arrays.sort(ours);
    Arrays.sort(theirs);
    System.out.printf(
        Locale.ROOT,
        "median: scalpel-nn %.1f s, library %.1f s%n",
        ours[ROUNDS / 2],
        theirs[ROUNDS / 2]);
  }

  private static Outcome own(Examples examples, Examples check, int seed) {
    long begun = System.nanoTime();
    Training training =
        new Training(List.of(48, 48), EPOCHS, EPOCHS, BATCH, RATE, 0, Double.MAX_VALUE);
    Mlp network = training.train(examples, check, seed).network();
    double seconds = (System.nanoTime() - begun) / 1e9;
    float[][] answers = network.predict(check.x());
    return new Outcome(seconds, meanSquare(check, row -> answers[row][0]));
  }

  private static Outcome library(Examples examples, Examples check)
      throws IOException, TranslateException {
    try (NDManager memory = NDManager.newBaseManager();
        Model model = Model.newInstance("mlp")) {
      model.setBlock(
          new SequentialBlock()
              .add(Linear.builder().setUnits(48).build())
              .add(Activation::softPlus)
              .add(Linear.builder().setUnits(48).build())
              .add(Activation::softPlus)
              .add(Linear.builder().setUnits(1).build()));
      ArrayDataset data =
          new ArrayDataset.Builder()
              .setData(memory.create(examples.x()))
              .optLabels(memory.create(examples.y()))
              .setSampling(BATCH, true)
              .build();
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(ai.djl.training.loss.Loss.l2Loss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(RATE)).build());
      long begun = System.nanoTime();
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(BATCH, NUMBERS));
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
          for (Batch batch : trainer.iterateDataset(data)) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
            batch.close();
          }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        float[] answers =
            trainer
                .evaluate(new ai.djl.ndarray.NDList(memory.create(check.x())))
                .singletonOrThrow()
                .toFloatArray();
        return new Outcome(seconds, meanSquare(check, row -> answers[row]));
      }
    }
  }

  private interface Answers {
    float of(int row);
  }

  private static double meanSquare(Examples check, Answers answers) {
    double sum = 0;
    for (int row = 0; row < check.x().length; row++) {
      double off = answers.of(row) - check.y()[row][0];
      sum += off * off;
    }
    return sum / check.x().length;
  }

  /** A smooth function of a tenth of the numbers, of about unit size. */
  private static Examples surface(int count, int seed) {
    Random random = new Random(seed);
    float[][] x = new float[count][NUMBERS];
    float[][] y = new float[count][1];
    for (int row = 0; row < count; row++) {
      for (int k = 0; k < NUMBERS; k++) {
        x[row][k] = (float) random.nextGaussian();
      }
      for (int k = 0; k < NUMBERS / 10; k += 2) {
        y[row][0] += (float) (0.5 * x[row][k] + 0.3 * Math.tanh(x[row][k] * x[row][k + 1]));
      }
    }
    return Examples.of(x, y);
  }
}
