package org.scalpel.lab;

import java.util.List;
import java.util.stream.Collectors;
import org.scalpel.plan.Partition;

/** Where a partition cuts, in short. */
final class Cuts {
  private Cuts() {}

  /** How many kernels run on each of the tiers, as in "12/0/31". */
  static String of(Partition partition, List<String> tiers) {
    return tiers.stream()
        .map(tier -> partition.assignment().values().stream().filter(tier::equals).count())
        .map(String::valueOf)
        .collect(Collectors.joining("/"));
  }
}
