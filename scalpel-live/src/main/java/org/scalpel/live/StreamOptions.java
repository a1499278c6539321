package org.scalpel.live;

import org.scalpel.tier.TierException;
import org.scalpel.tier.TierException.Kind;

/**
 * How a {@link RequestStream} treats its requests.
 *
 * @param ordered whether answers come in the order of the requests, else as they are ready
 * @param window requests that are under way or whose answers were not taken yet, at most
 * @param waiting requests that wait for a place in the window, at most
 * @param overflow what happens to one more
 */
public record StreamOptions(boolean ordered, int window, int waiting, Overflow overflow) {
  /** What happens when as many requests wait as may. */
  public enum Overflow {
    /** The sender waits: nothing is lost, the source is slowed down. */
    WAIT,
    /** The request that waits longest is given up: what a live camera wants. */
    DROP_OLDEST,
    /** The new request is refused: {@code send} throws {@link Kind#OVERLOADED}. */
    REFUSE
  }

  /** In order, eight under way, the sender waits. */
  public static final StreamOptions DEFAULT = new StreamOptions(true, 8, 1, Overflow.WAIT);

  /** Checks the sizes. */
  public StreamOptions {
    if (window < 1 || waiting < 1) {
      throw new TierException(
          Kind.INVALID,
          "a stream with window " + window + ", waiting " + waiting + "; expected 1 or more each");
    }
  }

  /** The same in order, or not. */
  public StreamOptions withOrder(boolean kept) {
    return new StreamOptions(kept, window, waiting, overflow);
  }

  /** The same with another window. */
  public StreamOptions withWindow(int requests) {
    return new StreamOptions(ordered, requests, waiting, overflow);
  }

  /** The same for a source that cannot wait: so many wait, then this happens. */
  public StreamOptions withOverflow(Overflow what, int most) {
    return new StreamOptions(ordered, window, most, what);
  }
}
