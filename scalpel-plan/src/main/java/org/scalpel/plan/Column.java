package org.scalpel.plan;

import java.util.Arrays;

/**
 * One partition as a column of the mix: its load on every resource and what it uses of what is
 * capped.
 */
final class Column {
  final Assignment assignment;
  final Crossings crossings;
  final double value;
  final double[] loads;
  final double[] used;

  Column(MixRows rows, int[] tierOf, Crossings crossings) {
    assignment = Assignment.of(tierOf);
    this.crossings = crossings;
    Loads all = new Loads(rows.setup().in(), tierOf, crossings);
    value = all.value();
    loads = all.resources();
    used = rows.used(all);
  }

  /** The same tiers and the same loads, hence the same codecs as far as they matter. */
  boolean same(Column other) {
    return assignment.equals(other.assignment) && Arrays.equals(loads, other.loads);
  }
}
