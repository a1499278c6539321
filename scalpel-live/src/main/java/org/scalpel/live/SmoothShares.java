package org.scalpel.live;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * Deals requests out in given shares, as evenly as can be: after n requests every choice has had
 * its share of n within two requests (smooth weighted round robin). A choice that has no room is
 * passed over and catches up later; another takes its place only as long as that is no more than a
 * few requests ahead of its own share. Thread-safe.
 */
public final class SmoothShares {
  // Without a bound a choice of a small share that always has room would be dealt far more.
  private static final int MOST_AHEAD = 4;

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

  /** The choice whose turn it is, or another with room where it has none. */
  synchronized int next(IntPredicate room) {
    int turn = 0;
    for (int i = 0; i < shares.length; i++) {
      credit[i] += shares[i];
      turn = credit[i] > credit[turn] ? i : turn;
    }
    int chosen = room.test(turn) ? turn : instead(turn, room);
    credit[chosen]--;
    return chosen;
  }

  /** The one that is owed most among the others that have room and are not too far ahead. */
  private int instead(int turn, IntPredicate room) {
    int open = turn;
    for (int i = 0; i < shares.length; i++) {
      boolean may = i != turn && credit[i] - 1 >= -MOST_AHEAD && room.test(i);
      if (may && (open == turn || credit[i] > credit[open])) {
        open = i;
      }
    }
    return open;
  }
}
