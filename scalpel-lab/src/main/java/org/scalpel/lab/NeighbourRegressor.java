package org.scalpel.lab;

import java.util.Arrays;

/**
 * The mean of the {@code k} nearest rows, the nearer the more (k-NN).
 *
 * @param k how many
 */
record NeighbourRegressor(int k) implements Regressor {
  private static final double TOUCHING = 1e-9;

  @Override
  public Fitted fit(double[][] x, double[] y) {
    return rows -> Arrays.stream(rows).mapToDouble(row -> mean(x, y, row)).toArray();
  }

  private double mean(double[][] x, double[] y, double[] row) {
    int[] near = new int[Math.min(k, x.length)];
    double[] far = new double[near.length];
    Arrays.fill(far, Double.POSITIVE_INFINITY);
    for (int i = 0; i < x.length; i++) {
      double limit = far[far.length - 1];
      double distance = distance(x[i], row, limit);
      if (distance < limit) {
        int at = far.length - 1;
        for (; at > 0 && far[at - 1] > distance; at--) {
          far[at] = far[at - 1];
          near[at] = near[at - 1];
        }
        far[at] = distance;
        near[at] = i;
      }
    }
    double sum = 0;
    double weights = 0;
    for (int n = 0; n < near.length; n++) {
      double weight = 1 / (Math.sqrt(far[n]) + TOUCHING);
      sum += weight * y[near[n]];
      weights += weight;
    }
    return sum / weights;
  }

  /** Squared; gives up beyond the limit. */
  private static double distance(double[] a, double[] b, double limit) {
    double sum = 0;
    for (int i = 0; i < a.length && sum < limit; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }
}
