package org.scalpel.lab;

import java.util.concurrent.locks.LockSupport;

/** Even steps in time; a step that is late makes none of the later ones late. */
final class Pace {
  private final double stepNs;
  private final long begun = System.nanoTime();
  private long steps;

  Pace(double stepMs) {
    stepNs = stepMs * 1e6;
  }

  /**
   * Waits until the next step is due, the first at once.
   *
   * @return the moment at which it was due, by {@link System#nanoTime}
   */
  long await() {
    long due = begun + (long) (steps++ * stepNs);
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return due;
  }
}
