package org.scalpel.plan;

import java.util.Arrays;
import java.util.List;

/**
 * DECC (Zhuang et al., IEEE TETC 13(2), 2025), rebuilt from its abstract: the network is a trunk of
 * cut vertices with parallel branches between them; one block is cut, each branch at its own point,
 * and its branches pass edge, link and cloud as a flow shop in Johnson's order. See {@link
 * DeccBlock}.
 */
final class Decc extends Solver {
  @Override
  public String name() {
    return "decc";
  }

  @Override
  Plan solve(Setup setup, long start) {
    Blocks blocks = new Blocks(setup.in());
    int[] tierOf = TierPair.best(setup, name(), pair -> cut(pair, blocks));
    return setup.plan(name(), tierOf, LowerBounds.of(setup), start);
  }

  private static int[] cut(TierPair pair, Blocks blocks) {
    Instance in = pair.setup().in();
    double[] near = prefix(pair, pair.near());
    double[] far = suffix(pair, pair.far());
    double least = near[in.layers];
    int[] best = least < Double.POSITIVE_INFINITY ? all(in, pair.near()) : new int[0];
    int from = -1;
    for (int block = 0; block <= blocks.cutPositions.length; block++) {
      int to = block < blocks.cutPositions.length ? blocks.cutPositions[block] : in.layers;
      List<int[]> branches = blocks.branches(from, to);
      double after = far[Math.min(to, in.layers)];
      double before = near[from + 1];
      if (before < Double.POSITIVE_INFINITY && after < Double.POSITIVE_INFINITY) {
        DeccBlock found = new DeccBlock(pair, blocks, branches, from, to);
        double total = before + found.solve() + after + pair.roundTrip();
        if (total < least) {
          least = total;
          best = found.tiers();
        }
      }
      from = to;
    }
    return best;
  }

  private static int[] all(Instance in, int tier) {
    int[] tierOf = new int[in.layers];
    Arrays.fill(tierOf, tier);
    return tierOf;
  }

  /** The price of the first i layers on a tier, infinite from one that may not be there. */
  private static double[] prefix(TierPair pair, int tier) {
    Instance in = pair.setup().in();
    double[] sum = new double[in.layers + 1];
    for (int i = 0; i < in.layers; i++) {
      sum[i + 1] = sum[i] + pair.compute(in.order[i], tier);
    }
    return sum;
  }

  /** The price of the layers from i on a tier, infinite up to one that may not be there. */
  private static double[] suffix(TierPair pair, int tier) {
    Instance in = pair.setup().in();
    double[] sum = new double[in.layers + 1];
    for (int i = in.layers - 1; i >= 0; i--) {
      sum[i] = sum[i + 1] + pair.compute(in.order[i], tier);
    }
    return sum;
  }
}
