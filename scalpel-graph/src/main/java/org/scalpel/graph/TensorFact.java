package org.scalpel.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is known about a tensor without its data.
 *
 * @param type of every element
 * @param shape outermost dimension first; -1 where a dimension is unknown or symbolic; empty for a
 *     scalar
 */
public record TensorFact(ElementType type, List<Long> shape) {
  /** Dimensions beyond this are hostile: no runtime and no network works with them. */
  static final int MAX_RANK = 64;

  /** Checks the dimensions and copies them. */
  public TensorFact {
    shape = List.copyOf(shape);
    if (shape.size() > MAX_RANK) {
      throw new ModelException(
          "a tensor of rank " + shape.size() + " is refused; expected at most " + MAX_RANK);
    }
    for (long dim : shape) {
      if (dim < -1) {
        throw new ModelException(
            "dimension " + dim + " in shape " + shape + "; expected 0 or more, or -1 for unknown");
      }
    }
    checkedElements(shape);
  }

  /** A fact from plain numbers. */
  public static TensorFact of(ElementType type, long... shape) {
    List<Long> dims = new ArrayList<>(shape.length);
    for (long dim : shape) {
      dims.add(dim);
    }
    return new TensorFact(type, dims);
  }

  /** Whether every dimension is known. */
  public boolean isStatic() {
    return !shape.contains(-1L);
  }

  /** Whether type and shape are the expected ones, where the expected shape is known. */
  public boolean matches(TensorFact expected) {
    boolean matches = type == expected.type && shape.size() == expected.shape.size();
    for (int d = 0; matches && d < shape.size(); d++) {
      matches = expected.shape.get(d) < 0 || expected.shape.get(d).equals(shape.get(d));
    }
    return matches;
  }

  /** The number of elements; a {@link ModelException} when a dimension is unknown. */
  public long elements() {
    if (!isStatic()) {
      throw new ModelException(
          "the size of " + this + " is unknown. Maybe bind its symbolic dimensions first");
    }
    return checkedElements(shape);
  }

  /** The bytes of the packed data; a {@link ModelException} for strings and unknown dimensions. */
  public long bytes() {
    long elements = elements();
    int bits =
        type.bits()
            .orElseThrow(
                () ->
                    new ModelException(
                        "the size of " + this + " is unknown: strings differ in length"));
    if (elements > Long.MAX_VALUE / bits) {
      throw new ModelException("shape " + shape + " of " + type.contractName() + " overflows");
    }
    return (elements * bits + 7) / 8;
  }

  /** The dimensions as the runtimes take them. */
  public long[] dims() {
    // On the way of every request: a loop allocates nothing else.
    long[] dims = new long[shape.size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.get(i);
    }
    return dims;
  }

  /** The product of the known dimensions; a zero anywhere makes it zero and hides no overflow. */
  private static long checkedElements(List<Long> shape) {
    long product = 1;
    boolean zero = false;
    for (long dim : shape) {
      zero |= dim == 0;
      if (dim > 0) {
        if (product > Long.MAX_VALUE / 16 / dim) {
          throw new ModelException(
              "shape " + shape + " overflows: more elements than any memory holds");
        }
        product *= dim;
      }
    }
    return zero ? 0 : product;
  }

  /** For people: {@code float32[1,3,?,?]}. */
  @Override
  public String toString() {
    return type.contractName()
        + shape.stream()
            .map(d -> d < 0 ? "?" : d.toString())
            .collect(Collectors.joining(",", "[", "]"));
  }
}
