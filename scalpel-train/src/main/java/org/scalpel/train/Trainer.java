package org.scalpel.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Trains a network and all its exits together: the loss is the end's cross-entropy and a part of
 * each early exit's. Stochastic gradient descent with momentum.
 */
final class Trainer {
  private static final double MOMENTUM = 0.9;
  private static final int JUDGED = 250;
  private static final double SAVE_EVERY_S = 60;
  private static final long MIX = 1_000_003;

  private final Network network;
  private final Course course;
  private final PictureSet pictures;
  private final PictureSet heldOut;
  private final Log log;

  /**
   * A training.
   *
   * @param heldOut pictures from which nothing is learned
   */
  Trainer(Network network, Course course, PictureSet pictures, PictureSet heldOut, Log log) {
    this.network = network;
    this.course = course;
    this.pictures = pictures;
    this.heldOut = heldOut;
    this.log = log;
  }

  /** What came of it. */
  record Outcome(Weights weights, double seconds) {}

  /** Trains, or goes on from a checkpoint. The weights live as long as the memory. */
  Outcome train(NDManager memory, Path checkpoint) {
    Engine.getInstance().setRandomSeed((int) course.seed());
    int each = pictures.size() / course.batch();
    var found = Checkpoint.read(checkpoint, course, each, network, memory);
    Weights weights =
        found
            .map(Checkpoint.Found::weights)
            .orElseGet(() -> Weights.begin(memory, network, course.seed()));
    int behind = found.map(one -> one.state().steps()).orElse(0);
    double seconds = found.map(one -> one.state().seconds()).orElse(0.0);
    int whole = (int) Math.round(each * course.epochs());
    long told = System.nanoTime();
    long saved = told;
    List<Integer> order = order(behind / each);
    for (int done = behind; done < whole; ) {
      double loss = step(memory, weights, order, done);
      weights.descend(course.rateAt((double) done / each), MOMENTUM, course.decay());
      done++;
      long now = System.nanoTime();
      seconds += (now - told) / 1e9;
      told = now;
      log.progress((double) done / each, course.epochs(), loss);
      if (done % each == 0 || done == whole || (now - saved) / 1e9 > SAVE_EVERY_S) {
        new Checkpoint(course, done, seconds).write(checkpoint, weights);
        saved = now;
      }
      if (done % each == 0) {
        report(memory, weights, done / each, seconds);
        order = order(done / each);
      }
    }
    return new Outcome(weights, seconds);
  }

  private void report(NDManager memory, Weights weights, int epoch, double seconds) {
    double[] accuracies = accuracies(logits(memory, weights, heldOut), heldOut);
    log.line(
        String.format(
            Locale.ROOT,
            "epoch %d of %s: held out %s, %.0f s in all",
            epoch,
            course.epochs(),
            percents(accuracies),
            seconds));
  }

  /** The pictures in an order of their own in every epoch. */
  private List<Integer> order(int epoch) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, pictures.size()).boxed().toList());
    Collections.shuffle(order, new Random(course.seed() * MIX + epoch));
    return order;
  }

  /** Gradients of one batch; its loss. */
  private double step(NDManager memory, Weights weights, List<Integer> order, int done) {
    int size = course.batch();
    int each = pictures.size() / size;
    int from = done % each * size;
    int[] chosen = order.subList(from, from + size).stream().mapToInt(Integer::intValue).toArray();
    Random random = new Random((course.seed() * MIX + done) * MIX);
    double epochs = (double) done / each;
    int side = course.sideAt(epochs, network.input().side());
    try (NDManager own = memory.newSubManager()) {
      float[] numbers = pictures.batch(chosen, side, random);
      NDArray batch = own.create(numbers, new Shape(size, 3, side, side));
      NDArray wanted = own.create(targets(chosen), new Shape(size, Main.CLASSES));
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        NDArray loss = loss(network.run(batch, weights, true), wanted);
        gradients.backward(loss);
        float told = loss.getFloat();
        if (!Float.isFinite(told)) {
          throw new TrainException("the loss is " + told + ". Maybe choose a smaller --rate");
        }
        return told;
      }
    }
  }

  private NDArray loss(List<NDArray> logits, NDArray wanted) {
    NDArray total = crossEntropy(logits.get(logits.size() - 1), wanted);
    for (NDArray early : logits.subList(0, logits.size() - 1)) {
      total = total.add(crossEntropy(early, wanted).mul((float) course.early()));
    }
    return total;
  }

  private static NDArray crossEntropy(NDArray logits, NDArray wanted) {
    return logits.logSoftmax(1).mul(wanted).sum(new int[] {1}).mean().neg();
  }

  private float[] targets(int[] chosen) {
    int classes = Main.CLASSES;
    float[] targets = new float[chosen.length * classes];
    float rest = (float) (course.smoothing() / classes);
    java.util.Arrays.fill(targets, rest);
    for (int i = 0; i < chosen.length; i++) {
      targets[i * classes + pictures.labelOf(chosen[i])] += (float) (1 - course.smoothing());
    }
    return targets;
  }

  /** The logits of every exit for every picture: [exit][picture][class]. */
  List<List<float[]>> logits(NDManager memory, Weights weights, PictureSet judged) {
    List<List<float[]>> all = new ArrayList<>();
    network.exits().forEach(exit -> all.add(new ArrayList<>()));
    int side = network.input().side();
    for (int from = 0; from < judged.size(); from += JUDGED) {
      int[] chosen = IntStream.range(from, Math.min(judged.size(), from + JUDGED)).toArray();
      try (NDManager own = memory.newSubManager()) {
        NDArray batch = own.create(judged.batch(chosen), new Shape(chosen.length, 3, side, side));
        List<NDArray> logits = network.run(batch, weights, false);
        for (int exit = 0; exit < logits.size(); exit++) {
          float[] flat = logits.get(exit).toFloatArray();
          int classes = flat.length / chosen.length;
          for (int row = 0; row < chosen.length; row++) {
            int at = row * classes;
            all.get(exit).add(java.util.Arrays.copyOfRange(flat, at, at + classes));
          }
        }
      }
    }
    return all;
  }

  /** How often every exit is right. */
  static double[] accuracies(List<List<float[]>> logits, PictureSet judged) {
    double[] accuracies = new double[logits.size()];
    for (int exit = 0; exit < accuracies.length; exit++) {
      List<float[]> rows = logits.get(exit);
      long right =
          IntStream.range(0, rows.size())
              .filter(row -> best(rows.get(row)) == judged.labelOf(row))
              .count();
      accuracies[exit] = (double) right / rows.size();
    }
    return accuracies;
  }

  static int best(float[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      best = row[c] > row[best] ? c : best;
    }
    return best;
  }

  static String percents(double[] shares) {
    StringBuilder text = new StringBuilder();
    for (double share : shares) {
      text.append(text.isEmpty() ? "" : " / ");
      text.append(String.format(Locale.ROOT, "%.1f", 100 * share));
    }
    return text + " %";
  }
}
