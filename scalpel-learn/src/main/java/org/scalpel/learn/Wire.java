package org.scalpel.learn;

import java.util.List;

/** A tensor of a network that is being written down. */
record Wire(String name, List<Long> shape) {
  long dim(int axis) {
    return shape.get(axis);
  }

  int rank() {
    return shape.size();
  }

  long elements() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  long last() {
    return dim(rank() - 1);
  }

  /** Channels of a picture, features of a sequence or of a row. */
  long channels() {
    return rank() == 4 ? dim(1) : dim(rank() - 1);
  }
}
