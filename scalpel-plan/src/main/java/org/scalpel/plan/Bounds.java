package org.scalpel.plan;

import java.util.Arrays;
import java.util.Map;

/**
 * The nearest and the farthest tier that each layer may take, given pins, forbidden tiers, the
 * order of tiers along tensors, and tensors that cannot cross a link.
 *
 * <p>Once nothing more follows, every layer on its nearest tier is a feasible assignment.
 */
final class Bounds {
  private final Instance in;
  private final int[] pinned;
  private final boolean[] open;
  private final boolean[] blocked;
  final int[] lowest;
  final int[] highest;

  /** The layer that caused the bound, for messages. */
  private final int[] lowestFrom;

  private final int[] highestFrom;

  /**
   * Propagates the bounds.
   *
   * @throws InfeasibleException if a layer has no tier left, naming the two layers that clash
   */
  Bounds(Instance in, Map<String, String> pins, Crossings crossings) {
    this(in, in.pinned(pins), crossings, openEverywhere(in.tiers));
  }

  /**
   * Propagates the bounds of a smaller question.
   *
   * @param pinned the tier of each layer, -1 where free
   * @param open the tiers that may be used at all
   */
  Bounds(Instance in, int[] pinned, Crossings crossings, boolean[] open) {
    this.in = in;
    this.pinned = pinned;
    this.open = open;
    blocked = new boolean[in.tensors * in.links];
    boolean free =
        unrestricted(pinned, open)
            && in.problem.layers().stream().allMatch(l -> l.allowed().isEmpty());
    for (int at = 0; at < blocked.length; at++) {
      blocked[at] = crossings.up[at] == Double.POSITIVE_INFINITY;
      free &= !blocked[at];
    }
    lowest = new int[in.layers];
    highest = new int[in.layers];
    lowestFrom = new int[in.layers];
    highestFrom = new int[in.layers];
    Arrays.fill(highest, in.links);
    Arrays.setAll(lowestFrom, v -> v);
    Arrays.setAll(highestFrom, v -> v);
    free &= !outputs(crossings);
    if (!free) {
      inputs();
      boolean changed = true;
      while (changed) {
        changed = forward();
        changed |= backward();
      }
    }
  }

  private static boolean[] openEverywhere(int tiers) {
    boolean[] open = new boolean[tiers];
    Arrays.fill(open, true);
    return open;
  }

  private static boolean unrestricted(int[] pinned, boolean[] open) {
    boolean free = Arrays.stream(pinned).allMatch(tier -> tier < 0);
    for (boolean tier : open) {
      free &= tier;
    }
    return free;
  }

  /** True if layer {@code v} may run on tier {@code k} as far as it alone is concerned. */
  boolean permits(int v, int k) {
    return open[k] && (pinned[v] < 0 || pinned[v] == k) && in.problem.layers().get(v).isAllowed(k);
  }

  /** An output is produced before any link on which it cannot return; true if there is one. */
  private boolean outputs(Crossings crossings) {
    boolean any = false;
    for (int t = 0; t < in.tensors; t++) {
      if (in.returns(t)) {
        int k = 0;
        while (k < in.links && crossings.down[t * in.links + k] < Double.POSITIVE_INFINITY) {
          k++;
        }
        int p = in.producer[t];
        any |= k < highest[p];
        highest[p] = Math.min(highest[p], k);
      }
    }
    return any;
  }

  private void inputs() {
    for (int t = 0; t < in.tensors; t++) {
      if (in.producer[t] < 0) {
        int k = nextBlocked(t, 0);
        for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
          highest[in.consumer[c]] = Math.min(highest[in.consumer[c]], k);
        }
      }
    }
  }

  /** The first link from {@code k} on that tensor {@code t} cannot cross. */
  private int nextBlocked(int t, int k) {
    int link = k;
    while (link < in.links && !blocked[t * in.links + link]) {
      link++;
    }
    return link;
  }

  /** The tier behind the last link before tier {@code k} that tensor {@code t} cannot cross. */
  private int behindBlocked(int t, int k) {
    int tier = k;
    while (tier > 0 && !blocked[t * in.links + tier - 1]) {
      tier--;
    }
    return tier;
  }

  private boolean forward() {
    boolean changed = false;
    for (int v : in.order) {
      changed |= trim(v);
      for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
        int t = in.made[m];
        int end = nextBlocked(t, highest[v]);
        for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
          int w = in.consumer[c];
          changed |= raise(w, lowest[v], lowestFrom[v]);
          changed |= lower(w, end, highestFrom[v]);
        }
      }
    }
    return changed;
  }

  private boolean backward() {
    boolean changed = false;
    for (int i = in.layers - 1; i >= 0; i--) {
      int v = in.order[i];
      for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
        int t = in.made[m];
        for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
          int w = in.consumer[c];
          int start = behindBlocked(t, lowest[w]);
          changed |= lower(v, highest[w], highestFrom[w]);
          changed |= raise(v, start, lowestFrom[w]);
        }
      }
      changed |= trim(v);
    }
    return changed;
  }

  private boolean raise(int v, int tier, int from) {
    if (tier <= lowest[v]) {
      return false;
    }
    lowest[v] = tier;
    lowestFrom[v] = from;
    return true;
  }

  private boolean lower(int v, int tier, int from) {
    if (tier >= highest[v]) {
      return false;
    }
    highest[v] = tier;
    highestFrom[v] = from;
    return true;
  }

  private boolean trim(int v) {
    int low = lowest[v];
    int high = highest[v];
    while (low <= high && !permits(v, low)) {
      low++;
    }
    while (low <= high && !permits(v, high)) {
      high--;
    }
    if (low > high) {
      throw new InfeasibleException(clash(v));
    }
    boolean changed = low > lowest[v] || high < highest[v];
    lowest[v] = low;
    highest[v] = high;
    return changed;
  }

  private String clash(int v) {
    String first = in.problem.layers().get(lowestFrom[v]).name();
    String last = in.problem.layers().get(highestFrom[v]).name();
    String none = "no tier is left for layer \"" + in.problem.layers().get(v).name() + "\": ";
    if (lowestFrom[v] == highestFrom[v]) {
      return none
          + "its pin, its allowed tiers, links that are down (0 Mbps) or the loss of its codecs clash";
    }
    return none
        + "what pins, allowed tiers or links that are down (0 Mbps) demand of \""
        + first
        + "\" and of \""
        + last
        + "\" clashes";
  }
}
