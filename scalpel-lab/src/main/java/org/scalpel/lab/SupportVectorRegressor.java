package org.scalpel.lab;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import libsvm.svm;
import libsvm.svm_model;
import libsvm.svm_node;
import libsvm.svm_parameter;
import libsvm.svm_problem;

/**
 * Support vector regression with a radial kernel, by LIBSVM.
 *
 * @param cost of an error outside the tube
 * @param width of the kernel: {@code gamma} times the numbers of a row
 * @param most rows; the time grows with their square, so that more are drawn from, with a seed
 */
record SupportVectorRegressor(double cost, double width, int most) implements Regressor {
  private static final double TUBE = 0.02;

  @Override
  public Fitted fit(double[][] x, double[] y) {
    int[] chosen = IntStream.range(0, x.length).toArray();
    if (x.length > most) {
      chosen = new Random(1).ints(0, x.length).distinct().limit(most).toArray();
    }
    double mean = Arrays.stream(y).average().orElse(0);
    double variance = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElse(1);
    double scale = Math.sqrt(Math.max(variance, 1e-12));
    svm_problem problem = new svm_problem();
    problem.l = chosen.length;
    problem.x = Arrays.stream(chosen).mapToObj(i -> nodes(x[i])).toArray(svm_node[][]::new);
    problem.y = Arrays.stream(chosen).mapToDouble(i -> (y[i] - mean) / scale).toArray();
    svm_model model = svm.svm_train(problem, parameters(x[0].length));
    return rows ->
        Arrays.stream(rows)
            .mapToDouble(row -> mean + scale * svm.svm_predict(model, nodes(row)))
            .toArray();
  }

  private svm_parameter parameters(int numbers) {
    svm.svm_set_print_string_function(text -> {});
    svm_parameter parameters = new svm_parameter();
    parameters.svm_type = svm_parameter.EPSILON_SVR;
    parameters.kernel_type = svm_parameter.RBF;
    parameters.gamma = width / numbers;
    parameters.C = cost;
    parameters.p = TUBE;
    parameters.eps = 1e-2;
    parameters.cache_size = 256;
    parameters.shrinking = 1;
    return parameters;
  }

  private static svm_node[] nodes(double[] row) {
    return IntStream.range(0, row.length)
        .filter(i -> row[i] != 0)
        .mapToObj(
            i -> {
              svm_node node = new svm_node();
              node.index = i + 1;
              node.value = row[i];
              return node;
            })
        .toArray(svm_node[]::new);
  }
}
