package org.scalpel.plan;

/** The exact or best-bounded algorithm for the objective; the plan names the one that answered. */
final class Auto extends Solver {
  @Override
  public String name() {
    return Request.AUTO;
  }

  @Override
  Plan solve(Setup setup, long start) {
    return new MinCut().solve(setup, start);
  }
}
