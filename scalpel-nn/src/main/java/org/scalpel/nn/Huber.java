package org.scalpel.nn;

/**
 * Half the square of what each output is off, and linear beyond {@code delta}; outputs of which
 * nothing is known ({@link Float#NaN}) teach nothing.
 */
record Huber(double delta) implements Loss {
  Huber {
    if (!(delta > 0)) {
      throw new NetworkException("huber " + delta + "; expected a positive number");
    }
  }

  @Override
  public double of(float[] answers, int at, float[] wanted) {
    double sum = 0;
    for (int n = 0; n < wanted.length; n++) {
      if (!Float.isNaN(wanted[n])) {
        double size = Math.abs(answers[at + n] - wanted[n]);
        sum += size <= delta ? 0.5 * size * size : delta * (size - 0.5 * delta);
      }
    }
    return sum;
  }

  @Override
  public int known(float[] wanted) {
    int count = 0;
    for (float value : wanted) {
      count += Float.isNaN(value) ? 0 : 1;
    }
    return count;
  }

  @Override
  public void slope(float[] answers, int at, float[] wanted, float[] slope) {
    float most = (float) delta;
    for (int n = 0; n < wanted.length; n++) {
      slope[at + n] =
          Float.isNaN(wanted[n]) ? 0 : Math.max(-most, Math.min(most, answers[at + n] - wanted[n]));
    }
  }
}
