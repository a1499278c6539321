package org.scalpel.plan;

import java.util.List;

/** The front door: finds a plan by name of algorithm and adds what every plan carries. */
public final class Planner {
  private Planner() {}

  /**
   * The plan that {@code request} asks for, with baselines, alternatives and explanation.
   *
   * @throws InfeasibleException if no plan keeps the limits
   * @throws ProblemException if the algorithm is unknown or does not apply
   */
  public static Plan plan(Problem problem, Request request) {
    throw new UnsupportedOperationException(problem.name() + request);
  }

  /** Every algorithm, in the order of reports. */
  public static List<Algorithm> algorithms() {
    return List.of();
  }

  /** The answers of all algorithms that apply, best value first within valid, then the others. */
  public static List<Plan> compare(Problem problem, Request request) {
    throw new UnsupportedOperationException(problem.name() + request);
  }
}
