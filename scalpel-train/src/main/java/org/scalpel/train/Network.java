package org.scalpel.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A classifier with early exits, written down once.
 *
 * @param name for files and messages
 * @param input the picture, {@code [N, 3, side, side]}
 * @param steps in an order in which they can run
 * @param exits in the order of depth; the last is the end
 */
record Network(String name, Value input, List<Step> steps, List<Exit> exits) {
  /**
   * One exit.
   *
   * @param name of the output with its probabilities
   * @param after the tensor that its head reads
   * @param logits the tensor with its logits
   */
  record Exit(String name, String after, String logits) {}

  Network {
    steps = List.copyOf(steps);
    exits = List.copyOf(exits);
  }

  /** Everything that is learned or counted. */
  List<Learned> learned() {
    return steps.stream().flatMap(step -> step.learned().stream()).toList();
  }

  /** Multiply-accumulate operations for one picture, heads included. */
  long macs() {
    return steps.stream().mapToLong(Step::macs).sum();
  }

  /** How many numbers the written model holds: batch normalisation is folded away. */
  long numbers() {
    return learned().stream()
        .filter(one -> one.kind() == Learned.Kind.WEIGHT || one.kind() == Learned.Kind.SHIFT)
        .mapToLong(one -> one.dims().size())
        .sum();
  }

  /** The logits of every exit, {@code [N, classes]} each. */
  List<NDArray> run(NDArray pictures, Weights weights, boolean training) {
    Map<String, NDArray> made = new HashMap<>();
    made.put(input.name(), pictures);
    for (Step step : steps) {
      NDList inputs = new NDList();
      step.from().forEach(value -> inputs.add(made.get(value.name())));
      made.put(step.to().name(), step.run(inputs, weights, training));
    }
    List<NDArray> logits = new ArrayList<>();
    exits.forEach(exit -> logits.add(made.get(exit.logits())));
    return logits;
  }
}
