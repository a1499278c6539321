package org.scalpel.codec;

import java.util.List;

/**
 * How the values of a tensor lie in its bytes: row-major, little-endian.
 *
 * @param floats whether the elements are IEEE single precision numbers
 * @param elementBytes of one element: 1, 2, 4 or 8
 * @param shape every dimension, none open
 */
public record TensorLayout(boolean floats, int elementBytes, List<Long> shape) {
  /** Below so many elements a scale and an offset of their own cost more than they give. */
  private static final long SMALLEST_GROUP = 32;

  /** Checks that the tensor is small enough to be one buffer. */
  public TensorLayout {
    shape = List.copyOf(shape);
    if (elementBytes != 1 && elementBytes != 2 && elementBytes != 4 && elementBytes != 8) {
      throw new CodecException(
          "elements of %d bytes: expected 1, 2, 4 or 8".formatted(elementBytes));
    }
    long bytes = elementBytes;
    for (long dimension : shape) {
      if (dimension < 0 || (dimension > 0 && bytes > Integer.MAX_VALUE / dimension)) {
        throw new CodecException(
            "tensor of shape %s: expected at most %d bytes".formatted(shape, Integer.MAX_VALUE));
      }
      bytes *= dimension;
    }
  }

  /** A tensor of single precision numbers. */
  public static TensorLayout ofFloats(List<Long> shape) {
    return new TensorLayout(true, Float.BYTES, shape);
  }

  /** How many elements it has. */
  public int elements() {
    long elements = 1;
    for (long dimension : shape) {
      elements *= dimension;
    }
    return (int) elements;
  }

  /** How many bytes it takes as it is. */
  public int bytes() {
    return elements() * elementBytes;
  }

  /**
   * Into how many groups of neighbouring elements it falls that are quantised on their own: the
   * channels of every image ({@code [N, C, …]}), the positions of every sequence, or the rows,
   * unless they are too short.
   */
  int groups() {
    long elements = elements();
    if (elements == 0) {
      return 0;
    }
    long rows = shape.size() < 2 ? 1 : shape.get(0);
    long channels = shape.size() < 3 ? rows : rows * shape.get(1);
    if (elements / channels >= SMALLEST_GROUP) {
      return (int) channels;
    }
    return (int) (elements / rows >= SMALLEST_GROUP ? rows : 1);
  }
}
