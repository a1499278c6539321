package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Requests shared among several partitions so that every tier and link is used: the exact optimum
 * of throughput among all stationary policies, which no single partition reaches in general. Caps
 * on the mean are further rows; with them it also answers for latency. Caps that every request
 * keeps restrict the partitions.
 *
 * <p>At most one partition per resource and cap has a share. See {@link ColumnGeneration}.
 */
final class Mix extends Solver {
  @Override
  public String name() {
    return "mix";
  }

  @Override
  boolean applies(Setup setup) {
    return setup.request().objective() != Objective.MAKESPAN;
  }

  @Override
  Plan solve(Setup setup, long start) {
    if (!applies(setup)) {
      throw new ProblemException(
          "mix: expected the objective throughput or latency, found makespan");
    }
    ColumnGeneration mix = new ColumnGeneration(setup, true).run();
    List<Partition> partitions = new ArrayList<>();
    for (int c = 0; c < mix.columns().size(); c++) {
      if (mix.shares()[c] > 0) {
        Column column = mix.columns().get(c);
        Partition partition =
            Cost.partition(setup.in(), column.found.tierOf(), column.found.crossings());
        partitions.add(partition.withShare(mix.shares()[c]));
      }
    }
    partitions.sort(Comparator.comparingDouble(Partition::share).reversed());
    double value = mix.value();
    Plan.Score score = new Plan.Score(value, Math.min(value, mix.bound()), Solutions.since(start));
    return new Plan(
        setup.request().objective(), name(), score, partitions, Map.of(), List.of(), List.of());
  }
}
