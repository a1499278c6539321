package org.scalpel.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One parallel block cut branch by branch. The fork and all before it are on the edge, the join and
 * all after it in the cloud; branch b has its first {@code point[b]} layers on the edge.
 *
 * <p>Each branch is a job of three operations, edge time E, sending X, cloud time C. Jobs run in
 * Johnson's order of (E+X, X+C). Tensors made before the block are sent first, once, if any
 * branch's cloud part reads them. Points are tried all when there are at most {@link #MOST}
 * combinations, else one branch at a time until nothing improves.
 */
final class DeccBlock {
  private static final long MOST = 10_000;

  private final TierPair pair;
  private final Instance in;
  private final Blocks blocks;
  private final List<int[]> branches;
  private final int from;
  private final int to;
  private final double[][] edge;
  private final double[][] send;
  private final double[][] cloud;

  /** Tensors from before the block, with the last reader in each branch, -1 if none. */
  private final int[] outer;

  private final int[][] lastReader;
  private int[] point;

  DeccBlock(TierPair pair, Blocks blocks, List<int[]> branches, int from, int to) {
    this.pair = pair;
    this.blocks = blocks;
    this.branches = branches;
    this.from = from;
    this.to = to;
    in = pair.setup().in();
    edge = new double[branches.size()][];
    send = new double[branches.size()][];
    cloud = new double[branches.size()][];
    int[] branchOf = new int[in.layers];
    int[] indexOf = new int[in.layers];
    Arrays.fill(branchOf, -1);
    for (int b = 0; b < branches.size(); b++) {
      for (int i = 0; i < branches.get(b).length; i++) {
        branchOf[branches.get(b)[i]] = b;
        indexOf[branches.get(b)[i]] = i;
      }
      price(b);
    }
    outer = IntStream.range(0, in.tensors).filter(this::comesFromBefore).toArray();
    lastReader = new int[outer.length][];
    for (int o = 0; o < outer.length; o++) {
      lastReader[o] = lastReaders(outer[o], branchOf, indexOf);
    }
    for (int b = 0; b < branches.size(); b++) {
      sends(b, branchOf, indexOf);
    }
    point = new int[branches.size()];
  }

  private void price(int b) {
    int[] branch = branches.get(b);
    edge[b] = new double[branch.length + 1];
    cloud[b] = new double[branch.length + 1];
    send[b] = new double[branch.length + 1];
    for (int i = 0; i < branch.length; i++) {
      edge[b][i + 1] = edge[b][i] + pair.compute(branch[i], pair.near());
    }
    for (int i = branch.length - 1; i >= 0; i--) {
      cloud[b][i] = cloud[b][i + 1] + pair.compute(branch[i], pair.far());
    }
  }

  /** Read in the block or after it, made before it. */
  private boolean comesFromBefore(int t) {
    boolean before = in.producer[t] < 0 || blocks.position(in.producer[t]) <= from;
    boolean read = false;
    for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
      read |= blocks.position(in.consumer[c]) > from;
    }
    return before && read;
  }

  private int[] lastReaders(int t, int[] branchOf, int[] indexOf) {
    int[] last = new int[branches.size() + 1];
    Arrays.fill(last, -1);
    for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
      int v = in.consumer[c];
      if (branchOf[v] >= 0) {
        last[branchOf[v]] = Math.max(last[branchOf[v]], indexOf[v]);
      } else if (blocks.position(v) >= to) {
        last[branches.size()] = 0;
      }
    }
    return last;
  }

  /** A tensor of the branch is sent if its maker is on the edge and a reader is not. */
  private void sends(int b, int[] branchOf, int[] indexOf) {
    int[] branch = branches.get(b);
    for (int i = 0; i < branch.length; i++) {
      for (int m = in.madeStart[branch[i]]; m < in.madeStart[branch[i] + 1]; m++) {
        int t = in.made[m];
        int last = -1;
        for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
          int v = in.consumer[c];
          last = Math.max(last, branchOf[v] == b ? indexOf[v] : branch.length);
        }
        for (int p = i + 1; p <= last; p++) {
          send[b][p] += pair.transfer(t);
        }
      }
    }
  }

  /** The time of the block at the best points. */
  double solve() {
    long combinations = 1;
    for (int[] branch : branches) {
      combinations = Math.min(MOST + 1, combinations * (branch.length + 1));
    }
    return combinations <= MOST ? everyPoint() : oneAtATime();
  }

  private double everyPoint() {
    int[] candidate = new int[branches.size()];
    double least = Double.POSITIVE_INFINITY;
    boolean more = true;
    while (more) {
      double time = time(candidate);
      if (time < least) {
        least = time;
        point = candidate.clone();
      }
      more = next(candidate);
    }
    return least;
  }

  private boolean next(int[] candidate) {
    for (int b = 0; b < candidate.length; b++) {
      if (++candidate[b] <= branches.get(b).length) {
        return true;
      }
      candidate[b] = 0;
    }
    return false;
  }

  private double oneAtATime() {
    double least = time(point);
    boolean better = true;
    while (better) {
      better = false;
      for (int b = 0; b < point.length; b++) {
        int kept = point[b];
        for (int p = 0; p <= branches.get(b).length; p++) {
          point[b] = p;
          double time = time(point);
          if (time < least - 1e-9) {
            least = time;
            kept = p;
            better = true;
          }
        }
        point[b] = kept;
      }
    }
    return least;
  }

  /** The end of the last job of the flow shop. */
  private double time(int[] at) {
    double sent = 0;
    for (int o = 0; o < outer.length; o++) {
      boolean needed = lastReader[o][branches.size()] == 0 && to < in.layers;
      for (int b = 0; b < at.length; b++) {
        needed |= lastReader[o][b] >= at[b];
      }
      sent += needed ? pair.transfer(outer[o]) : 0;
    }
    double computed = 0;
    double finished = sent;
    for (int b : johnson(at)) {
      computed += edge[b][at[b]];
      sent = Math.max(sent, computed) + send[b][at[b]];
      finished = Math.max(finished, sent) + cloud[b][at[b]];
    }
    return finished;
  }

  private int[] johnson(int[] at) {
    Comparator<Integer> order =
        Comparator.comparing((Integer b) -> first(b, at) >= second(b, at))
            .thenComparingDouble(b -> first(b, at) < second(b, at) ? first(b, at) : -second(b, at));
    return IntStream.range(0, at.length).boxed().sorted(order).mapToInt(b -> b).toArray();
  }

  private double first(int b, int[] at) {
    return edge[b][at[b]] + send[b][at[b]];
  }

  private double second(int b, int[] at) {
    return send[b][at[b]] + cloud[b][at[b]];
  }

  /** The assignment at the best points. */
  int[] tiers() {
    boolean[] beyond = new boolean[in.layers];
    for (int i = to; i < in.layers; i++) {
      beyond[in.order[i]] = true;
    }
    for (int b = 0; b < point.length; b++) {
      for (int i = point[b]; i < branches.get(b).length; i++) {
        beyond[branches.get(b)[i]] = true;
      }
    }
    return pair.tiers(beyond);
  }
}
