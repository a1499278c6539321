package org.scalpel.train;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * An array of numbers that a step learns or keeps.
 *
 * @param name unique in its network
 * @param kind what becomes of it
 * @param dims its shape
 */
record Learned(String name, Kind kind, Shape dims) {
  /** What becomes of it, and what it begins as. */
  enum Kind {
    /** Of a convolution or a fully connected layer: random at first (He), decays. */
    WEIGHT,
    /** Begins at 0, learned. */
    SHIFT,
    /** Begins at 1, learned. */
    SCALE,
    /** A running mean: begins at 0, counted, not learned. */
    MEAN,
    /** A running variance: begins at 1, counted, not learned. */
    VARIANCE;

    boolean isLearned() {
      return this == WEIGHT || this == SHIFT || this == SCALE;
    }
  }

  static Learned of(String name, Kind kind, long... dims) {
    return new Learned(name, kind, new Shape(dims));
  }

  /** How many numbers go into one of a weight's outputs. */
  long fanIn() {
    return Arrays.stream(dims.getShape()).skip(1).reduce(1, Math::multiplyExact);
  }
}
