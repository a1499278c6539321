package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.scalpel.learn.Dataset;
import org.scalpel.learn.Encoder;
import org.scalpel.learn.KernelFeatures;
import org.scalpel.learn.KernelSample;
import org.scalpel.learn.LearningCurve;

/**
 * A method of others, tuned: of its candidates, and of the features as they are and as our networks
 * read them, the one is taken that has the least error on architectures kept apart from those that
 * it may learn from; it then learns from all of them. So every baseline has the features that ours
 * has, in the form that suits it better.
 *
 * @param name in tables
 * @param log whether it learns the logarithm of time
 */
record Baseline(String name, boolean log, List<Regressor> candidates) {
  /** The least that a clock can tell, ms. */
  private static final double LEAST_MS = 0.0002;

  private static final int APART = 5;
  private static final int MOST_SUPPORT = 1500;

  /** Predicts, in ms; a method that learns time itself may answer with less than nothing. */
  interface Predicting {
    double[] ms(List<KernelFeatures> kernels);
  }

  /** The four that are reported with time itself and with its logarithm. */
  static final List<String> FOUR = List.of("linear", "k-NN", "SVR", "tree");

  static List<Baseline> all() {
    List<Regressor> linear =
        List.of(new LinearRegressor(1e-6), new LinearRegressor(1e-3), new LinearRegressor(0.1));
    List<Regressor> neighbours =
        List.of(
            new NeighbourRegressor(1),
            new NeighbourRegressor(3),
            new NeighbourRegressor(5),
            new NeighbourRegressor(10));
    List<Regressor> vectors =
        List.of(
            new SupportVectorRegressor(10, 0.3, MOST_SUPPORT),
            new SupportVectorRegressor(100, 0.3, MOST_SUPPORT),
            new SupportVectorRegressor(10, 1, MOST_SUPPORT));
    List<Regressor> tree =
        List.of(TreeRegressor.tree(8, 2), TreeRegressor.tree(12, 2), TreeRegressor.tree(12, 6));
    List<Regressor> boosted =
        List.of(
            TreeRegressor.boosted(4, 0.08, 600),
            TreeRegressor.boosted(6, 0.05, 600),
            TreeRegressor.boosted(8, 0.05, 400));
    List<Baseline> all = new ArrayList<>();
    for (boolean log : new boolean[] {false, true}) {
      String end = log ? " (log)" : "";
      all.add(new Baseline("linear" + end, log, linear));
      all.add(new Baseline("k-NN" + end, log, neighbours));
      all.add(new Baseline("SVR" + end, log, vectors));
      all.add(new Baseline("tree" + end, log, tree));
    }
    all.add(new Baseline("forest (log)", true, List.of(TreeRegressor.forest(0.4))));
    all.add(new Baseline("boosted trees (log)", true, boosted));
    return all;
  }

  /** Tunes and learns. */
  Predicting learn(Dataset data, long seed) {
    if (candidates.size() == 1 && candidates.get(0) instanceof TreeRegressor only) {
      return fit(only, true, data.measured());
    }
    Set<String> apart = LearningCurve.folds(data, APART, seed).get(0);
    List<KernelSample> part = LearningCurve.without(data, apart).measured();
    List<KernelSample> check = LearningCurve.only(data, apart).measured();
    Regressor best = candidates.get(0);
    boolean encoded = false;
    double least = Double.POSITIVE_INFINITY;
    for (boolean form : new boolean[] {false, true}) {
      for (Regressor candidate : candidates) {
        if (!form && candidate instanceof TreeRegressor) {
          // A tree asks only which of two numbers is greater: one form is enough.
          continue;
        }
        double off = error(fit(candidate, form, part), check);
        if (off < least) {
          least = off;
          best = candidate;
          encoded = form;
        }
      }
    }
    return fit(best, encoded, data.measured());
  }

  private static double error(Predicting predicting, List<KernelSample> samples) {
    double[] ms = predicting.ms(samples.stream().map(KernelSample::features).toList());
    double sum = 0;
    for (int i = 0; i < ms.length; i++) {
      sum += Math.abs(ms[i] - samples.get(i).ms()) / samples.get(i).ms();
    }
    return sum / ms.length;
  }

  private Predicting fit(Regressor regressor, boolean encoded, List<KernelSample> samples) {
    List<KernelFeatures> kernels = samples.stream().map(KernelSample::features).toList();
    Form form = encoded ? new Encoded(Encoder.of(kernels)) : Plain.of(kernels);
    double[] wanted =
        samples.stream()
            .mapToDouble(s -> log ? Math.log(Math.max(LEAST_MS, s.ms())) : s.ms())
            .toArray();
    Regressor.Fitted fitted = regressor.fit(form.rows(kernels), wanted);
    return others -> {
      double[] answers = fitted.predict(form.rows(others));
      // Ten orders of magnitude beyond any kernel: what a line may say far out, kept finite.
      return log
          ? Arrays.stream(answers).map(a -> Math.exp(Math.max(-20, Math.min(20, a)))).toArray()
          : answers;
    };
  }

  /** How kernels become rows of numbers. */
  private interface Form {
    double[][] rows(List<KernelFeatures> kernels);
  }

  private record Encoded(Encoder encoder) implements Form {
    @Override
    public double[][] rows(List<KernelFeatures> kernels) {
      return kernels.stream()
          .map(
              kernel -> {
                float[] row = encoder.encode(kernel);
                double[] wide = new double[row.length];
                for (int i = 0; i < row.length; i++) {
                  wide[i] = row[i];
                }
                return wide;
              })
          .toArray(double[][]::new);
    }
  }

  /** Features as they are, mean 0 and deviation 1, and one number for each type. */
  // Arrays: what the loops run over.
  @SuppressWarnings({"ArrayRecordComponent", "EnumOrdinal"})
  private record Plain(double[] mean, double[] scale) implements Form {
    static Plain of(List<KernelFeatures> kernels) {
      int size = KernelFeatures.names().size();
      double[] mean = new double[size];
      double[] scale = new double[size];
      for (KernelFeatures kernel : kernels) {
        double[] values = kernel.toArray();
        for (int i = 0; i < size; i++) {
          mean[i] += values[i] / kernels.size();
        }
      }
      for (KernelFeatures kernel : kernels) {
        double[] values = kernel.toArray();
        for (int i = 0; i < size; i++) {
          scale[i] += (values[i] - mean[i]) * (values[i] - mean[i]) / kernels.size();
        }
      }
      for (int i = 0; i < size; i++) {
        scale[i] = scale[i] <= 0 ? 0 : 1 / Math.sqrt(scale[i]);
      }
      return new Plain(mean, scale);
    }

    @Override
    public double[][] rows(List<KernelFeatures> kernels) {
      int types = org.scalpel.learn.KernelType.values().length;
      return kernels.stream()
          .map(
              kernel -> {
                double[] values = kernel.toArray();
                double[] row = new double[values.length + types];
                for (int i = 0; i < values.length; i++) {
                  row[i] = (values[i] - mean[i]) * scale[i];
                }
                row[values.length + kernel.type().ordinal()] = 1;
                return row;
              })
          .toArray(double[][]::new);
    }
  }
}
