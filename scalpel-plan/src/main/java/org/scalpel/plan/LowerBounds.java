package org.scalpel.plan;

/** Lower bounds on what any single partition can reach under a request. */
final class LowerBounds {
  private LowerBounds() {}

  /** A bound for the request's objective. */
  static double of(Setup setup) {
    return switch (setup.request().objective()) {
      case LATENCY -> sum(setup);
      case THROUGHPUT -> period(setup);
      case MAKESPAN -> new MakespanSearch(setup).run().bound;
    };
  }

  /** The least weighted sum, each codec free to lose what it may by itself. */
  static double sum(Setup setup) {
    return new Loads(setup.in(), setup.cheapest(), setup.crossings()).value();
  }

  /** What no mix, and so no partition, can undercut; caps can only raise it. */
  private static double period(Setup setup) {
    return new ColumnGeneration(setup, false).run().bound();
  }
}
