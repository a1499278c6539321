package org.scalpel.testbed;

/** Nanoseconds since some moment; never negative, never backwards. */
interface Clock {
  long nanos();

  /** The machine's own clock. */
  static Clock system() {
    long origin = System.nanoTime();
    return () -> System.nanoTime() - origin;
  }
}
