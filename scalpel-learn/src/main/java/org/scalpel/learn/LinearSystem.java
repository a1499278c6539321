package org.scalpel.learn;

/** Least squares with a normal prior: the normal equations, solved by Cholesky's decomposition. */
final class LinearSystem {
  private final double[] prior;
  private final double[][] gram;
  private final double[] right;

  /**
   * Without rows.
   *
   * @param prior what the unknowns are drawn to
   * @param deviation how far each may well be from there, in units of a row's noise
   */
  LinearSystem(double[] prior, double[] deviation) {
    this.prior = prior.clone();
    gram = new double[prior.length][prior.length];
    right = new double[prior.length];
    for (int i = 0; i < prior.length; i++) {
      gram[i][i] = 1 / (deviation[i] * deviation[i]);
    }
  }

  void add(double[] row, double wanted, double weight) {
    double rest = wanted - dot(row, prior);
    for (int i = 0; i < row.length; i++) {
      if (row[i] != 0) {
        right[i] += weight * row[i] * rest;
        for (int j = 0; j <= i; j++) {
          gram[i][j] += weight * row[i] * row[j];
        }
      }
    }
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < b.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The unknowns; the system is used up. */
  double[] solve() {
    int size = prior.length;
    for (int j = 0; j < size; j++) {
      for (int i = j; i < size; i++) {
        double sum = gram[i][j];
        for (int k = 0; k < j; k++) {
          sum -= gram[i][k] * gram[j][k];
        }
        gram[i][j] = i == j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / gram[j][j];
      }
    }
    double[] x = new double[size];
    for (int i = 0; i < size; i++) {
      double sum = right[i];
      for (int k = 0; k < i; k++) {
        sum -= gram[i][k] * x[k];
      }
      x[i] = sum / gram[i][i];
    }
    for (int i = size - 1; i >= 0; i--) {
      double sum = x[i];
      for (int k = i + 1; k < size; k++) {
        sum -= gram[k][i] * x[k];
      }
      x[i] = sum / gram[i][i];
    }
    for (int i = 0; i < size; i++) {
      x[i] += prior[i];
    }
    return x;
  }
}
