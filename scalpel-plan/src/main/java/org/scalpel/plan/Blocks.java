package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The layers that every way from inputs to outputs passes (cut vertices), and what lies between two
 * of them: by one sweep over the topological order. A layer is a cut vertex iff nothing that begins
 * before it ends after it.
 */
final class Blocks {
  private final Instance in;
  private final int[] position;

  /** Positions of the cut vertices in the topological order, ascending. */
  final int[] cutPositions;

  Blocks(Instance in) {
    this.in = in;
    position = new int[in.layers];
    for (int i = 0; i < in.layers; i++) {
      position[in.order[i]] = i;
    }
    cutPositions = sweep();
  }

  private int[] sweep() {
    int[] farthest = new int[in.layers];
    Arrays.fill(farthest, -1);
    boolean[] reads = new boolean[in.layers];
    int reach = -1;
    for (int t = 0; t < in.tensors; t++) {
      int last = in.problem.tensors().get(t).output() ? in.layers : -1;
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        last = Math.max(last, position[in.consumer[c]]);
        reads[in.consumer[c]] = true;
      }
      if (in.producer[t] < 0) {
        reach = Math.max(reach, last == in.layers ? -1 : last);
      } else {
        farthest[in.producer[t]] = Math.max(farthest[in.producer[t]], last);
      }
    }
    for (int v = 0; v < in.layers; v++) {
      reach = reads[v] ? reach : Math.max(reach, position[v]);
      farthest[v] = farthest[v] < 0 ? in.layers : farthest[v];
    }
    int[] found = new int[in.layers];
    int count = 0;
    for (int i = 0; i < in.layers; i++) {
      if (reach <= i) {
        found[count++] = i;
      }
      reach = Math.max(reach, farthest[in.order[i]]);
    }
    return Arrays.copyOf(found, count);
  }

  /**
   * The branches between positions {@code from} and {@code to} (both exclusive): layers joined by
   * tensors among themselves, each branch in topological order.
   */
  List<int[]> branches(int from, int to) {
    int[] group = new int[in.layers];
    Arrays.fill(group, -1);
    for (int i = from + 1; i < to; i++) {
      group[in.order[i]] = in.order[i];
    }
    for (int i = from + 1; i < to; i++) {
      int v = in.order[i];
      for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
        for (int c = in.consumerStart[in.made[m]]; c < in.consumerStart[in.made[m] + 1]; c++) {
          if (group[in.consumer[c]] >= 0) {
            group[root(group, in.consumer[c])] = root(group, v);
          }
        }
      }
    }
    List<int[]> branches = new ArrayList<>();
    for (int i = from + 1; i < to; i++) {
      if (group[in.order[i]] == in.order[i]) {
        int root = in.order[i];
        branches.add(
            Arrays.stream(in.order, from + 1, to).filter(v -> root(group, v) == root).toArray());
      }
    }
    return branches;
  }

  private static int root(int[] group, int v) {
    int at = v;
    while (group[at] != at) {
      at = group[at];
    }
    return at;
  }

  /** Where a layer stands in the topological order. */
  int position(int v) {
    return position[v];
  }
}
