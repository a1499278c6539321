package org.scalpel.nn;

/**
 * The error of an answer: half the square of what it is off, and linear beyond {@code delta}
 * (Huber), so that a few wild measurements do not bend the network.
 */
final class Loss {
  private final float delta;

  Loss(double delta) {
    this.delta = (float) delta;
  }

  /** The loss of one output. */
  double of(double off) {
    double size = Math.abs(off);
    return size <= delta ? 0.5 * off * off : delta * (size - 0.5 * delta);
  }

  /** Its derivative. */
  float slope(float off) {
    return Math.max(-delta, Math.min(delta, off));
  }

  /** The mean over all known outputs, weighted. */
  double mean(Mlp network, Examples examples) {
    return mean(network.predict(examples.x()), examples);
  }

  double mean(float[][] answers, Examples examples) {
    double sum = 0;
    double weights = 0;
    for (int row = 0; row < examples.size(); row++) {
      for (int n = 0; n < answers[row].length; n++) {
        float wanted = examples.y()[row][n];
        if (!Float.isNaN(wanted)) {
          sum += examples.weight()[row] * of(answers[row][n] - wanted);
          weights += examples.weight()[row];
        }
      }
    }
    return weights == 0 ? 0 : sum / weights;
  }
}
