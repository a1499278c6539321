package org.scalpel.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * How far predictions are from measurements.
 *
 * @param mape the mean of |predicted − measured| / measured
 * @param within10 the share that is off by 10 % at most
 * @param within20 the share that is off by 20 % at most
 * @param r2Log the coefficient of determination of the logarithms; a prediction that is not above 0
 *     counts as the least that a clock can tell
 * @param kernels how many
 */
public record KernelError(
    double mape, double within10, double within20, double r2Log, int kernels) {
  /** A prediction and what was measured, in ms. */
  public record Pair(double predictedMs, double measuredMs) {
    /** |predicted − measured| / measured. */
    public double relative() {
      return Math.abs(predictedMs - measuredMs) / measuredMs;
    }
  }

  /** The predictions for measured kernels. */
  public static List<Pair> pairs(
      Predictor.PlatformPredictor predictor, List<KernelSample> samples) {
    List<Prediction> predictions =
        predictor.predict(samples.stream().map(KernelSample::features).toList());
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      pairs.add(new Pair(predictions.get(i).meanMs(), samples.get(i).ms()));
    }
    return pairs;
  }

  /** The error over some kernels, at least one, that were measured above 0. */
  public static KernelError of(List<Pair> pairs) {
    if (pairs.isEmpty()) {
      throw new LearnException("no kernel was predicted and measured; expected at least one");
    }
    double mean = pairs.stream().mapToDouble(p -> Math.log(p.measuredMs())).average().orElse(0);
    double off = 0;
    double square = 0;
    double total = 0;
    int ten = 0;
    int twenty = 0;
    for (Pair pair : pairs) {
      double relative = pair.relative();
      off += relative;
      ten += relative <= 0.1 ? 1 : 0;
      twenty += relative <= 0.2 ? 1 : 0;
      double log = Math.log(pair.measuredMs());
      double predicted = Math.log(Math.max(Roofline.LEAST_MS, pair.predictedMs()));
      square += (predicted - log) * (predicted - log);
      total += (log - mean) * (log - mean);
    }
    double count = pairs.size();
    return new KernelError(
        off / count,
        ten / count,
        twenty / count,
        total == 0 ? 0 : 1 - square / total,
        pairs.size());
  }
}
