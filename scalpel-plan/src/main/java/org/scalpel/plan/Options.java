package org.scalpel.plan;

import java.util.Optional;

/**
 * The optional parts of a problem that concern it as a whole.
 *
 * @param weights what the objective sums
 * @param exits early exits, if the model has any
 * @param resultsAt where outputs are wanted
 */
public record Options(Weights weights, Optional<Exits> exits, ResultsAt resultsAt) {
  /** Latency alone, no exits, results on the device. */
  public static final Options DEFAULT =
      new Options(Weights.LATENCY, Optional.empty(), ResultsAt.DEVICE);
}
