package org.scalpel.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a kernel must take at least on a machine, by what it does: {@code fixed + MACs · a + bytes
 * of tensors · b + bytes of weights · c + elements · d + elements of costly functions · e}, no
 * coefficient negative, one set for each type and one for kernels of any other. It never falls when
 * a kernel grows. The networks correct it; where they have learned nothing, it is all there is.
 *
 * @param byType coefficients of the types that were seen often enough
 * @param any coefficients of all other types
 */
@SuppressWarnings("ArrayRecordComponent")
public record Roofline(Map<KernelType, double[]> byType, double[] any) {
  static final int TERMS = 6;

  /** Fewer kernels of a type do not fix its coefficients. */
  private static final int ENOUGH = 24;

  /** No kernel is quicker than a clock can tell. */
  static final double LEAST_MS = 0.0002;

  private static final int PASSES = 6;

  /** Copies and checks. */
  public Roofline {
    byType = Collections.unmodifiableMap(new EnumMap<>(withEnum(byType)));
    byType.forEach((type, terms) -> require(type.label(), terms));
    require("any type", any);
  }

  private static Map<KernelType, double[]> withEnum(Map<KernelType, double[]> given) {
    Map<KernelType, double[]> map = new EnumMap<>(KernelType.class);
    map.putAll(given);
    return map;
  }

  private static void require(String what, double[] terms) {
    if (terms.length != TERMS
        || !Arrays.stream(terms).allMatch(t -> t >= 0 && Double.isFinite(t))) {
      throw new LearnException(
          "roofline of %s: %s; expected %d numbers of 0 or more"
              .formatted(what, Arrays.toString(terms), TERMS));
    }
  }

  /** Fitted to measured kernels, at least one. */
  public static Roofline of(List<KernelSample> samples) {
    Map<KernelType, List<KernelSample>> groups = new EnumMap<>(KernelType.class);
    samples.forEach(s -> groups.computeIfAbsent(s.type(), t -> new ArrayList<>()).add(s));
    double[] any = fit(samples);
    Map<KernelType, double[]> byType = new EnumMap<>(KernelType.class);
    groups.forEach(
        (type, group) -> {
          if (group.size() >= ENOUGH) {
            byType.put(type, fit(group));
          }
        });
    return new Roofline(byType, any);
  }

  /** More than 0. */
  public double ms(KernelFeatures kernel) {
    double[] terms = byType.getOrDefault(kernel.type(), any);
    double[] work = work(kernel);
    double ms = 0;
    for (int i = 0; i < TERMS; i++) {
      ms += terms[i] * work[i];
    }
    return Math.max(LEAST_MS, ms);
  }

  /** Bytes of everything that goes in and out. */
  static double bytes(KernelFeatures kernel) {
    return tensors(kernel) + weights(kernel);
  }

  /** What picks a part reads no more than it hands on. */
  private static boolean picks(KernelFeatures kernel) {
    return kernel.type() == KernelType.GATHER || kernel.type() == KernelType.SPLIT;
  }

  private static double tensors(KernelFeatures kernel) {
    double made = kernel.value(Feature.OUTPUT_BYTES);
    return made + (picks(kernel) ? made : kernel.value(Feature.INPUT_BYTES));
  }

  private static double weights(KernelFeatures kernel) {
    return picks(kernel) ? 0 : kernel.value(Feature.WEIGHT_BYTES);
  }

  private static double[] work(KernelFeatures kernel) {
    double elements = kernel.value(Feature.INNER_OUTPUT_ELEMENTS);
    return new double[] {
      1,
      kernel.value(Feature.MACS) / 1e6,
      tensors(kernel) / 1e6,
      weights(kernel) / 1e6,
      elements / 1e6,
      // Elsewhere a costly function may see a few elements of many: a root in a normalisation.
      kernel.type() == KernelType.ACTIVATION
          ? elements * kernel.value(Feature.COSTLY_ACTIVATIONS) / 1e6
          : 0
    };
  }

  /**
   * Non-negative least squares of relative errors: coordinate descent on the normal equations.
   * Between passes a kernel that lies far off counts less, so that the fit goes through the middle.
   */
  private static double[] fit(List<KernelSample> samples) {
    double[] x = new double[TERMS];
    double[] trust = new double[samples.size()];
    Arrays.fill(trust, 1);
    for (int pass = 0; pass < PASSES; pass++) {
      double[][] gram = new double[TERMS][TERMS];
      double[] right = new double[TERMS];
      for (int s = 0; s < trust.length; s++) {
        add(samples.get(s), trust[s], gram, right);
      }
      descend(gram, right, x);
      for (int s = 0; s < trust.length; s++) {
        trust[s] = trust(samples.get(s), x);
      }
    }
    return x;
  }

  private static void add(KernelSample sample, double trust, double[][] gram, double[] right) {
    double[] work = work(sample.features());
    double ms = Math.max(LEAST_MS, sample.ms());
    double weight = trust / (ms * ms);
    for (int i = 0; i < TERMS; i++) {
      right[i] += weight * work[i] * ms;
      for (int j = 0; j < TERMS; j++) {
        gram[i][j] += weight * work[i] * work[j];
      }
    }
  }

  private static void descend(double[][] gram, double[] right, double[] x) {
    for (int sweep = 0; sweep < 500; sweep++) {
      for (int i = 0; i < TERMS; i++) {
        double slope = right[i];
        for (int j = 0; j < TERMS; j++) {
          slope -= gram[i][j] * x[j];
        }
        x[i] = gram[i][i] <= 0 ? 0 : Math.max(0, x[i] + slope / gram[i][i]);
      }
    }
  }

  /** Errors count as their logarithms do: relative ones would favour predictions that are small. */
  private static double trust(KernelSample sample, double[] x) {
    double[] work = work(sample.features());
    double ms = LEAST_MS;
    for (int i = 0; i < TERMS; i++) {
      ms += x[i] * work[i];
    }
    double ratio = ms / Math.max(LEAST_MS, sample.ms());
    double off = Math.abs(Math.log(ratio));
    double relative = Math.abs(ratio - 1);
    return relative < 1e-6 ? 1 : Math.min(1, 0.5 / Math.max(off, 1e-9)) * off / relative;
  }
}
