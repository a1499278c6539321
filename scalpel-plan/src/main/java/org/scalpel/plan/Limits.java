package org.scalpel.plan;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a plan must respect. Tiers and layers are named; amounts are per request.
 *
 * @param pins layer → tier it must run on
 * @param each caps that every request keeps
 * @param mean caps on the mean over all requests; a mix may meet them. Memory is not among them: it
 *     is needed as soon as one request needs it
 * @param quality bounds on accuracy and deadline
 */
public record Limits(Map<String, String> pins, Caps each, Caps mean, Quality quality) {
  /** No limit at all. */
  public static final Limits NONE = new Limits(Map.of(), Caps.NONE, Caps.NONE, Quality.ANY);

  /**
   * Bounds on what an answer is worth.
   *
   * @param maxLoss most accuracy that the codecs of one partition may lose in sum
   * @param deadlineMs latest end of a request
   * @param minAccuracy least accuracy of the exits' operating point
   * @param tail true if with early exits the 95th percentile of latency counts, not its mean
   */
  public record Quality(
      OptionalDouble maxLoss, OptionalDouble deadlineMs, OptionalDouble minAccuracy, boolean tail) {
    /** No bound. */
    public static final Quality ANY =
        new Quality(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), false);

    /** Checks the values. */
    public Quality {
      maxLoss.ifPresent(value -> Checks.nonNegative("max-loss", value));
      deadlineMs.ifPresent(value -> Checks.nonNegative("deadline-ms", value));
      minAccuracy.ifPresent(value -> Checks.probability("min-accuracy", value));
    }
  }

  /** Copies the pins. */
  public Limits {
    pins = Map.copyOf(pins);
    if (!mean.memoryMib().isEmpty()) {
      throw new ProblemException(
          "memory-mib: expected a cap for every request, found one on the mean");
    }
  }

  /** These limits and {@code layer} on {@code tier}. */
  public Limits pin(String layer, String tier) {
    return new Limits(Caps.with(pins, layer, tier), each, mean, quality);
  }

  /** These limits and at most {@code ms} of compute on {@code tier} for every request. */
  public Limits maxTierMs(String tier, double ms) {
    return withEach(each.withTierMs(tier, ms));
  }

  /** These limits and at most {@code ms} of compute on {@code tier} on average. */
  public Limits meanTierMs(String tier, double ms) {
    return withMean(mean.withTierMs(tier, ms));
  }

  /** These limits and at most {@code mib} of memory on {@code tier}. */
  public Limits maxMemoryMib(String tier, double mib) {
    return withEach(each.withMemoryMib(tier, mib));
  }

  /** These limits and at most {@code loss} lost by codecs. */
  public Limits maxLoss(double loss) {
    return withQuality(
        new Quality(
            OptionalDouble.of(loss), quality.deadlineMs(), quality.minAccuracy(), quality.tail()));
  }

  /** These limits and an answer within {@code ms}. */
  public Limits deadlineMs(double ms) {
    return withQuality(
        new Quality(
            quality.maxLoss(), OptionalDouble.of(ms), quality.minAccuracy(), quality.tail()));
  }

  /** These limits and an operating point at least so accurate. */
  public Limits minAccuracy(double accuracy) {
    return withQuality(
        new Quality(
            quality.maxLoss(), quality.deadlineMs(), OptionalDouble.of(accuracy), quality.tail()));
  }

  /** These limits, with early exits judged by the 95th percentile of latency. */
  public Limits tail() {
    return withQuality(
        new Quality(quality.maxLoss(), quality.deadlineMs(), quality.minAccuracy(), true));
  }

  /** These limits with other caps for every request. */
  public Limits withEach(Caps caps) {
    return new Limits(pins, caps, mean, quality);
  }

  /** These limits with other caps on the mean. */
  public Limits withMean(Caps caps) {
    return new Limits(pins, each, caps, quality);
  }

  /** These limits with other pins. */
  Limits withPins(Map<String, String> other) {
    return new Limits(other, each, mean, quality);
  }

  /** These limits without deadline and accuracy. */
  Limits withoutGoals() {
    return withQuality(
        new Quality(quality.maxLoss(), OptionalDouble.empty(), OptionalDouble.empty(), false));
  }

  private Limits withQuality(Quality other) {
    return new Limits(pins, each, mean, other);
  }
}
