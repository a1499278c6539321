package org.scalpel.plan;

/** The checks that records share; each names what was checked, what was found and expected. */
final class Checks {
  private Checks() {}

  static void name(String what, String name) {
    if (name.isBlank()) {
      throw new ProblemException(what + " name: expected a non-empty text, found \"" + name + "\"");
    }
  }

  static void nonNegative(String what, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new ProblemException(
          what + ": expected a finite number of at least 0, found " + number(value));
    }
  }

  static void positive(String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new ProblemException(
          what + ": expected a finite number above 0, found " + number(value));
    }
  }

  static void probability(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new ProblemException(what + ": expected a number from 0 to 1, found " + number(value));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
