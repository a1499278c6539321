package org.scalpel.plan;

import java.time.Duration;

/**
 * What is asked of the planner.
 *
 * @param objective what to minimise
 * @param algorithm the name of one algorithm, or {@link #AUTO}
 * @param limits what the plan must respect
 * @param top how many alternatives to return beside the plan
 * @param timeLimit after so long the best plan so far is returned with its gap
 */
public record Request(
    Objective objective, String algorithm, Limits limits, int top, Duration timeLimit) {
  /** The exact or best-bounded algorithm for the objective. */
  public static final String AUTO = "auto";

  /** The time that exact searches get unless told otherwise. */
  public static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(10);

  /** Checks the counts. */
  public Request {
    if (top < 0) {
      throw new ProblemException("top: expected a number of at least 0, found " + top);
    }
    if (timeLimit.isNegative() || timeLimit.isZero()) {
      throw new ProblemException("time limit: expected more than 0, found " + timeLimit);
    }
  }

  /** The best plan for {@code objective}, without limits. */
  public static Request of(Objective objective) {
    return new Request(objective, AUTO, Limits.NONE, 0, DEFAULT_TIME_LIMIT);
  }

  /** The same request answered by another algorithm. */
  public Request withAlgorithm(String name) {
    return new Request(objective, name, limits, top, timeLimit);
  }

  /** The same request under other limits. */
  public Request withLimits(Limits other) {
    return new Request(objective, algorithm, other, top, timeLimit);
  }

  /** The same request with so many alternatives. */
  public Request withTop(int count) {
    return new Request(objective, algorithm, limits, count, timeLimit);
  }

  /** The same request with another time limit. */
  public Request withTimeLimit(Duration limit) {
    return new Request(objective, algorithm, limits, top, limit);
  }
}
