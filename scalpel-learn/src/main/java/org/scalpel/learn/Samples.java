package org.scalpel.learn;

/** What a data set must have before anything is learned from it. */
final class Samples {
  /** Fewer teach no head anything. */
  static final int LEAST = 100;

  private static final int LEAST_PER_CLASS = 5;
  private static final double BETTER = 1.2;

  private Samples() {}

  /**
   * Refuses a data set that is too small.
   *
   * @param seen classes that labels name; 0 where there are none
   */
  static void requireEnough(String data, int usable, int seen, Skipped skipped) {
    int least = Math.max(LEAST, LEAST_PER_CLASS * seen);
    if (usable < least) {
      StringBuilder reasons = new StringBuilder();
      skipped.sentences().forEach(text -> reasons.append("; ").append(text));
      throw new TooFewException(
          "%s: %d usable pictures%s; expected at least %d (%d in all, and %d of each class)%s"
              .formatted(
                  data,
                  usable,
                  seen > 0 ? " of " + seen + " classes" : "",
                  least,
                  LEAST,
                  LEAST_PER_CLASS,
                  reasons));
    }
  }

  /** Refuses a data set from which no share can be told. */
  static void requireSome(String data, int usable, Skipped skipped) {
    if (usable < LEAST) {
      StringBuilder reasons = new StringBuilder();
      skipped.sentences().forEach(text -> reasons.append("; ").append(text));
      throw new TooFewException(
          "%s: %d usable pictures; expected at least %d to tell accuracies and rates%s"
              .formatted(data, usable, LEAST, reasons));
    }
  }

  /** Refuses labels with which the model agrees no more often than by luck. */
  static void requireMatching(String data, String model, Share accuracy, int seen) {
    if (accuracy.low() < BETTER / seen) {
      throw new LearnException(
          "%s: labels do not match: %s answers %.1f %% of %d pictures as labelled, and guessing would answer %.1f %%. Maybe the classes are in another order (--classes FILE) or the recipe is another model's"
              .formatted(
                  data, model, 100 * accuracy.value(), accuracy.of(), 100.0 / Math.max(1, seen)));
    }
  }
}
