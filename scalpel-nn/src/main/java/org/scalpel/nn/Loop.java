package org.scalpel.nn;

import java.util.Random;

/** One training under way. */
final class Loop {
  private final Training how;
  private final Examples examples;
  private final Pass pass;
  private final Loss loss;
  private final Adam[] weights;
  private final Adam[] biases;
  private final int[] order;

  Loop(Training how, Mlp start, Examples examples) {
    this.how = how;
    this.examples = examples;
    pass = new Pass(start, Math.min(how.batch(), Math.max(1, examples.size())));
    loss = how.loss();
    int layers = pass.weights().length;
    weights = new Adam[layers];
    biases = new Adam[layers];
    for (int l = 0; l < layers; l++) {
      weights[l] = new Adam(pass.weights()[l].length, how.decay());
      biases[l] = new Adam(pass.biases()[l].length, 0);
    }
    order = new int[examples.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
  }

  Mlp network() {
    return pass.network();
  }

  /** One pass over all examples in a new order. */
  void epoch(Random random, int epoch) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    for (int from = 0; from < order.length; from += how.batch()) {
      int count = Math.min(how.batch(), order.length - from);
      double done = (epoch + (double) from / order.length) / how.epochs();
      gradients(from, count);
      step(how.rate() * 0.5 * (1 + Math.cos(Math.PI * done)));
    }
  }

  private void step(double rate) {
    for (int l = 0; l < weights.length; l++) {
      weights[l].step(pass.weights()[l], pass.weightGradient[l], rate);
      biases[l].step(pass.biases()[l], pass.biasGradient[l], rate);
    }
  }

  /** The gradients of the mean loss over a batch, left in the pass. */
  void gradients(int from, int count) {
    int inputs = examples.x()[0].length;
    for (int row = 0; row < count; row++) {
      System.arraycopy(examples.x()[order[from + row]], 0, pass.input(), row * inputs, inputs);
    }
    float[] answers = pass.forward(count);
    float[] slope = pass.outputSlope();
    int outputs = examples.y()[0].length;
    double total = 0;
    for (int row = 0; row < count; row++) {
      float[] wanted = examples.y()[order[from + row]];
      float weight = examples.weight()[order[from + row]];
      loss.slope(answers, row * outputs, wanted, slope);
      for (int at = row * outputs; at < (row + 1) * outputs; at++) {
        slope[at] *= weight;
      }
      total += (double) weight * loss.known(wanted);
    }
    float scale = total == 0 ? 0 : (float) (1 / total);
    for (int at = 0; at < count * outputs; at++) {
      slope[at] *= scale;
    }
    pass.backward(count);
  }

  Pass pass() {
    return pass;
  }
}
