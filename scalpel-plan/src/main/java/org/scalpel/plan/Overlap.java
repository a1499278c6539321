package org.scalpel.plan;

import java.util.Arrays;

/**
 * Least makespan: tiers and links at work at the same time within one request (what DECC is after).
 * A heuristic with a proven gap, then, if asked to be exact and a gap remains, CP-SAT until the
 * time limit.
 */
final class Overlap extends Solver {
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
    return limited(setup) ? underLimits(setup, start) : free(setup, start);
  }

  /** True if limits concern the assignment as a whole. */
  private static boolean limited(Setup setup) {
    return setup.hasHardCaps()
        || !setup.mean().isEmpty()
        || setup.maxLoss() < Double.POSITIVE_INFINITY;
  }

  private Plan underLimits(Setup setup, long start) {
    LimitedMakespan search = new LimitedMakespan(setup).run();
    if (search.best.length == 0) {
      throw new InfeasibleException(name() + ": no assignment tried keeps the limits");
    }
    return setup.plan(name(), search.best, LowerBounds.of(setup), start);
  }

  private Plan free(Setup setup, long start) {
    MakespanSearch search = new MakespanSearch(setup).run();
    Best best = new Best(setup);
    for (int k = 0; k < setup.in().tiers; k++) {
      best.offer(allOn(setup, k));
    }
    best.offer(search);
    boolean open = best.found.ms() > search.bound * (1 + CLOSED);
    if (exact && open) {
      best.offer(search.close(setup.secondsLeft(start)));
    }
    return setup.scheduled(name(), best.found, search.bound, start);
  }

  private static int[] allOn(Setup setup, int tier) {
    int[] tierOf = new int[setup.in().layers];
    Arrays.setAll(
        tierOf, v -> Math.max(setup.bounds().lowest[v], Math.min(setup.bounds().highest[v], tier)));
    return tierOf;
  }

  /** The best schedule so far. */
  private static final class Best {
    private final Setup setup;
    private Scheduled found;

    Best(Setup setup) {
      this.setup = setup;
      found = SegmentSearch.best(setup.in(), setup.steps(), setup.cheapest());
    }

    void offer(int[] tierOf) {
      if (setup.allows(tierOf)) {
        offer(SegmentSearch.best(setup.in(), setup.steps(), tierOf));
      }
    }

    void offer(Scheduled other) {
      if (other.ms() < found.ms() * (1 - 1e-12)) {
        found = other;
      }
    }

    void offer(MakespanSearch search) {
      search.best.ifPresent(
          made -> {
            offer(made);
            if (setup.steps().segmented) {
              offer(made.tierOf());
            }
          });
    }
  }
}
