package org.scalpel.tier;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.scalpel.tier.TierException.Kind;

/**
 * Requests that come in portions, from their first to their last. One that is never completed is
 * given up at its deadline. Thread-safe.
 */
final class Portions {
  private static final int MOST = 1_024;
  private static final int LONGEST_KEY = 128;

  private final ConcurrentHashMap<String, PieceRun> open = new ConcurrentHashMap<>();

  /**
   * One more portion of a request.
   *
   * @return the request's answer for the last one; {@link Answered#NOTHING} for others, at once
   */
  CompletableFuture<Answered> arrive(
      String key, ChainRunner.Portion portion, Supplier<PieceRun> first) {
    if (key.length() > LONGEST_KEY) {
      throw Refusal.invalid("the name of a request in portions is too long");
    }
    PieceRun run =
        open.computeIfAbsent(
            key,
            k -> {
              if (open.size() >= MOST) {
                throw new TierException(
                    Kind.OVERLOADED, MOST + " requests in portions are incomplete already");
              }
              return first.get();
            });
    boolean complete = run.arrive(portion.carried(), portion.release());
    if (complete) {
      open.remove(key, run);
      return run.answer();
    }
    if (run.answer().isCompletedExceptionally()) {
      return run.answer();
    }
    run.expire(() -> open.remove(key, run));
    return CompletableFuture.completedFuture(Answered.NOTHING);
  }
}
