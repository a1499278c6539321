package org.scalpel.learn;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * A platform that a predictor knows.
 *
 * @param roofline what the networks correct
 * @param learned what was seen of each type; one that is not here was not learned
 */
record Target(
    Platform platform, Roofline roofline, Map<KernelType, Learned> learned, Overheads overheads) {
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
   * @param correction what rooflines were off; neither network nor trees go beyond
   * @param spread the deviation from predictions, on architectures that were kept apart
   * @param networks how far the networks' correction counts
   * @param trees how far the trees' correction counts; what is left of 1 is the roofline's
   */
  record Learned(Range correction, double spread, double networks, double trees) {
    Learned {
      if (!(networks >= 0 && trees >= 0 && networks + trees < 1.0001)) {
        throw new LearnException(
            "shares of %s and %s; expected 0 to 1 together".formatted(networks, trees));
      }
      if (!(spread >= 0 && spread < 10)) {
        throw new LearnException("a spread of " + spread + "; expected 0 or more, below 10");
      }
    }
  }

  Target {
    Map<KernelType, Learned> copy = new EnumMap<>(KernelType.class);
    copy.putAll(learned);
    learned = Collections.unmodifiableMap(copy);
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
   * @param trees by how much trees correct it
   */
  double log(KernelType type, double base, double network, double trees) {
    Learned seen = learned.get(type);
    if (seen == null) {
      // On a platform that has not learned them they took no time of their own.
      return type == KernelType.FUSIBLE ? Math.log(Roofline.LEAST_MS) : base;
    }
    return base
        + seen.networks() * seen.correction().clamp(network)
        + seen.trees() * seen.correction().clamp(trees);
  }
}
