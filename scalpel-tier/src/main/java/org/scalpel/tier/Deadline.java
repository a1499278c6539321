package org.scalpel.tier;

import java.time.Duration;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.tier.TierException.Kind;

/**
 * When a request's time is over, on this machine's clock. What is left travels with the request.
 */
record Deadline(long atNanos) {
  // What an answer needs to come back before its caller gives up.
  private static final double HOP_MARGIN_MS = 1;
  private static final double LONGEST_MS = 3_600_000;

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** From a request's parameters, at most {@code most}. */
  static Deadline of(ModelInferRequest request, Duration most) {
    double limit = most.toNanos() / 1e6;
    double ours = Params.number(request.getParametersMap().get(Params.DEADLINE_MS), limit);
    double theirs =
        Params.number(request.getParametersMap().get(Params.TIMEOUT_US), limit * 1000) / 1000;
    if (!(ours > 0)) {
      throw Refusal.of(io.grpc.Status.Code.DEADLINE_EXCEEDED, "no time is left for the request");
    }
    double ms = Math.min(Math.min(ours, theirs > 0 ? theirs : LONGEST_MS), limit);
    return new Deadline(System.nanoTime() + (long) (ms * 1e6));
  }

  /** The earlier of two. */
  Deadline sooner(Deadline other) {
    return other.atNanos - atNanos < 0 ? other : this;
  }

  long leftNanos() {
    return atNanos - System.nanoTime();
  }

  boolean over() {
    return leftNanos() <= 0;
  }

  /** What the next tier may take. */
  long forNextHopMs() {
    return Math.max(1, (long) (leftNanos() / 1e6 - HOP_MARGIN_MS));
  }

  void check(String where) {
    if (over()) {
      throw new TierException(Kind.DEADLINE, "the time of the request was over " + where);
    }
  }
}
