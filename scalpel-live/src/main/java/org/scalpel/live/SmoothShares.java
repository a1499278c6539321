package org.scalpel.live;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * Deals requests out in given shares, as evenly as can be: after n requests every choice has had
 * its share of n within two requests (smooth weighted round robin). A choice that has no room is
 * passed over and may catch up a little later. Thread-safe.
 */
public final class SmoothShares {
  // What a choice that was passed over may catch up on, and another must give back.
  private static final double MOST_CREDIT = 4;

  private final double[] shares;
  private final double[] credit;

  /** Choices in this order; the shares need not sum to 1. */
  public SmoothShares(List<Double> shares) {
    double sum = shares.stream().mapToDouble(share -> share).sum();
    this.shares = shares.stream().mapToDouble(share -> share / sum).toArray();
    this.credit = new double[this.shares.length];
  }

  /** The choice whose turn it is. */
  public int next() {
    return next(choice -> true);
  }

  /** The choice whose turn it is among those with room; among all where none has any. */
  synchronized int next(IntPredicate room) {
    int most = -1;
    int open = -1;
    for (int i = 0; i < shares.length; i++) {
      credit[i] = Math.min(MOST_CREDIT, credit[i] + shares[i]);
      most = most < 0 || credit[i] > credit[most] ? i : most;
      if (room.test(i) && (open < 0 || credit[i] > credit[open])) {
        open = i;
      }
    }
    int chosen = open < 0 ? most : open;
    credit[chosen] = Math.max(-MOST_CREDIT, credit[chosen] - 1);
    return chosen;
  }
}
