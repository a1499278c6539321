package org.scalpel.graph;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How sure a classifier is of an answer, from its probabilities: 0 (it guesses) … 1 (no doubt). A
 * request leaves at an exit when its confidence there is <em>at least</em> the exit's threshold; a
 * threshold above 1 therefore closes an exit.
 */
public enum Confidence {
  /** The largest probability. */
  PROBABILITY,
  /** The largest probability less the second. */
  MARGIN,
  /** {@code 1 − H / ln C} of {@code C} classes, {@code H = −Σ p ln p}. */
  ENTROPY;

  /** Reads the word of a file or an option. */
  public static Confidence parse(String text) {
    return Arrays.stream(values())
        .filter(one -> one.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "confidence '%s'; expected one of %s"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(Confidence::text)
                                .collect(Collectors.joining(", ")))));
  }

  /** The word for it in files and options. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The confidence of an answer of two classes or more. */
  public double of(float[] probabilities) {
    return switch (this) {
      case PROBABILITY -> largest(probabilities)[0];
      case MARGIN -> largest(probabilities)[0] - largest(probabilities)[1];
      case ENTROPY -> 1 - entropy(probabilities) / Math.log(probabilities.length);
    };
  }

  private static float[] largest(float[] probabilities) {
    float first = 0;
    float second = 0;
    for (float p : probabilities) {
      if (p > first) {
        second = first;
        first = p;
      } else if (p > second) {
        second = p;
      }
    }
    return new float[] {first, second};
  }

  private static double entropy(float[] probabilities) {
    double sum = 0;
    for (float p : probabilities) {
      if (p > 0) {
        sum -= p * Math.log(p);
      }
    }
    return sum;
  }
}
