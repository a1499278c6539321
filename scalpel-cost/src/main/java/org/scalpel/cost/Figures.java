package org.scalpel.cost;

/** Checks of numbers that come from files. */
final class Figures {
  private Figures() {}

  static double nonNegative(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new ProfileException(name + " is " + value + "; expected a finite number, 0 or more");
    }
    return value;
  }

  static double positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new ProfileException(name + " is " + value + "; expected a finite number above 0");
    }
    return value;
  }
}
