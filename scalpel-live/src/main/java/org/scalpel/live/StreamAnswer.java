package org.scalpel.live;

import org.scalpel.tier.Execution;

/** What became of one request of a {@link RequestStream}; every request has exactly one. */
public sealed interface StreamAnswer {
  /** The request's number: the first of a stream is 0. */
  long number();

  /** It was answered. */
  record Answered(long number, Execution execution) implements StreamAnswer {}

  /** It failed, or a tier refused it; the fault says which. */
  record Failed(long number, RuntimeException fault) implements StreamAnswer {}

  /**
   * It was given up for newer ones.
   *
   * @param count so many requests in a row, from {@code number} on
   */
  record Dropped(long number, long count) implements StreamAnswer {}
}
