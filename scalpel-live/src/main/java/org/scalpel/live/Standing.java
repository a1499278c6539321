package org.scalpel.live;

import java.util.Comparator;

/**
 * How good a plan is now. Without exits only its value counts. With exits and a deadline what is in
 * time comes before what is late, then the more accurate; among late ones the faster.
 *
 * @param late whether it breaks the deadline
 * @param accuracy of its operating point; 1 without exits
 * @param value in the unit of the objective; infinite where it cannot run
 */
record Standing(boolean late, double accuracy, double value) implements Comparable<Standing> {
  private static final Comparator<Standing> ORDER =
      Comparator.comparing(Standing::late)
          .thenComparingDouble(one -> one.late() ? 0 : -one.accuracy())
          .thenComparingDouble(Standing::value);

  /** The better one first. */
  @Override
  public int compareTo(Standing other) {
    return ORDER.compare(this, other);
  }

  boolean canRun() {
    return Double.isFinite(value);
  }

  /**
   * Whether moving here from there is worth it: it saves a part of the cost, or keeps a deadline
   * that the other breaks, or is more accurate with room to the deadline. The room is what keeps
   * plans from going to and fro.
   *
   * @param gain the part of its cost that it must save
   * @param roomMs the deadline less what must be left free; infinite without one
   */
  boolean isWorthLeaving(Standing there, double gain, double roomMs) {
    if (late != there.late) {
      return there.late;
    }
    if (!late && accuracy != there.accuracy) {
      return accuracy > there.accuracy && value <= roomMs;
    }
    return value < there.value * (1 - gain);
  }
}
