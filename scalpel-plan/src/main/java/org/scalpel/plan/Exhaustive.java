package org.scalpel.plan;

/** Every assignment, for problems with at most {@link #MOST} of them. */
final class Exhaustive extends Solver {
  /** The most assignments that are tried. */
  static final long MOST = 200_000;

  @Override
  public String name() {
    return "exhaustive";
  }

  @Override
  boolean applies(Setup setup) {
    return Assignments.count(setup, MOST) <= MOST;
  }

  @Override
  Plan solve(Setup setup, long start) {
    if (Assignments.count(setup, MOST) > MOST) {
      throw new ProblemException(
          "exhaustive: expected at most " + MOST + " assignments, found more. Maybe \"auto\"?");
    }
    Best best = new Best(setup);
    Assignments.visit(setup, MOST, best::offer);
    if (best.tierOf.length == 0) {
      throw new InfeasibleException("exhaustive: no assignment keeps the limits");
    }
    return setup.plan(name(), best.tierOf, best.value, start);
  }

  /** The cheapest so far, among equals the one with the fewest remote layers. */
  private static final class Best {
    private final Setup setup;
    private int[] tierOf = new int[0];
    private double value = Double.POSITIVE_INFINITY;

    Best(Setup setup) {
      this.setup = setup;
    }

    boolean offer(int[] candidate) {
      double cost = setup.value(candidate);
      boolean fewer =
          cost == value
              && tierOf.length > 0
              && Assignment.of(candidate).remoteLayers() < Assignment.of(tierOf).remoteLayers();
      if (cost < value || fewer) {
        value = cost;
        tierOf = candidate.clone();
      }
      return true;
    }
  }
}
