package org.scalpel.nn;

/** How far an answer is off, and in which direction it is less so. */
public sealed interface Loss permits Huber, CrossEntropy {
  /**
   * For numbers: half the square of what each output is off, and linear beyond {@code delta}
   * (Huber), so that a few wild measurements do not bend the network.
   */
  static Loss huber(double delta) {
    return new Huber(delta);
  }

  /**
   * For classes: the outputs are logits, what is wanted are probabilities (1 for a known class, or
   * what a teacher says).
   */
  static Loss crossEntropy() {
    return new CrossEntropy();
  }

  /** The summed loss of a row whose answers begin at {@code at}. */
  double of(float[] answers, int at, float[] wanted);

  /** How many things were wanted of a row: what the sums of {@link #of} are divided by. */
  int known(float[] wanted);

  /** Writes the derivative of {@link #of} by each answer to the same places of {@code slope}. */
  void slope(float[] answers, int at, float[] wanted, float[] slope);

  /** The mean over everything wanted, weighted. */
  default double mean(Mlp network, Examples examples) {
    return mean(network.predict(examples.x()), examples);
  }

  /** The same for answers that are there already. */
  default double mean(float[][] answers, Examples examples) {
    double sum = 0;
    double weights = 0;
    for (int row = 0; row < examples.size(); row++) {
      float[] wanted = examples.y()[row];
      sum += examples.weight()[row] * of(answers[row], 0, wanted);
      weights += (double) examples.weight()[row] * known(wanted);
    }
    return weights == 0 ? 0 : sum / weights;
  }
}
