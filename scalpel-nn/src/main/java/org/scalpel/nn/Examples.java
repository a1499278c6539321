package org.scalpel.nn;

import java.util.Arrays;

/**
 * What a network learns from or is checked with.
 *
 * @param x a row of inputs for each example
 * @param y a row of outputs for each; {@link Float#NaN} where one is unknown
 * @param weight how far each example counts
 */
// Arrays: see Mlp.Layer; not copied, because a training set is large and lives for a moment.
@SuppressWarnings("ArrayRecordComponent")
public record Examples(float[][] x, float[][] y, float[] weight) {
  /** Checks that the parts fit together. */
  public Examples {
    if (x.length != y.length || x.length != weight.length) {
      throw new NetworkException(
          "%d rows of inputs, %d of outputs, %d weights; expected as many of each"
              .formatted(x.length, y.length, weight.length));
    }
    requireEven("inputs", x);
    requireEven("outputs", y);
  }

  /** Examples that all count the same. */
  public static Examples of(float[][] x, float[][] y) {
    float[] ones = new float[x.length];
    Arrays.fill(ones, 1);
    return new Examples(x, y, ones);
  }

  /** How many. */
  public int size() {
    return x.length;
  }

  private static void requireEven(String what, float[][] rows) {
    for (float[] row : rows) {
      if (row.length != rows[0].length) {
        throw new NetworkException(
            "a row of %d %s after one of %d; expected rows of one length"
                .formatted(row.length, what, rows[0].length));
      }
    }
  }
}
