package org.scalpel.nn;

import java.util.List;

/**
 * Probabilities from logits, and the temperature that makes them honest: dividing the logits by it
 * changes no answer, but how sure it is (Guo et al., "On Calibration of Modern Neural Networks",
 * 2017, section 4.2).
 */
public final class Softmax {
  private static final double COLDEST = 0.02;
  private static final double HOTTEST = 50;
  private static final int STEPS = 60;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private Softmax() {}

  /** The probabilities of these logits divided by a temperature. */
  public static float[] of(float[] logits, double temperature) {
    float[] cooled = new float[logits.length];
    for (int c = 0; c < logits.length; c++) {
      cooled[c] = (float) (logits[c] / temperature);
    }
    double log = logSum(cooled, 0, cooled.length);
    for (int c = 0; c < cooled.length; c++) {
      cooled[c] = (float) Math.exp(cooled[c] - log);
    }
    return cooled;
  }

  /**
   * The temperature of least cross-entropy, between 0.02 and 50: a golden-section search over its
   * logarithm, in which the loss has one valley.
   *
   * @param logits a row each
   * @param wanted probabilities, a row each
   */
  public static double temperature(List<float[]> logits, List<float[]> wanted) {
    if (logits.isEmpty() || logits.size() != wanted.size()) {
      throw new NetworkException(
          "%d rows of logits and %d of answers; expected as many of each, and some"
              .formatted(logits.size(), wanted.size()));
    }
    double low = Math.log(COLDEST);
    double high = Math.log(HOTTEST);
    for (int step = 0; step < STEPS; step++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (loss(logits, wanted, Math.exp(left)) <= loss(logits, wanted, Math.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    return Math.exp((low + high) / 2);
  }

  private static double loss(List<float[]> logits, List<float[]> wanted, double temperature) {
    Loss loss = Loss.crossEntropy();
    double sum = 0;
    for (int row = 0; row < logits.size(); row++) {
      float[] cooled = logits.get(row).clone();
      for (int c = 0; c < cooled.length; c++) {
        cooled[c] = (float) (cooled[c] / temperature);
      }
      sum += loss.of(cooled, 0, wanted.get(row));
    }
    return sum / logits.size();
  }

  /** {@code ln Σ exp(z)}, without overflow. */
  static double logSum(float[] logits, int at, int count) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < count; c++) {
      largest = Math.max(largest, logits[at + c]);
    }
    double sum = 0;
    for (int c = 0; c < count; c++) {
      sum += Math.exp(logits[at + c] - largest);
    }
    return largest + Math.log(sum);
  }
}
