package org.scalpel.tier;

import java.util.List;
import java.util.Map;
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
 */
record Answered(
    Map<String, TensorData> outputs,
    List<Span> spans,
    long queueNs,
    long computeNs,
    long codecNs,
    Hop hop,
    Runnable recycleCrossing,
    Runnable recycleOutputs) {
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
