package org.scalpel.cost;

/**
 * Least squares with unknowns that cannot be negative, drawn towards a prior:
 *
 * <pre>
 *   minimise  Σ_i (a_i·x − y_i)²  +  Σ_j ((x_j − prior_j) · pull_j)²     subject to x ≥ 0
 * </pre>
 *
 * by coordinate descent on the normal equations. With every pull above 0 the minimum is unique; our
 * systems have some twenty unknowns, and converge in well under a millisecond.
 */
final class NonNegativeLeastSquares {
  private static final int MAX_SWEEPS = 20_000;
  private static final double TOLERANCE = 1e-10;
  private final double[][] normal;
  private final double[] right;

  /** An empty system with this prior and pull. */
  NonNegativeLeastSquares(double[] prior, double[] pull) {
    int unknowns = prior.length;
    normal = new double[unknowns][unknowns];
    right = new double[unknowns];
    for (int j = 0; j < unknowns; j++) {
      normal[j][j] = pull[j] * pull[j];
      right[j] = prior[j] * pull[j] * pull[j];
    }
  }

  /** Adds the equation {@code row · x = value}, weighted. */
  void add(double[] row, double value, double weight) {
    double square = weight * weight;
    for (int i = 0; i < row.length; i++) {
      right[i] += square * row[i] * value;
      for (int j = 0; j < row.length; j++) {
        normal[i][j] += square * row[i] * row[j];
      }
    }
  }

  /** The minimum. */
  double[] solve() {
    double[] x = new double[right.length];
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      double largest = 0;
      for (int i = 0; i < x.length; i++) {
        double gradient = -right[i];
        for (int j = 0; j < x.length; j++) {
          gradient += normal[i][j] * x[j];
        }
        double next = Math.max(0, x[i] - gradient / normal[i][i]);
        largest = Math.max(largest, Math.abs(next - x[i]));
        x[i] = next;
      }
      if (largest < TOLERANCE) {
        break;
      }
    }
    return x;
  }
}
