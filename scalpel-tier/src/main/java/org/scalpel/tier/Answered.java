package org.scalpel.tier;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.graph.TensorData;

/**
 * The outcome of a request on one tier and those behind it.
 *
 * @param outputs in the order in which they are answered
 * @param spans of the tiers behind, nearest first; this tier's own is made when it answers
 * @param queueNs see {@link Span}
 * @param computeNs see {@link Span}
 * @param codecNs see {@link Span}
 * @param hop tensor bytes to and from the tier behind
 * @param recycleCrossing to be run when the answer is there: what only crossed to the next tier
 * @param recycleOutputs to be run when nobody reads the outputs any more
 * @param leave the exit at which the request left; without it, it went all the way
 */
record Answered(
    Map<String, TensorData> outputs,
    List<Span> spans,
    long queueNs,
    long computeNs,
    long codecNs,
    Hop hop,
    Runnable recycleCrossing,
    Runnable recycleOutputs,
    Optional<Leave> leave) {
  /** A request that went all the way. */
  Answered(
      Map<String, TensorData> outputs,
      List<Span> spans,
      long queueNs,
      long computeNs,
      long codecNs,
      Hop hop,
      Runnable recycleCrossing,
      Runnable recycleOutputs) {
    this(
        outputs,
        spans,
        queueNs,
        computeNs,
        codecNs,
        hop,
        recycleCrossing,
        recycleOutputs,
        Optional.empty());
  }

  /**
   * An exit that was taken.
   *
   * @param abandoned the tiers behind were asked and may still be reading what was sent to them
   */
  record Leave(ExitTaken taken, boolean abandoned) {}

  /** Whether the request's tensors may still be in use. */
  boolean abandoned() {
    return leave.map(Leave::abandoned).orElse(false);
  }

  /** The same, left at an exit. */
  Answered leaving(Optional<Leave> at) {
    return new Answered(
        outputs, spans, queueNs, computeNs, codecNs, hop, recycleCrossing, recycleOutputs, at);
  }

  /** The answer to a portion of a request that is not its last. */
  static final Answered NOTHING =
      new Answered(Map.of(), List.of(), 0, 0, 0, Hop.NONE, () -> {}, () -> {});

  /** What crossed the link behind this tier, and how long the round trip took. */
  record Hop(long sentBytes, long receivedBytes, long roundTripNs) {
    static final Hop NONE = new Hop(0, 0, 0);
  }

  void recycle() {
    recycleCrossing.run();
    recycleOutputs.run();
  }

  Span span(String tier, long totalNs) {
    return new Span(
        tier,
        queueNs,
        computeNs,
        codecNs,
        totalNs,
        hop.roundTripNs,
        hop.sentBytes,
        hop.receivedBytes);
  }
}
