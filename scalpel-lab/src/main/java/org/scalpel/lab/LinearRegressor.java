package org.scalpel.lab;

import java.util.Arrays;
import org.ojalgo.matrix.decomposition.LU;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * Linear least squares on standardised numbers, with a ridge that keeps them from running away.
 *
 * @param ridge by the number of rows
 */
record LinearRegressor(double ridge) implements Regressor {
  @Override
  public Fitted fit(double[][] x, double[] y) {
    double mean = Arrays.stream(y).average().orElse(0);
    int size = x[0].length;
    R064Store gram = R064Store.FACTORY.make(size, size);
    R064Store right = R064Store.FACTORY.make(size, 1);
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < size; i++) {
        if (x[row][i] != 0) {
          right.add(i, 0, x[row][i] * (y[row] - mean));
          for (int j = 0; j < size; j++) {
            gram.add(i, j, x[row][i] * x[row][j]);
          }
        }
      }
    }
    for (int i = 0; i < size; i++) {
      gram.add(i, i, ridge * x.length);
    }
    LU<Double> solver = LU.R064.make(gram);
    solver.decompose(gram);
    MatrixStore<Double> weights = solver.getSolution(right);
    return rows ->
        Arrays.stream(rows)
            .mapToDouble(
                row -> {
                  double sum = mean;
                  for (int i = 0; i < size; i++) {
                    sum += row[i] * weights.doubleValue(i, 0);
                  }
                  return sum;
                })
            .toArray();
  }
}
