package org.scalpel.plan;

import java.util.Arrays;

/**
 * One partition as a column of the mix: its load on every resource and what it uses of what is
 * capped.
 */
final class Column {
  final Found found;
  final double value;
  final double[] loads;

  /** In units of the rows. */
  final double[] used;

  private final Assignment assignment;

  Column(CapRows rows, Found found) {
    this.found = found;
    assignment = Assignment.of(found.tierOf());
    value = found.loads().value();
    loads = found.loads().resources();
    used = rows.used(found.loads());
  }

  /** The same tiers and the same use of everything, hence the same codecs as far as they matter. */
  boolean same(Column other) {
    return assignment.equals(other.assignment)
        && Arrays.equals(loads, other.loads)
        && Arrays.equals(used, other.used);
  }
}
