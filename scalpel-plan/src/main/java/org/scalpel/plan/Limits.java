package org.scalpel.plan;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a plan must respect. Tiers and layers are named; amounts are per request.
 *
 * @param pins layer → tier it must run on
 * @param maxTierMs tier → most compute on it for any request
 * @param meanTierMs tier → most compute on it on average; a mix may meet it
 * @param maxMemoryMib tier → most memory of the layers on it
 * @param quality bounds on accuracy and deadline
 */
public record Limits(
    Map<String, String> pins,
    Map<String, Double> maxTierMs,
    Map<String, Double> meanTierMs,
    Map<String, Double> maxMemoryMib,
    Quality quality) {
  /** No limit at all. */
  public static final Limits NONE = new Limits(Map.of(), Map.of(), Map.of(), Map.of(), Quality.ANY);

  /**
   * Bounds on what an answer is worth.
   *
   * @param maxLoss most accuracy that the codecs of one partition may lose in sum
   * @param deadlineMs latest end of a request
   * @param minAccuracy least accuracy of the exits' operating point
   */
  public record Quality(
      OptionalDouble maxLoss, OptionalDouble deadlineMs, OptionalDouble minAccuracy) {
    /** No bound. */
    public static final Quality ANY =
        new Quality(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    /** Checks the values. */
    public Quality {
      maxLoss.ifPresent(value -> Checks.nonNegative("max-loss", value));
      deadlineMs.ifPresent(value -> Checks.nonNegative("deadline-ms", value));
      minAccuracy.ifPresent(value -> Checks.probability("min-accuracy", value));
    }
  }

  /** Copies the maps and checks the amounts. */
  public Limits {
    pins = Map.copyOf(pins);
    maxTierMs = amounts("max-tier-ms", maxTierMs);
    meanTierMs = amounts("mean-tier-ms", meanTierMs);
    maxMemoryMib = amounts("max-memory-mib", maxMemoryMib);
  }

  private static Map<String, Double> amounts(String what, Map<String, Double> amounts) {
    amounts.forEach((tier, value) -> Checks.nonNegative(what + " of \"" + tier + "\"", value));
    return Map.copyOf(amounts);
  }

  /** These limits and {@code layer} on {@code tier}. */
  public Limits pin(String layer, String tier) {
    return new Limits(with(pins, layer, tier), maxTierMs, meanTierMs, maxMemoryMib, quality);
  }

  /** These limits and at most {@code ms} of compute on {@code tier} for every request. */
  public Limits maxTierMs(String tier, double ms) {
    return new Limits(pins, with(maxTierMs, tier, ms), meanTierMs, maxMemoryMib, quality);
  }

  /** These limits and at most {@code ms} of compute on {@code tier} on average. */
  public Limits meanTierMs(String tier, double ms) {
    return new Limits(pins, maxTierMs, with(meanTierMs, tier, ms), maxMemoryMib, quality);
  }

  /** These limits and at most {@code mib} of memory on {@code tier}. */
  public Limits maxMemoryMib(String tier, double mib) {
    return new Limits(pins, maxTierMs, meanTierMs, with(maxMemoryMib, tier, mib), quality);
  }

  /** These limits and at most {@code loss} lost by codecs. */
  public Limits maxLoss(double loss) {
    return withQuality(
        new Quality(OptionalDouble.of(loss), quality.deadlineMs(), quality.minAccuracy()));
  }

  /** These limits and an answer within {@code ms}. */
  public Limits deadlineMs(double ms) {
    return withQuality(
        new Quality(quality.maxLoss(), OptionalDouble.of(ms), quality.minAccuracy()));
  }

  /** These limits and an operating point at least so accurate. */
  public Limits minAccuracy(double accuracy) {
    return withQuality(
        new Quality(quality.maxLoss(), quality.deadlineMs(), OptionalDouble.of(accuracy)));
  }

  /** These limits without deadline and accuracy. */
  Limits withoutGoals() {
    return withQuality(
        new Quality(quality.maxLoss(), OptionalDouble.empty(), OptionalDouble.empty()));
  }

  private Limits withQuality(Quality other) {
    return new Limits(pins, maxTierMs, meanTierMs, maxMemoryMib, other);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    Map<String, V> copy = new TreeMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
