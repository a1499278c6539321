package org.scalpel.lab;

import java.util.List;

/**
 * A way under a link whose rate moves: what each exit takes is a line over 1/rate.
 *
 * @param atZero what an exit takes on an endless link
 * @param slope ms times Mbit/s
 * @param here exits whose heads are on the device, the first one first
 */
record TraceLine(ExitWay way, List<Double> atZero, List<Double> slope, List<Integer> here) {
  /** Until the best answer so far is handed out, before the time is over. */
  private static final double HAND_OUT_MS = 2;

  /** Copies. */
  TraceLine {
    atZero = List.copyOf(atZero);
    slope = List.copyOf(slope);
    here = List.copyOf(here);
  }

  /** What a request takes that leaves there. */
  double ms(int exit, double mbps) {
    return atZero.get(exit) + slope.get(exit) / mbps;
  }

  /** The least rate at which that exit is in time: 0 if any is, infinite if none is. */
  double leastMbps(int exit, double deadlineMs) {
    double left = deadlineMs - atZero.get(exit);
    if (slope.get(exit) <= 0) {
      return ExitWay.isWithin(atZero.get(exit), deadlineMs) ? 0 : Double.POSITIVE_INFINITY;
    }
    return left > 0 ? slope.get(exit) / left : Double.POSITIVE_INFINITY;
  }

  /**
   * The exit that answers a request that would be late at {@code exit}: the deepest on the device
   * that it has passed, if there is one, else {@code exit}.
   */
  int handedOut(int exit, double deadlineMs) {
    int answers = exit;
    for (int passed : here) {
      if (passed < exit && atZero.get(passed) <= deadlineMs - HAND_OUT_MS) {
        answers = passed;
      }
    }
    return answers;
  }
}
