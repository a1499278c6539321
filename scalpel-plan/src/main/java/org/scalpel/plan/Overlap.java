package org.scalpel.plan;

/**
 * Least makespan: tiers and links at work at the same time within one request (what DECC is after).
 * A heuristic with a proven gap, then, if asked to be exact and a gap remains, CP-SAT until the
 * time limit.
 */
final class Overlap extends Solver {
  private static final int MOST_LAYERS = 1_500;
  private static final double CLOSED = 1e-6;

  private final boolean exact;

  private Overlap(boolean exact) {
    this.exact = exact;
  }

  /** The heuristic alone. */
  static Overlap heuristic() {
    return new Overlap(false);
  }

  /** The heuristic, then CP-SAT. */
  static Overlap exact() {
    return new Overlap(true);
  }

  @Override
  public String name() {
    return exact ? "overlap-exact" : "overlap";
  }

  @Override
  boolean applies(Setup setup) {
    return setup.request().objective() == Objective.MAKESPAN;
  }

  @Override
  Plan solve(Setup setup, long start) {
    if (!applies(setup)) {
      throw new ProblemException(name() + ": expected the objective makespan, found another");
    }
    MakespanSearch search = new MakespanSearch(setup).run();
    if (search.best.length == 0) {
      throw new InfeasibleException(name() + ": no assignment tried keeps the limits");
    }
    double bound = LowerBounds.of(setup);
    boolean open = search.value > bound * (1 + CLOSED);
    if (!exact || !open || setup.in().layers > MOST_LAYERS || setup.hasHardCaps()) {
      return setup.plan(name(), search.best, bound, start);
    }
    return polished(setup, search, bound, start);
  }

  private Plan polished(Setup setup, MakespanSearch search, double bound, long start) {
    CpMakespan model = new CpMakespan(setup, search.value);
    model.hint(search.best);
    double left = setup.request().timeLimit().toMillis() / 1e3 - Solutions.since(start) / 1e3;
    CpMakespan.Result result = model.solve(Math.max(0.1, left));
    double proved = Math.max(bound, result.bound());
    int[] tierOf = result.tierOf();
    if (tierOf.length == 0 || !setup.allows(tierOf)) {
      return setup.plan(name(), search.best, proved, start);
    }
    double byStarts = Makespan.byStarts(setup.in(), tierOf, setup.crossings(), result.start());
    double value = Math.min(byStarts, setup.value(tierOf));
    if (value >= search.value) {
      return setup.plan(name(), search.best, proved, start);
    }
    Partition partition = Cost.partition(setup.in(), tierOf, setup.crossings()).withMakespan(value);
    return Solutions.single(
        name(),
        Objective.MAKESPAN,
        partition,
        new Plan.Score(value, Math.min(value, proved), Solutions.since(start)));
  }
}
