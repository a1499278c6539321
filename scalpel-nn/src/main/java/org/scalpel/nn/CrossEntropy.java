package org.scalpel.nn;

/**
 * {@code −Σ y_c ln p_c} with {@code p} the softmax of the answers; one thing is wanted of a row.
 */
record CrossEntropy() implements Loss {
  @Override
  public double of(float[] answers, int at, float[] wanted) {
    double log = Softmax.logSum(answers, at, wanted.length);
    double sum = 0;
    for (int c = 0; c < wanted.length; c++) {
      sum += wanted[c] * (log - answers[at + c]);
    }
    return sum;
  }

  @Override
  public int known(float[] wanted) {
    return 1;
  }

  @Override
  public void slope(float[] answers, int at, float[] wanted, float[] slope) {
    double log = Softmax.logSum(answers, at, wanted.length);
    for (int c = 0; c < wanted.length; c++) {
      slope[at + c] = (float) Math.exp(answers[at + c] - log) - wanted[c];
    }
  }
}
