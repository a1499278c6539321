package org.scalpel.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Fits a predictor of known platforms to a new one with few measurements.
 *
 * <p>A Bayesian linear regression on top of each member of the ensemble, see {@link Adaptation}:
 * without measurements the new platform is the known ones' geometric mean; every measurement draws
 * its speed, the powers, the types' factors and at last the weights of the last layer away from
 * that, the more the more measurements agree. How stiff each of these is, cross-validation over the
 * measurements decides.
 */
public final class Onboarding {
  /**
   * Deviations that the parts may have a priori, in units of a measurement's noise: powers, types,
   * last layer. The first is for measurements too few to choose by.
   */
  private static final double[][] STIFFNESS = {
    {0.3, 1, 0.05}, {1, 3, 0.2}, {3, 3, 0.5}, {3, 5, 1.5}, {10, 10, 5}, {0.3, 0.3, 0.01}
  };

  private static final double FREE = 100;
  private static final int FOLDS = 5;
  private static final double ACCIDENT = 1;

  private Onboarding() {}

  /**
   * The predictor of a new platform.
   *
   * @param pretrained of platforms that were learned, not itself fitted to few measurements
   * @param few the new platform's measurements; none may be enough for a guess
   */
  public static Predictor adapt(Predictor pretrained, Dataset few) {
    if (pretrained.adaptation().isPresent()) {
      throw new LearnException(
          "a predictor that was itself fitted to few measurements; expected a trained one");
    }
    List<KernelSample> samples = Rows.measured(few);
    List<KernelFeatures> kernels = samples.stream().map(KernelSample::features).toList();
    double[] wanted = samples.stream().mapToDouble(PredictorTraining::logMs).toArray();
    float[][] encoded = pretrained.encoder().encode(kernels);
    double[][][] logs = pretrained.logs(kernels, encoded);
    List<Adaptation.Head> heads = new ArrayList<>();
    double[] off = new double[wanted.length];
    for (int m = 0; m < logs.length; m++) {
      Member member = pretrained.members().get(m);
      HeadFit fit = new HeadFit(kernels, logs[m], member.hidden(encoded), wanted);
      int width = member.width();
      double[] stiffness = best(fit);
      double[] apart = fit.apart(stiffness, FOLDS);
      for (int i = 0; i < off.length; i++) {
        off[i] += apart[i] / logs.length;
      }
      heads.add(fit.head(stiffness, pretrained.targets().size(), width));
    }
    Target target =
        new Target(
            few.platform(),
            pretrained.targets().get(0).roofline(),
            learned(pretrained, kernels, off),
            few.models().isEmpty() ? pretrained.targets().get(0).overheads() : Overheads.of(few));
    return new Predictor(
        pretrained.origin(),
        pretrained.encoder(),
        pretrained.members(),
        pretrained.targets(),
        Optional.of(new Adaptation(target, samples.size(), heads)));
  }

  private static double[] best(HeadFit fit) {
    double[] best = STIFFNESS[0];
    double least = Double.POSITIVE_INFINITY;
    for (double[] stiffness : STIFFNESS) {
      double sum = 0;
      for (double off : fit.apart(stiffness, FOLDS)) {
        sum += Math.min(Math.abs(off), ACCIDENT);
      }
      if (sum < least) {
        least = sum;
        best = stiffness;
      }
    }
    return best;
  }

  /** Known types keep the spread that they had elsewhere, widened to what is seen here. */
  private static Map<KernelType, Target.Learned> learned(
      Predictor pretrained, List<KernelFeatures> kernels, double[] off) {
    double here = off.length == 0 ? Target.UNKNOWN_SPREAD : deviation(Arrays.stream(off));
    Map<KernelType, Double> spread = new EnumMap<>(KernelType.class);
    for (Target target : pretrained.targets()) {
      target
          .learned()
          .forEach((type, seen) -> spread.merge(type, Math.max(here, seen.spread()), Math::max));
    }
    for (KernelType type : KernelType.values()) {
      double[] own =
          IntStream.range(0, off.length)
              .filter(i -> kernels.get(i).type() == type)
              .mapToDouble(i -> off[i])
              .toArray();
      if (own.length >= PredictorTraining.ENOUGH) {
        spread.put(type, deviation(Arrays.stream(own)));
      }
    }
    Map<KernelType, Target.Learned> learned = new EnumMap<>(KernelType.class);
    Target.Range any = new Target.Range(-60, 60);
    spread.forEach((type, value) -> learned.put(type, new Target.Learned(any, value, 1, 0)));
    return learned;
  }

  private static double deviation(DoubleStream errors) {
    return Math.sqrt(errors.map(e -> Math.min(ACCIDENT, e * e)).average().orElse(0));
  }

  /**
   * So many kernels of a data set, types in turns, in random order: what a few minutes of measuring
   * a new machine would bring. Models are left out.
   */
  public static Dataset few(Dataset data, int count, long seed) {
    Map<KernelType, List<KernelSample>> byType = new EnumMap<>(KernelType.class);
    List<KernelSample> all = new ArrayList<>(Rows.measured(data));
    Collections.shuffle(all, new Random(seed));
    all.forEach(s -> byType.computeIfAbsent(s.type(), t -> new ArrayList<>()).add(s));
    List<KernelSample> chosen = new ArrayList<>();
    for (int round = 0; chosen.size() < Math.min(count, all.size()); round++) {
      for (List<KernelSample> group : byType.values()) {
        if (round < group.size() && chosen.size() < count) {
          chosen.add(group.get(round));
        }
      }
    }
    return new Dataset(data.platform(), chosen, List.of());
  }

  /** The regression of one member; columns are bias, powers, types, last layer. */
  // A type's number is the place of its column, here and nowhere else.
  @SuppressWarnings("EnumOrdinal")
  private static final class HeadFit {
    private final double[][] columns;
    private final double[] wanted;
    private final double[] prior;
    private final int platforms;
    private final double[] hiddenMean;

    HeadFit(List<KernelFeatures> kernels, double[][] trained, float[][] hidden, double[] wanted) {
      this.wanted = wanted;
      platforms = trained.length == 0 ? 0 : trained[0].length;
      int width = hidden.length == 0 ? 0 : hidden[0].length;
      hiddenMean = new double[width];
      for (float[] row : hidden) {
        for (int h = 0; h < width; h++) {
          hiddenMean[h] += row[h] / hidden.length;
        }
      }
      int types = KernelType.values().length;
      columns = new double[wanted.length][1 + platforms + types + width];
      for (int i = 0; i < columns.length; i++) {
        columns[i][0] = 1;
        System.arraycopy(trained[i], 0, columns[i], 1, platforms);
        columns[i][1 + platforms + kernels.get(i).type().ordinal()] = 1;
        for (int h = 0; h < width; h++) {
          columns[i][1 + platforms + types + h] = hidden[i][h] - hiddenMean[h];
        }
      }
      prior = new double[1 + platforms + types + width];
      Arrays.fill(prior, 1, 1 + platforms, 1.0 / Math.max(1, platforms));
    }

    /** Errors on a fifth each of the measurements, fitted to the others. */
    double[] apart(double[] stiffness, int folds) {
      double[] off = new double[wanted.length];
      if (wanted.length < 2 * folds) {
        Arrays.fill(off, Target.UNKNOWN_SPREAD);
        return off;
      }
      for (int fold = 0; fold < folds; fold++) {
        double[] x = solve(stiffness, fold, folds);
        for (int i = fold; i < off.length; i += folds) {
          off[i] = LinearSystem.dot(columns[i], x) - wanted[i];
        }
      }
      return off;
    }

    Adaptation.Head head(double[] stiffness, int known, int width) {
      if (wanted.length == 0) {
        double[] mean = new double[known];
        Arrays.fill(mean, 1.0 / known);
        return new Adaptation.Head(0, mean, Map.of(), new double[width]);
      }
      double[] x = solve(stiffness, -1, FOLDS);
      Map<KernelType, Double> types = new EnumMap<>(KernelType.class);
      for (KernelType type : KernelType.values()) {
        types.put(type, x[1 + platforms + type.ordinal()]);
      }
      double[] last = Arrays.copyOfRange(x, 1 + platforms + KernelType.values().length, x.length);
      double bias = x[0] - LinearSystem.dot(last, hiddenMean);
      return new Adaptation.Head(bias, Arrays.copyOfRange(x, 1, 1 + platforms), types, last);
    }

    private double[] solve(double[] stiffness, int apart, int folds) {
      double[] deviation = new double[prior.length];
      int types = KernelType.values().length;
      deviation[0] = FREE;
      Arrays.fill(deviation, 1, 1 + platforms, stiffness[0]);
      Arrays.fill(deviation, 1 + platforms, 1 + platforms + types, stiffness[1]);
      Arrays.fill(deviation, 1 + platforms + types, deviation.length, stiffness[2]);
      LinearSystem system = new LinearSystem(prior, deviation);
      for (int i = 0; i < wanted.length; i++) {
        if (apart < 0 || i % folds != apart) {
          system.add(columns[i], wanted[i], 1);
        }
      }
      return system.solve();
    }
  }
}
