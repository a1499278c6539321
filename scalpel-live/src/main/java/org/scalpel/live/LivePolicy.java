package org.scalpel.live;

import java.time.Duration;

/**
 * When to change the plan, and what to keep ready for it.
 *
 * @param leastGain the part of its cost that another plan must save before requests move to it
 * @param tolerance the relative change of a link or a machine that is looked into
 * @param warmPlans partitions kept ready on all tiers at most, those in use included
 * @param look how often the situation is looked at
 */
public record LivePolicy(double leastGain, double tolerance, int warmPlans, Duration look) {
  /** 5 % gain, 10 % change, six partitions, twenty looks a second. */
  public static final LivePolicy DEFAULT = new LivePolicy(0.05, 0.1, 6, Duration.ofMillis(50));

  /** Checks. */
  public LivePolicy {
    if (!(leastGain >= 0 && leastGain < 1) || !(tolerance > 0) || warmPlans < 2) {
      throw new IllegalArgumentException(
          "least gain "
              + leastGain
              + ", tolerance "
              + tolerance
              + ", warm plans "
              + warmPlans
              + ": expected 0 to 1, above 0, 2 or more");
    }
    if (look.toMillis() < 1) {
      throw new IllegalArgumentException("look every " + look + "; expected 1 ms or more");
    }
  }
}
