package org.scalpel.lab;

import java.util.concurrent.locks.LockSupport;

/** Even steps in time; a step that is late makes none of the later ones late. */
final class Pace {
  private final long stepNs;
  private long due = System.nanoTime();

  Pace(double stepMs) {
    stepNs = (long) (stepMs * 1e6);
  }

  /** Waits until the next step is due. */
  void await() {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    due += stepNs;
  }
}
