package org.scalpel.plan;

import java.util.Arrays;

/**
 * Two tiers out of many, for algorithms that know only two: near is where a request's layers begin,
 * far is where they end, tiers between relay.
 */
record TierPair(Setup setup, int near, int far) {
  /** Tries a two-tier algorithm on a pair. */
  interface Attempt {
    /** The tiers of all layers; empty if the pair has no answer. */
    int[] tiers(TierPair pair);
  }

  /**
   * The best answer over all pairs: valid ones before others, then by value.
   *
   * @throws InfeasibleException if no pair has one
   */
  static int[] best(Setup setup, String algorithm, Attempt attempt) {
    int[] best = new int[0];
    boolean bestValid = false;
    double least = Double.POSITIVE_INFINITY;
    for (int near = 0; near < setup.in().links; near++) {
      for (int far = near + 1; far < setup.in().tiers; far++) {
        int[] tierOf = attempt.tiers(new TierPair(setup, near, far));
        if (tierOf.length == 0) {
          continue;
        }
        boolean valid = setup.allows(tierOf);
        double value = setup.value(tierOf);
        if (best.length == 0 || (valid && !bestValid) || (valid == bestValid && value < least)) {
          best = tierOf;
          bestValid = valid;
          least = value;
        }
      }
    }
    if (best.length == 0) {
      throw new InfeasibleException(
          algorithm + ": pins, allowed tiers or links that are down leave no pair of tiers");
    }
    return best;
  }

  /** The price of layer {@code v} on tier {@code k}, infinite where it may not run. */
  double compute(int v, int k) {
    Instance in = setup.in();
    boolean allowed =
        k >= setup.bounds().lowest[v]
            && k <= setup.bounds().highest[v]
            && setup.bounds().permits(v, k);
    return allowed
        ? setup.prices().tier()[k] * in.compute[v * in.tiers + k] * in.reach[v]
        : Double.POSITIVE_INFINITY;
  }

  /** The price of sending tensor {@code t} from near to far. */
  double transfer(int t) {
    double price = 0;
    for (int k = near; k < far; k++) {
      price += setup.crossings().up[t * setup.in().links + k];
    }
    return price;
  }

  /** What a link between the two costs once. */
  double roundTrip() {
    double price = 0;
    for (int k = near; k < far; k++) {
      price += setup.prices().rtt()[k] * setup.in().problem.links().get(k).rttMs();
    }
    return price;
  }

  /** The layers that {@code beyond} marks on the far tier, the others on the near one. */
  int[] tiers(boolean[] beyond) {
    int[] tierOf = new int[setup.in().layers];
    Arrays.setAll(tierOf, v -> beyond[v] ? far : near);
    return tierOf;
  }

  /** The limits of the setup, on these two tiers only. */
  Bounds bounds(int[] pinned) {
    boolean[] open = new boolean[setup.in().tiers];
    open[near] = true;
    open[far] = true;
    return new Bounds(setup.in(), pinned, setup.crossings(), open);
  }
}
