package org.scalpel.live;

import java.util.List;

/**
 * Deals requests out in given shares, as evenly as can be: after n requests every choice has had
 * its share of n within two requests (smooth weighted round robin). Thread-safe.
 */
final class SmoothShares {
  private final double[] shares;
  private final double[] credit;

  SmoothShares(List<Double> shares) {
    double sum = shares.stream().mapToDouble(share -> share).sum();
    this.shares = shares.stream().mapToDouble(share -> share / sum).toArray();
    this.credit = new double[this.shares.length];
  }

  synchronized int next() {
    int most = 0;
    for (int i = 0; i < shares.length; i++) {
      credit[i] += shares[i];
      if (credit[i] > credit[most]) {
        most = i;
      }
    }
    credit[most] -= 1;
    return most;
  }
}
