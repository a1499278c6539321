package org.scalpel.plan;

/** An algorithm that works on a {@link Setup}, so that several can share one. */
abstract class Solver implements Algorithm {
  @Override
  public boolean applies(Problem problem, Request request) {
    return applies(Setup.of(problem, request));
  }

  @Override
  public final Plan plan(Problem problem, Request request) {
    long start = System.nanoTime();
    if (ExitSearch.asked(request) && !choosesExits()) {
      return ExitSearch.choose(problem, request, (at, free) -> solve(Setup.of(at, free), start));
    }
    return solve(Setup.of(problem, request), start);
  }

  /** True if it keeps deadlines and chooses exits in its own way. */
  boolean choosesExits() {
    return false;
  }

  /** True if it can answer. */
  boolean applies(Setup setup) {
    return true;
  }

  /**
   * Finds a plan.
   *
   * @param start when the work began, on {@link System#nanoTime}'s clock
   */
  abstract Plan solve(Setup setup, long start);
}
