package org.scalpel.learn;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * A platform that a predictor knows.
 *
 * @param roofline what the networks correct
 * @param learned what was seen of each type; one that is not here was not learned
 * @param share of the networks in a prediction, from 0 to 1; the rest is that of the trees
 */
record Target(
    Platform platform,
    Roofline roofline,
    Map<KernelType, Learned> learned,
    double share,
    Overheads overheads) {
  /** Of a type that was not learned: a factor of two either way is no surprise. */
  static final double UNKNOWN_SPREAD = 0.7;

  /** From and to. */
  record Range(double low, double high) {
    Range {
      if (!(low <= high && low >= -60 && high <= 60)) {
        throw new LearnException(
            "a range from %s to %s; expected numbers in order, up to 60".formatted(low, high));
      }
    }

    double clamp(double value) {
      return Double.isNaN(value) ? (low + high) / 2 : Math.max(low, Math.min(high, value));
    }
  }

  /**
   * What was seen of a type, all in logarithms.
   *
   * @param work the rooflines of its kernels; beyond, trees follow the roofline
   * @param correction what those were off; a network does not go beyond
   * @param spread the deviation from predictions, on architectures that were kept apart
   */
  record Learned(Range work, Range correction, double spread) {
    Learned {
      if (!(spread >= 0 && spread < 10)) {
        throw new LearnException("a spread of " + spread + "; expected 0 or more, below 10");
      }
    }
  }

  Target {
    Map<KernelType, Learned> copy = new EnumMap<>(KernelType.class);
    copy.putAll(learned);
    learned = Collections.unmodifiableMap(copy);
    if (!(share >= 0 && share <= 1)) {
      throw new LearnException("a share of " + share + "; expected 0 to 1");
    }
  }

  boolean learned(KernelType type) {
    return learned.containsKey(type);
  }

  double spread(KernelType type) {
    Learned seen = learned.get(type);
    return seen == null ? UNKNOWN_SPREAD : seen.spread();
  }

  /**
   * The logarithm of a time.
   *
   * @param base that of the roofline
   * @param network by how much a network corrects it
   * @param trees what trees say the logarithm is
   */
  double log(KernelType type, double base, double network, double trees) {
    Learned seen = learned.get(type);
    if (seen == null) {
      // On a platform that has not learned them they took no time of their own.
      return type == KernelType.FUSIBLE ? Math.log(Roofline.LEAST_MS) : base;
    }
    double smooth = base + seen.correction().clamp(network);
    double level = trees + base - seen.work().clamp(base);
    return share * smooth + (1 - share) * level;
  }
}
