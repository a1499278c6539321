package org.scalpel.lab;

import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Trees, by XGBoost: one decision tree, a forest of many that each see other rows and numbers, or
 * trees boosted one after the other.
 *
 * @param parameters of XGBoost
 * @param rounds of boosting; 1 for a tree and a forest
 */
record TreeRegressor(Map<String, Object> parameters, int rounds) implements Regressor {
  /** Copies. */
  TreeRegressor {
    parameters = Map.copyOf(parameters);
  }

  static TreeRegressor tree(int depth, int leaf) {
    return new TreeRegressor(
        Map.of(
            "max_depth",
            depth,
            "min_child_weight",
            leaf,
            "eta",
            1,
            "lambda",
            0,
            "tree_method",
            "exact"),
        1);
  }

  static TreeRegressor forest(double numbers) {
    return new TreeRegressor(
        Map.of(
            "max_depth",
            20,
            "min_child_weight",
            1,
            "eta",
            1,
            "lambda",
            0,
            "num_parallel_tree",
            200,
            "subsample",
            0.63,
            "colsample_bynode",
            numbers,
            "tree_method",
            "hist",
            "max_bin",
            256),
        1);
  }

  static TreeRegressor boosted(int depth, double rate, int rounds) {
    return new TreeRegressor(
        Map.of(
            "max_depth",
            depth,
            "min_child_weight",
            3,
            "eta",
            rate,
            "subsample",
            0.8,
            "colsample_bytree",
            0.7,
            "tree_method",
            "hist",
            "max_bin",
            256),
        rounds);
  }

  /** The same, each leaf the median of what is missing: wild measurements do not draw it. */
  TreeRegressor byAbsoluteErrors() {
    Map<String, Object> other = new HashMap<>(parameters);
    other.put("objective", "reg:absoluteerror");
    return new TreeRegressor(other, rounds);
  }

  @Override
  public Fitted fit(double[][] x, double[] y) {
    try {
      DMatrix rows = matrix(x);
      float[] wanted = new float[y.length];
      double sum = 0;
      for (int i = 0; i < y.length; i++) {
        wanted[i] = (float) y[i];
        sum += y[i] / y.length;
      }
      rows.setLabel(wanted);
      Map<String, Object> all = new HashMap<>(parameters);
      all.putIfAbsent("objective", "reg:squarederror");
      all.put("base_score", sum);
      all.put("nthread", 1);
      all.put("seed", 1);
      all.put("verbosity", 0);
      Booster booster = XGBoost.train(rows, all, rounds, Map.of(), null, null);
      rows.dispose();
      return other -> predict(booster, other);
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost: " + e.getMessage(), e);
    }
  }

  private static double[] predict(Booster booster, double[][] x) {
    try {
      DMatrix rows = matrix(x);
      float[][] answers = booster.predict(rows);
      rows.dispose();
      double[] predicted = new double[answers.length];
      for (int i = 0; i < predicted.length; i++) {
        predicted[i] = answers[i][0];
      }
      return predicted;
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost: " + e.getMessage(), e);
    }
  }

  private static DMatrix matrix(double[][] x) throws XGBoostError {
    float[] flat = new float[x.length * x[0].length];
    int at = 0;
    for (double[] row : x) {
      for (double value : row) {
        flat[at++] = (float) value;
      }
    }
    return new DMatrix(flat, x.length, x[0].length, Float.NaN);
  }
}
