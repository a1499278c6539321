package org.scalpel.learn;

import java.util.List;

/**
 * A real network as a chain of blocks.
 *
 * @param input shape of its input without the batch: channels, height, width of a picture; or the
 *     steps of a text
 */
record Architecture(String name, List<Long> input, List<Step> steps) {
  Architecture {
    input = List.copyOf(input);
    steps = List.copyOf(steps);
  }

  boolean readsText() {
    return input.size() == 1;
  }
}
