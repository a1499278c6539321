package org.scalpel.plan;

import java.util.List;

/** What an assignment costs: the definitions of the objectives, unrounded. */
public final class Cost {
  private Cost() {}

  /**
   * The partition that {@code assignment} gives, each crossing tensor with its cheapest codec.
   *
   * @throws ProblemException if the sizes differ or a tier does not exist
   */
  public static Partition partition(Problem problem, Assignment assignment) {
    throw new UnsupportedOperationException("cost of " + problem.name() + " " + assignment);
  }

  /**
   * What is wrong with {@code assignment}: order of tiers, forbidden tiers, links that are down.
   */
  public static List<String> violations(Problem problem, Assignment assignment) {
    throw new UnsupportedOperationException("cost of " + problem.name() + " " + assignment);
  }
}
