package org.scalpel.plan;

/** The exact or best-bounded algorithm for the objective; the plan names the one that answered. */
final class Auto extends Solver {
  @Override
  public String name() {
    return Request.AUTO;
  }

  @Override
  Plan solve(Setup setup, long start) {
    return switch (setup.request().objective()) {
      case LATENCY ->
          setup.mean().isEmpty() ? new MinCut().solve(setup, start) : new Mix().solve(setup, start);
      case THROUGHPUT -> new Mix().solve(setup, start);
      case MAKESPAN -> Overlap.exact().solve(setup, start);
    };
  }
}
