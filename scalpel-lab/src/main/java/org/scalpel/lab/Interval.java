package org.scalpel.lab;

import java.util.Collection;
import java.util.List;
import org.ojalgo.random.TDistribution;

/**
 * Where the mean of a quantity lies at 95 %, by Student's distribution.
 *
 * @param half half the width
 */
record Interval(double mean, double half) {
  private static final double UPPER = 0.975;

  static Interval of(Collection<Double> values) {
    int n = values.size();
    double mean = values.stream().mapToDouble(v -> v).sum() / n;
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double spread = Math.sqrt(squares / (n - 1.0) / n);
    return new Interval(
        mean,
        n < 2 ? Double.POSITIVE_INFINITY : spread * TDistribution.of(n - 1).getQuantile(UPPER));
  }

  /** Of the quotients of pairs. */
  static Interval ofRatios(List<Double> above, List<Double> below) {
    double[] ratios = new double[above.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = above.get(i) / below.get(i);
    }
    return of(java.util.Arrays.stream(ratios).boxed().toList());
  }

  double relative() {
    return half / mean;
  }

  double low() {
    return mean - half;
  }

  double high() {
    return mean + half;
  }
}
