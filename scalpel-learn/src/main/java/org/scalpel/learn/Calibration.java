package org.scalpel.learn;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.scalpel.cost.Stat;

/**
 * What the members of an ensemble were off on kernels that they had not seen, on one platform: how
 * far networks and trees count, and how wide predictions spread.
 *
 * @param types of the kernels
 * @param bases the logarithms of their rooflines
 * @param wanted what those were off
 * @param networks what the networks are off; NaN where none was without the kernel
 * @param trees what the trees are off
 */
// Arrays: a column of the training table each.
@SuppressWarnings("ArrayRecordComponent")
record Calibration(
    KernelType[] types, double[] bases, float[] wanted, double[] networks, double[] trees) {
  private static final double[] SHARES = {0, 0.2, 0.35, 0.5, 0.65, 0.8, 1};

  /** An error beyond this, in logarithms, is an accident of measuring and no measure of spread. */
  private static final double ACCIDENT = 1;

  /** This share of a type's kernels may be farther off their roofline than a prediction ever is. */
  private static final double FARTHEST = 0.01;

  /** Of the networks; the one that errs least. */
  double share() {
    double best = 1;
    double least = Double.POSITIVE_INFINITY;
    for (double share : SHARES) {
      double sum = 0;
      for (int i = 0; i < networks.length; i++) {
        if (!Double.isNaN(networks[i]) && !Float.isNaN(wanted[i])) {
          sum += Math.min(ACCIDENT, Math.abs(off(i, share)));
        }
      }
      if (sum < least) {
        least = sum;
        best = share;
      }
    }
    return best;
  }

  private double off(int i, double share) {
    return share * networks[i] + (1 - share) * trees[i];
  }

  /** Every type of which there were enough kernels. */
  Map<KernelType, Target.Learned> learned(double share) {
    Map<KernelType, List<Integer>> groups = new EnumMap<>(KernelType.class);
    for (int i = 0; i < types.length; i++) {
      if (!Float.isNaN(wanted[i])) {
        groups.computeIfAbsent(types[i], t -> new ArrayList<>()).add(i);
      }
    }
    Map<KernelType, Target.Learned> learned = new EnumMap<>(KernelType.class);
    groups.forEach(
        (type, rows) -> {
          if (rows.size() >= PredictorTraining.ENOUGH) {
            learned.put(type, learned(rows, share));
          }
        });
    return learned;
  }

  private Target.Learned learned(List<Integer> rows, double share) {
    List<Double> work = rows.stream().map(i -> bases[i]).toList();
    List<Double> corrections = rows.stream().map(i -> (double) wanted[i]).toList();
    double[] off =
        rows.stream()
            .filter(i -> !Double.isNaN(networks[i]))
            .mapToDouble(i -> Math.min(ACCIDENT, off(i, share) * off(i, share)))
            .toArray();
    double sum = 0;
    for (double one : off) {
      sum += one;
    }
    return new Target.Learned(
        new Target.Range(Stat.quantile(work, 0), Stat.quantile(work, 1)),
        new Target.Range(
            Stat.quantile(corrections, FARTHEST), Stat.quantile(corrections, 1 - FARTHEST)),
        off.length == 0 ? Target.UNKNOWN_SPREAD : Math.sqrt(sum / off.length));
  }
}
