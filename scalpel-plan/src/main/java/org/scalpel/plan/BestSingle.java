package org.scalpel.plan;

/**
 * The one partition of least period, exactly: NP-hard in general (DADS, section III), but an
 * integer program of this size is quickly solved. For comparison with the mix, and for throughput
 * under caps that every request must keep.
 */
final class BestSingle extends Solver {
  @Override
  public String name() {
    return "single";
  }

  @Override
  boolean applies(Setup setup) {
    return setup.request().objective() == Objective.THROUGHPUT && setup.in().layers <= 5_000;
  }

  @Override
  Plan solve(Setup setup, long start) {
    if (!applies(setup)) {
      throw new ProblemException(
          "single: expected the objective throughput and at most 5000 layers, found another");
    }
    CpPartition exact = new CpPartition(setup);
    int[] cheapest = setup.cheapest();
    exact.hint(cheapest);
    CpPartition.Result result = exact.solve(setup.request().timeLimit().toMillis() / 1e3);
    double lower = Math.max(result.bound(), LowerBounds.of(setup));
    if (result.tierOf().length == 0) {
      if (!result.proven() && setup.value(cheapest) < Double.POSITIVE_INFINITY) {
        return setup.plan(name(), cheapest, lower, start);
      }
      throw new InfeasibleException("single: no assignment keeps the limits");
    }
    Loads loads = new Loads(setup.in(), result.tierOf(), result.crossings());
    Partition partition =
        Cost.partition(setup.in(), result.tierOf(), result.crossings())
            .withViolations(setup.brokenCaps(loads));
    double value = loads.periodMs();
    double bound = result.proven() ? value : Math.min(value, lower);
    return Solutions.single(
        name(),
        setup.request().objective(),
        partition,
        new Plan.Score(value, bound, Solutions.since(start)));
  }
}
