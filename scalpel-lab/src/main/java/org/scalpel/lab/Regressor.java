package org.scalpel.lab;

/**
 * A method of others that predicts a number from numbers: what learned predictors are held against.
 */
interface Regressor {
  /** Learns from rows of numbers and a number for each. */
  Fitted fit(double[][] x, double[] y);

  /** What was learned. */
  interface Fitted {
    /** A number for each row. */
    double[] predict(double[][] x);
  }
}
