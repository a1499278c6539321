package org.scalpel.plan;

import java.util.Optional;

/**
 * The one partition of least period, exactly: NP-hard in general (DADS, section III), but an
 * integer program of this size is quickly solved. For comparison with the mix.
 */
final class BestSingle extends Solver {
  private static final int MOST_LAYERS = 5_000;

  @Override
  public String name() {
    return "single";
  }

  @Override
  boolean applies(Setup setup) {
    return setup.request().objective() == Objective.THROUGHPUT && setup.in().layers <= MOST_LAYERS;
  }

  @Override
  Plan solve(Setup setup, long start) {
    if (!applies(setup)) {
      throw new ProblemException(
          "single: expected the objective throughput and at most 5000 layers, found another");
    }
    int[] cheapest = setup.cheapest();
    CpPartition.Result result = result(setup, cheapest, false, start);
    if (result.tierOf().length > 0 && !keeps(setup, result)) {
      // The model's rounding let a cap slip: once more, rounded the other way.
      CpPartition.Result strict = result(setup, cheapest, true, start);
      result = new CpPartition.Result(strict.tierOf(), strict.crossings(), result.bound(), false);
    }
    double lower = Math.max(result.bound(), LowerBounds.of(setup));
    if (result.tierOf().length == 0) {
      if (!result.proven() && setup.value(cheapest) < Double.POSITIVE_INFINITY) {
        return setup.plan(name(), cheapest, lower, start);
      }
      throw new InfeasibleException(
          result.proven()
              ? "single: no assignment keeps the limits"
              : "single: no assignment that keeps the limits was found in time");
    }
    Found found = Found.of(setup.in(), result.tierOf(), result.crossings());
    double bound = result.proven() ? found.loads().periodMs() : lower;
    return setup.plan(name(), found, bound, start);
  }

  private static CpPartition.Result result(
      Setup setup, int[] cheapest, boolean strict, long start) {
    CpPartition exact = new CpPartition(setup, Optional.empty(), strict);
    exact.hint(cheapest);
    return exact.solve(setup.secondsLeft(start));
  }

  private static boolean keeps(Setup setup, CpPartition.Result result) {
    return setup.brokenCaps(new Loads(setup.in(), result.tierOf(), result.crossings())).isEmpty();
  }
}
