package org.scalpel.cost;

import org.scalpel.plan.Objective;

/** How often requests come, which decides what a machine's caches still hold when one does. */
public enum Load {
  /** One request now and then: every tier has been idle for a while. */
  LIGHT,

  /** Request upon request: every tier has just done the same. */
  BUSY;

  /**
   * The load that an objective is about: throughput is of a busy system, the others of a request.
   */
  public static Load of(Objective objective) {
    return objective == Objective.THROUGHPUT ? BUSY : LIGHT;
  }
}
