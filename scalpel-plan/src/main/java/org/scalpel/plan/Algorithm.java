package org.scalpel.plan;

/** One way to find a plan. Stateless; one final class per algorithm, named after it. */
public interface Algorithm {
  /** The name on the command line. */
  String name();

  /** True if the algorithm can answer this kind of request about this kind of problem. */
  boolean applies(Problem problem, Request request);

  /**
   * Finds a plan, without baselines, alternatives or explanation.
   *
   * @throws InfeasibleException if no partition keeps the limits
   * @throws ProblemException if the algorithm does not apply
   */
  Plan plan(Problem problem, Request request);
}
