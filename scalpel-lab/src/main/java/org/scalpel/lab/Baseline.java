package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.scalpel.learn.Dataset;
import org.scalpel.learn.Encoder;
import org.scalpel.learn.KernelFeatures;
import org.scalpel.learn.KernelSample;
import org.scalpel.learn.LearningCurve;
import org.scalpel.learn.Roofline;

/**
 * A method of others, tuned: of its candidates, and of the features as they are and as our networks
 * read them, the one is taken that has the least error on architectures kept apart from those that
 * it may learn from; it then learns from all of them. So every baseline has the features that ours
 * has, in the form that suits it better.
 *
 * @param name in tables
 * @param target what it learns
 */
record Baseline(String name, Target target, List<Regressor> candidates) {
  /** What a method learns. */
  enum Target {
    /** Time itself. */
    TIME,
    /** Its logarithm. */
    LOG,
    /** The logarithm of time by that of a roofline, which our networks learn too. */
    RATIO
  }

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

  /** The same with the logarithm of time. */
  static final List<String> FOUR_LOG = FOUR.stream().map(name -> name + " (log)").toList();

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
            new SupportVectorRegressor(10, 1, MOST_SUPPORT));
    List<Regressor> tree =
        List.of(TreeRegressor.tree(8, 2), TreeRegressor.tree(12, 2), TreeRegressor.tree(12, 6));
    List<Regressor> boosted =
        List.of(
            TreeRegressor.boosted(4, 0.08, 400),
            TreeRegressor.boosted(6, 0.05, 400),
            TreeRegressor.boosted(8, 0.05, 300),
            TreeRegressor.boosted(7, 0.1, 250).byAbsoluteErrors());
    List<Baseline> all = new ArrayList<>();
    for (Target target : List.of(Target.TIME, Target.LOG)) {
      String end = target == Target.LOG ? " (log)" : "";
      all.add(new Baseline("linear" + end, target, linear));
      all.add(new Baseline("k-NN" + end, target, neighbours));
      all.add(new Baseline("SVR" + end, target, vectors));
      all.add(new Baseline("tree" + end, target, tree));
    }
    all.add(new Baseline("forest (log)", Target.LOG, List.of(TreeRegressor.forest(0.4))));
    all.add(new Baseline(Evaluation.BOOSTED, Target.LOG, boosted));
    all.add(new Baseline(Evaluation.BOOSTED_RATIO, Target.RATIO, boosted));
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
    Roofline roofline = Roofline.of(samples);
    double[] wanted = samples.stream().mapToDouble(s -> wanted(s, roofline)).toArray();
    Regressor.Fitted fitted = regressor.fit(form.rows(kernels), wanted);
    return others -> {
      double[] answers = fitted.predict(form.rows(others));
      return IntStream.range(0, answers.length)
          .mapToDouble(i -> ms(answers[i], others.get(i), roofline))
          .toArray();
    };
  }

  private double wanted(KernelSample sample, Roofline roofline) {
    double ms = Math.max(LEAST_MS, sample.ms());
    return switch (target) {
      case TIME -> sample.ms();
      case LOG -> Math.log(ms);
      case RATIO -> Math.log(ms / roofline.ms(sample.features()));
    };
  }

  private double ms(double answer, KernelFeatures kernel, Roofline roofline) {
    // Ten orders of magnitude beyond any kernel: what a line may say far out, kept finite.
    double power = Math.exp(Math.max(-20, Math.min(20, answer)));
    return switch (target) {
      case TIME -> answer;
      case LOG -> power;
      case RATIO -> roofline.ms(kernel) * power;
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
