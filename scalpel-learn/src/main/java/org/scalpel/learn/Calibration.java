package org.scalpel.learn;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.scalpel.cost.Stat;

/**
 * What the members of an ensemble say of kernels that they had not seen, on one platform: how far
 * networks and trees may correct the roofline, by type, and how wide predictions spread.
 *
 * @param types of the kernels
 * @param wanted what their rooflines were off, in logarithms; NaN where nothing was measured
 * @param networks the networks' corrections; NaN where none was without the kernel
 * @param trees the trees' corrections
 */
// Arrays: a column of the training table each.
@SuppressWarnings("ArrayRecordComponent")
record Calibration(KernelType[] types, float[] wanted, double[] networks, double[] trees) {
  /** Steps from 0 to 1 in which shares are tried. */
  private static final int STEPS = 5;

  /** An error beyond this is an accident of measuring, and no measure of spread. */
  private static final double ACCIDENT = 1;

  /** This share of a type's kernels may be farther off their roofline than a prediction ever is. */
  private static final double FARTHEST = 0.01;

  /** So many kernels of a type have as much to say about its shares as all types together. */
  private static final double PRIOR = 60;

  /** Shares of networks and trees. */
  private record Shares(double networks, double trees) {
    static List<Shares> all() {
      List<Shares> all = new ArrayList<>();
      for (int n = 0; n <= STEPS; n++) {
        for (int t = 0; n + t <= STEPS; t++) {
          all.add(new Shares((double) n / STEPS, (double) t / STEPS));
        }
      }
      return all;
    }
  }

  /** Every type of which there were enough kernels. */
  Map<KernelType, Target.Learned> learned() {
    Map<KernelType, List<Integer>> groups = new EnumMap<>(KernelType.class);
    for (int i = 0; i < types.length; i++) {
      if (!Float.isNaN(wanted[i])) {
        groups.computeIfAbsent(types[i], t -> new ArrayList<>()).add(i);
      }
    }
    groups.values().removeIf(rows -> rows.size() < PredictorTraining.ENOUGH);
    List<Shares> shares = Shares.all();
    Map<KernelType, Target.Range> ranges = new EnumMap<>(KernelType.class);
    Map<KernelType, double[]> errors = new EnumMap<>(KernelType.class);
    double[] mean = new double[shares.size()];
    double count = 0;
    for (Map.Entry<KernelType, List<Integer>> group : groups.entrySet()) {
      List<Integer> rows = group.getValue();
      Target.Range range = range(rows);
      double[] error = errors(rows, range, shares);
      ranges.put(group.getKey(), range);
      errors.put(group.getKey(), error);
      count += rows.size();
      for (int s = 0; s < mean.length; s++) {
        mean[s] += error[s];
      }
    }
    Map<KernelType, Target.Learned> learned = new EnumMap<>(KernelType.class);
    for (Map.Entry<KernelType, Target.Range> one : ranges.entrySet()) {
      double[] error = errors.getOrDefault(one.getKey(), mean);
      int best = 0;
      for (int s = 1; s < mean.length; s++) {
        double gain = error[best] - error[s] + PRIOR * (mean[best] - mean[s]) / count;
        best = gain > 0 ? s : best;
      }
      List<Integer> rows = groups.getOrDefault(one.getKey(), List.of());
      learned.put(one.getKey(), learned(rows, one.getValue(), shares.get(best)));
    }
    return learned;
  }

  private Target.Range range(List<Integer> rows) {
    List<Double> corrections = rows.stream().map(i -> (double) wanted[i]).toList();
    return new Target.Range(
        Stat.quantile(corrections, FARTHEST), Stat.quantile(corrections, 1 - FARTHEST));
  }

  /** For each pair of shares the sum of relative errors, which is what users see. */
  private double[] errors(List<Integer> rows, Target.Range range, List<Shares> shares) {
    double[] errors = new double[shares.size()];
    for (int i : rows) {
      if (!Double.isNaN(networks[i])) {
        for (int s = 0; s < errors.length; s++) {
          errors[s] += Math.min(ACCIDENT, Math.abs(Math.expm1(off(i, range, shares.get(s)))));
        }
      }
    }
    return errors;
  }

  private double off(int i, Target.Range range, Shares shares) {
    return shares.networks() * range.clamp(networks[i])
        + shares.trees() * range.clamp(trees[i])
        - wanted[i];
  }

  private Target.Learned learned(List<Integer> rows, Target.Range range, Shares shares) {
    double[] off =
        rows.stream()
            .filter(i -> !Double.isNaN(networks[i]))
            .mapToDouble(i -> Math.min(ACCIDENT, Math.pow(off(i, range, shares), 2)))
            .toArray();
    double sum = 0;
    for (double one : off) {
      sum += one;
    }
    return new Target.Learned(
        range,
        off.length == 0 ? Target.UNKNOWN_SPREAD : Math.sqrt(sum / off.length),
        shares.networks(),
        shares.trees());
  }
}
