package org.scalpel.plan;

import java.util.List;
import java.util.Map;

/** Turns what a solver found into plans. */
final class Solutions {
  private Solutions() {}

  /** The value of one partition under an objective. */
  static double value(Instance in, Objective objective, int[] tierOf, Crossings crossings) {
    return switch (objective) {
      case LATENCY -> new Loads(in, tierOf, crossings).value();
      case THROUGHPUT -> new Loads(in, tierOf, crossings).periodMs();
      case MAKESPAN -> Scheduled.plain(in, new Steps(in, crossings), tierOf).ms();
    };
  }

  /** A plan of one partition, with nothing yet beside it. */
  static Plan single(String algorithm, Objective objective, Partition partition, Plan.Score score) {
    return new Plan(
        objective, algorithm, score, List.of(partition), Map.of(), List.of(), List.of());
  }

  /** Milliseconds since {@code nanos} of the same clock. */
  static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }
}
