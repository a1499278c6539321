package org.scalpel.plan;

/** Moves of one layer that keep the order of tiers: readers follow outwards, producers inwards. */
final class Closure {
  private final Instance in;
  private final int[] position;

  /** Layer → layers it reads from, row by row. */
  private final int[] sourceStart;

  private final int[] source;

  Closure(Instance in) {
    this.in = in;
    position = new int[in.layers];
    for (int i = 0; i < in.layers; i++) {
      position[in.order[i]] = i;
    }
    sourceStart = new int[in.layers + 1];
    for (int c = 0; c < in.consumer.length; c++) {
      sourceStart[in.consumer[c] + 1]++;
    }
    for (int v = 0; v < in.layers; v++) {
      sourceStart[v + 1] += sourceStart[v];
    }
    source = new int[in.consumer.length];
    int[] next = sourceStart.clone();
    for (int t = 0; t < in.tensors; t++) {
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        source[next[in.consumer[c]]++] = in.producer[t];
      }
    }
  }

  /** A copy with {@code v} and every layer after it on {@code tier} or beyond. */
  int[] raised(int[] tierOf, int v, int tier) {
    int[] moved = tierOf.clone();
    moved[v] = Math.max(moved[v], tier);
    for (int i = position[v]; i < in.layers; i++) {
      int at = in.order[i];
      if (moved[at] > tierOf[at]) {
        for (int m = in.madeStart[at]; m < in.madeStart[at + 1]; m++) {
          for (int c = in.consumerStart[in.made[m]]; c < in.consumerStart[in.made[m] + 1]; c++) {
            moved[in.consumer[c]] = Math.max(moved[in.consumer[c]], tier);
          }
        }
      }
    }
    return moved;
  }

  /** A copy with {@code v} and every layer before it on {@code tier} or before. */
  int[] lowered(int[] tierOf, int v, int tier) {
    int[] moved = tierOf.clone();
    moved[v] = Math.min(moved[v], tier);
    for (int i = position[v]; i >= 0; i--) {
      int at = in.order[i];
      if (moved[at] < tierOf[at]) {
        for (int s = sourceStart[at]; s < sourceStart[at + 1]; s++) {
          if (source[s] >= 0) {
            moved[source[s]] = Math.min(moved[source[s]], tier);
          }
        }
      }
    }
    return moved;
  }
}
