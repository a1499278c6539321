package org.scalpel.cost;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.scalpel.engine.Assignments;
import org.scalpel.engine.Engine;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.Segment;
import org.scalpel.graph.TensorData;

/**
 * How far predicted compute times are from measured ones, cut by cut.
 *
 * <p>Each cut is measured side by side with the whole model, and the comparison is made in units of
 * a whole run, so that a machine that has become faster or slower since it was profiled is not
 * taken for a wrong model.
 */
public final class PredictionError {
  private static final Bench.Rounds ROUNDS = new Bench.Rounds(5, 100, 250_000_000);
  private static final int RESTED_ROUNDS = 5;

  private PredictionError() {}

  /**
   * One cut.
   *
   * @param segments how many there are
   * @param predictedMs the sum over its segments
   * @param measuredMs the same, measured, at the speed that the machine had when profiled
   */
  public record Cut(int segments, double predictedMs, double measuredMs) {
    /** |predicted − measured| / measured. */
    public double relative() {
      return Math.abs(predictedMs - measuredMs) / measuredMs;
    }
  }

  /**
   * The errors of all cuts.
   *
   * @param median of the relative errors
   * @param p95 their 95th percentile
   */
  public record Summary(double median, double p95, List<Cut> cuts) {}

  /** Measures these cuts and compares each with its prediction. */
  public static Summary measure(
      Engine engine,
      KernelGraph kernels,
      Profile profile,
      Map<String, TensorData> inputs,
      List<int[]> assignments) {
    profile.require(kernels);
    double wholeMs = profile.measured().wholeMs().medianMs();
    List<Cut> cuts = new ArrayList<>();
    try (Bench bench = new Bench(engine, kernels, profile.subject().facts(), inputs)) {
      bench.warmUp();
      for (int[] assignment : assignments) {
        Comparison compared = of(profile.fit(), kernels, bench.measure(assignment, ROUNDS));
        cuts.add(new Cut(compared.segments(), compared.predictedMs(), compared.share() * wholeMs));
      }
    }
    return summary(cuts);
  }

  /**
   * The same for a tier that was idle before every run, as long as when it was profiled. There is
   * no whole run beside each cut: times are compared as they are.
   *
   * @throws ProfileException the profile has no rested runs
   */
  public static Summary measureRested(
      Engine engine,
      KernelGraph kernels,
      Profile profile,
      Map<String, TensorData> inputs,
      List<int[]> assignments) {
    profile.require(kernels);
    Profile.Rested rested =
        profile
            .rested()
            .orElseThrow(
                () ->
                    new ProfileException(
                        "profile of "
                            + profile.subject().model()
                            + ": has no rested runs. Maybe profile again"));
    Bench.Pauses pauses = new Bench.Pauses((long) (rested.pauseMs() * 1e6), RESTED_ROUNDS);
    List<Cut> cuts = new ArrayList<>();
    try (Bench bench = new Bench(engine, kernels, profile.subject().facts(), inputs)) {
      for (int[] assignment : assignments) {
        Bench.RestedCut measured = bench.measureRested(assignment, pauses);
        double predicted = 0;
        for (Segment segment : measured.segments()) {
          predicted += predict(rested.fit(), kernels, segment);
        }
        double ms = measured.ms().stream().mapToDouble(Double::doubleValue).sum();
        cuts.add(new Cut(measured.segments().size(), predicted, ms));
      }
    }
    return summary(cuts);
  }

  /**
   * Profiles a model twice and compares every cut behind a cut vertex, and some random assignments
   * to two and three tiers, with the profile in which it took no part: even cuts with the first,
   * odd ones with the second.
   *
   * @param randomCuts how many random assignments
   */
  public static Summary crossValidate(
      Engine engine,
      KernelGraph kernels,
      Map<String, TensorData> inputs,
      ProfileOptions options,
      int randomCuts) {
    List<int[]> all = new ArrayList<>(Assignments.atCutVertices(kernels));
    Random random = new Random(~options.seed());
    for (int i = 0; i < randomCuts; i++) {
      all.add(Assignments.random(kernels, 2 + i / 2 % 2, random));
    }
    List<Cut> cuts = new ArrayList<>();
    for (int fold = 0; fold < 2; fold++) {
      List<int[]> heldOut = new ArrayList<>();
      for (int c = fold; c < all.size(); c += 2) {
        heldOut.add(all.get(c));
      }
      Profile profile =
          new Profiler(engine).avoiding(heldOut).profile(kernels, inputs, options, Progress.NONE);
      cuts.addAll(measure(engine, kernels, profile, inputs, heldOut).cuts());
    }
    return summary(cuts);
  }

  private static Summary summary(List<Cut> cuts) {
    List<Double> errors = cuts.stream().map(Cut::relative).toList();
    return new Summary(Stat.quantile(errors, 0.5), Stat.quantile(errors, 0.95), List.copyOf(cuts));
  }

  /** A prediction in ms beside a measurement in units of a whole run. */
  record Comparison(int segments, double predictedMs, double share) {
    double relative(double wholeMs) {
      return Math.abs(predictedMs - share * wholeMs) / (share * wholeMs);
    }
  }

  static Comparison of(Profile.Fit fit, KernelGraph kernels, Bench.Cut cut) {
    double predicted = 0;
    double share = 0;
    for (int s = 0; s < cut.segments().size(); s++) {
      predicted += predict(fit, kernels, cut.segments().get(s));
      share += cut.shares().get(s);
    }
    return new Comparison(cut.segments().size(), predicted, share);
  }

  private static double predict(Profile.Fit fit, KernelGraph kernels, Segment segment) {
    BitSet inside = new BitSet();
    double ms = fit.sessionMs();
    for (int kernel : segment.kernels()) {
      inside.set(kernel);
      ms += fit.kernelMs().get(kernel);
    }
    for (KernelTensor tensor : kernels.tensors()) {
      Profile.Boundary boundary = fit.boundaries().get(tensor.name());
      if (boundary != null && SegmentTimes.enters(tensor, inside)) {
        ms += boundary.enterMs();
      } else if (boundary != null && SegmentTimes.leaves(tensor, inside)) {
        ms += boundary.leaveMs();
      }
    }
    return ms;
  }
}
