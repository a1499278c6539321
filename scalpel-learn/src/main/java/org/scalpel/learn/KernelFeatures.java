package org.scalpel.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorFact;

/**
 * What a kernel is, in numbers that a predictor can learn from: its type and a vector of raw
 * figures ({@link Feature}, in the order of its constants), the same for every type; what a type
 * has not is 0. All are finite and none is negative. Immutable.
 */
public final class KernelFeatures {
  private static final List<String> NAMES =
      Arrays.stream(Feature.values()).map(Feature::label).toList();

  private final KernelType type;
  private final double[] values;

  private KernelFeatures(KernelType type, double[] values) {
    this.type = type;
    this.values = values;
  }

  /**
   * Features from a file or of a kernel that no model has.
   *
   * @throws LearnException not as many as there are features, or one is negative or not finite
   */
  public static KernelFeatures of(KernelType type, double[] values) {
    if (values.length != NAMES.size()) {
      throw new LearnException(values.length + " features of a kernel; expected " + NAMES.size());
    }
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] >= 0 && values[i] < Double.POSITIVE_INFINITY)) {
        throw new LearnException(
            "feature " + NAMES.get(i) + " is " + values[i] + "; expected 0 or more, finite");
      }
    }
    return new KernelFeatures(type, values.clone());
  }

  /** Of one kernel; for all of a model {@link #all} is much quicker. */
  public static KernelFeatures of(
      KernelGraph kernels, KernelGraph.Kernel kernel, Map<String, TensorFact> facts) {
    return new FeatureExtractor(kernels, facts).features(kernel);
  }

  /**
   * Of every kernel, by its index.
   *
   * @param facts type and shape of every tensor between layers, see {@code Engine.facts}; what is
   *     missing makes features 0
   */
  public static List<KernelFeatures> all(KernelGraph kernels, Map<String, TensorFact> facts) {
    FeatureExtractor extractor = new FeatureExtractor(kernels, facts);
    List<KernelFeatures> all = new ArrayList<>();
    kernels.kernels().forEach(kernel -> all.add(extractor.features(kernel)));
    return List.copyOf(all);
  }

  /** The features' names, in the order of the vector. */
  public static List<String> names() {
    return NAMES;
  }

  /** What the kernel mainly does. */
  public KernelType type() {
    return type;
  }

  /** One feature. */
  public double value(Feature feature) {
    return values[feature.index()];
  }

  /** A copy of the vector. */
  public double[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KernelFeatures that
        && type == that.type
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(type.label());
    for (Feature feature : Feature.values()) {
      if (value(feature) != 0) {
        text.append(' ').append(feature.label()).append('=').append(value(feature));
      }
    }
    return text.toString();
  }
}
