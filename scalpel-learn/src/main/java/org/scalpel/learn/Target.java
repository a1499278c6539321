package org.scalpel.learn;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * A platform that a predictor knows.
 *
 * @param roofline what the networks correct
 * @param spread by type the deviation of the logarithm of a time from its prediction, on
 *     architectures that were kept apart; a type that is not here was not learned
 */
record Target(
    Platform platform, Roofline roofline, Map<KernelType, Double> spread, Overheads overheads) {
  /** Of a type that was not learned: a factor of two either way is no surprise. */
  static final double UNKNOWN_SPREAD = 0.7;

  Target {
    Map<KernelType, Double> copy = new EnumMap<>(KernelType.class);
    copy.putAll(spread);
    spread = Collections.unmodifiableMap(copy);
    spread.forEach(
        (type, deviation) -> {
          if (!(deviation >= 0 && deviation < 10)) {
            throw new LearnException(
                "spread of %s is %s; expected 0 or more, below 10"
                    .formatted(type.label(), deviation));
          }
        });
  }

  boolean learned(KernelType type) {
    return spread.containsKey(type);
  }

  double spread(KernelType type) {
    return spread.getOrDefault(type, UNKNOWN_SPREAD);
  }
}
