package org.scalpel.plan;

/**
 * QDMP (Zhang et al., IMWUT 4(2), 2020): the best cut lies between two neighbouring cut vertices,
 * so the cut vertices are compared first and only the blocks beside the best one are cut, by a
 * minimum cut of the repaired DADS graph. The idea is exact where the cost of cutting after a cut
 * vertex has no second valley; in general it is a heuristic, so the gap is reported.
 */
final class Qdmp extends Solver {
  @Override
  public String name() {
    return "qdmp";
  }

  @Override
  Plan solve(Setup setup, long start) {
    Blocks blocks = new Blocks(setup.in());
    ChainCosts chain = new ChainCosts(setup);
    int[] tierOf = TierPair.best(setup, name(), pair -> cut(pair, blocks, chain));
    return setup.plan(name(), tierOf, LowerBounds.of(setup), start);
  }

  private static int[] cut(TierPair pair, Blocks blocks, ChainCosts chain) {
    Instance in = pair.setup().in();
    int[] ends = new int[blocks.cutPositions.length + 2];
    ends[ends.length - 1] = in.layers;
    for (int i = 0; i < blocks.cutPositions.length; i++) {
      ends[i + 1] = blocks.cutPositions[i] + 1;
    }
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = ends.length - 1; i >= 0; i--) {
      double cost = chain.pair(pair.near(), pair.far(), ends[i]);
      if (cost < least) {
        least = cost;
        best = i;
      }
    }
    return within(pair, ends[Math.max(0, best - 1)], ends[Math.min(ends.length - 1, best + 1)]);
  }

  /** The cheapest cut with everything before {@code from} near and from {@code to} on far. */
  private static int[] within(TierPair pair, int from, int to) {
    Setup setup = pair.setup();
    Instance in = setup.in();
    int[] pinned = in.pinned(setup.request().limits().pins());
    for (int i = 0; i < in.layers; i++) {
      int v = in.order[i];
      if (i < from || i >= to) {
        int side = i < from ? pair.near() : pair.far();
        if (pinned[v] >= 0 && pinned[v] != side) {
          return new int[0];
        }
        pinned[v] = side;
      }
    }
    try {
      return CutOracle.cut(in, pair.bounds(pinned), setup.prices(), setup.crossings());
    } catch (InfeasibleException forbidden) {
      return new int[0];
    }
  }
}
