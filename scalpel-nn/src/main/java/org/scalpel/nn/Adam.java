package org.scalpel.nn;

/**
 * Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019) over the
 * numbers of one array.
 */
final class Adam {
  private static final double FIRST = 0.9;
  private static final double SECOND = 0.999;
  private static final float TINY = 1e-8f;

  private final float[] mean;
  private final float[] square;
  private final float decay;
  private int steps;

  Adam(int size, double decay) {
    mean = new float[size];
    square = new float[size];
    this.decay = (float) decay;
  }

  void step(float[] values, float[] gradient, double rate) {
    steps++;
    float m = (float) FIRST;
    float s = (float) SECOND;
    float scale = (float) (rate / (1 - Math.pow(FIRST, steps)));
    float unbias = (float) (1 / (1 - Math.pow(SECOND, steps)));
    float keep = (float) (1 - rate * decay);
    for (int i = 0; i < values.length; i++) {
      float g = gradient[i];
      mean[i] = m * mean[i] + (1 - m) * g;
      square[i] = s * square[i] + (1 - s) * g * g;
      values[i] =
          keep * values[i] - scale * mean[i] / ((float) Math.sqrt(square[i] * unbias) + TINY);
    }
  }
}
