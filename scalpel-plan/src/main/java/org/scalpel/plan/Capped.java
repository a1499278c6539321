package org.scalpel.plan;

/**
 * Least latency with at most so much work, memory, traffic, energy, money or loss for every request
 * (the limited cloud of DNN Surgery, Liang et al., IEEE TCC 11(3), 2023). See {@link CappedSearch};
 * what gap prices leave is closed by CP-SAT within the time limit.
 */
final class Capped extends Solver {
  @Override
  public String name() {
    return "capped";
  }

  @Override
  boolean applies(Setup setup) {
    return setup.hasHardCaps() && setup.request().objective() == Objective.LATENCY;
  }

  @Override
  Plan solve(Setup setup, long start) {
    if (!applies(setup)) {
      throw new ProblemException(
          "capped: expected the objective latency and a cap for every request, found another");
    }
    CappedSearch search = new CappedSearch(setup, setup.prices()).run();
    search.close(setup.secondsLeft(start));
    Found best =
        search
            .best()
            .orElseThrow(
                () ->
                    new InfeasibleException(
                        (search.proven()
                                ? "no assignment keeps "
                                : "no assignment found in time keeps ")
                            + setup.hard().names()));
    return setup.plan(name(), best, search.bound(), start);
  }
}
