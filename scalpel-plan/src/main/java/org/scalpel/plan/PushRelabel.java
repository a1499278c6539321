package org.scalpel.plan;

import java.util.Arrays;

/**
 * Minimum cut by highest-label push-relabel, first phase only, on primitive arrays.
 *
 * <p>The source and the sink are implicit: each node has an excess (what the source's saturated arc
 * brought) and a remaining capacity to the sink. A preflow that is maximal at the sink already
 * determines the minimum cut, so excess that cannot reach the sink is left where it is.
 *
 * <p>Heuristics: exact labels by a reverse breadth-first search at the start and again after work
 * proportional to the size of the network (global relabelling); nodes above an empty label can not
 * reach the sink any more and are dropped (gap); current arcs. Worst case O(V² √E).
 *
 * <p>Layout: arcs of node v are {@code first[v] … first[v+1]-1}; arc a leads to {@code head[a]},
 * its opposite is {@code mate[a]}. Nodes of one label form a doubly linked list, active nodes of
 * one label a stack.
 *
 * <p>Goldberg, Tarjan, "A new approach to the maximum-flow problem", JACM 35(4), 1988; Cherkassky,
 * Goldberg, "On implementing the push-relabel method", Algorithmica 19, 1997.
 */
final class PushRelabel {
  private static final int NONE = -1;

  private final int nodes;

  /** The label of a node that cannot reach the sink: longer than any path. */
  private final int out;

  private final int[] first;
  private final int[] head;
  private final int[] mate;
  private final long[] residual;
  private final long[] excess;
  private final long[] toSink;

  private final int[] label;
  private final int[] current;
  private final int[] queue;
  private final int[] labelHead;
  private final int[] next;
  private final int[] previous;
  private final int[] activeHead;
  private final int[] activeNext;
  private int highestActive;
  private int highestLabel;
  private long flow;
  private long work;

  PushRelabel(FlowNetwork network) {
    nodes = network.nodes();
    out = nodes + 1;
    first = new int[nodes + 1];
    int arcs = 2 * network.edges();
    head = new int[arcs];
    mate = new int[arcs];
    residual = new long[arcs];
    network.layOut(first, head, mate, residual);
    excess = Arrays.copyOf(network.fromSource(), nodes);
    toSink = Arrays.copyOf(network.toSink(), nodes);
    label = new int[nodes];
    current = new int[nodes];
    queue = new int[nodes];
    labelHead = new int[nodes + 2];
    next = new int[nodes];
    previous = new int[nodes];
    activeHead = new int[nodes + 2];
    activeNext = new int[nodes];
  }

  /** Pushes until the sink receives all it can; returns how much. */
  long run() {
    for (int v = 0; v < nodes; v++) {
      long direct = Math.min(excess[v], toSink[v]);
      excess[v] -= direct;
      toSink[v] -= direct;
      flow += direct;
    }
    globalRelabel();
    long budget = 6L * nodes + head.length / 2;
    while (highestActive > 0) {
      int v = activeHead[highestActive];
      if (v == NONE) {
        highestActive--;
        continue;
      }
      activeHead[highestActive] = activeNext[v];
      discharge(v);
      if (work > budget) {
        globalRelabel();
      }
    }
    return flow;
  }

  private void discharge(int v) {
    while (true) {
      if (toSink[v] > 0 && pushToSink(v)) {
        return;
      }
      if (pushArcs(v)) {
        return;
      }
      int old = label[v];
      relabel(v);
      if (label[v] == out || gap(old)) {
        return;
      }
    }
  }

  private boolean pushToSink(int v) {
    long amount = Math.min(excess[v], toSink[v]);
    excess[v] -= amount;
    toSink[v] -= amount;
    flow += amount;
    return excess[v] == 0;
  }

  /** Pushes along admissible arcs from the current one; true when nothing is left. */
  private boolean pushArcs(int v) {
    int below = label[v] - 1;
    int end = first[v + 1];
    for (int a = current[v]; a < end; a++) {
      if (residual[a] == 0) {
        continue;
      }
      int w = head[a];
      if (label[w] != below) {
        continue;
      }
      long amount = Math.min(excess[v], residual[a]);
      residual[a] -= amount;
      residual[mate[a]] += amount;
      excess[v] -= amount;
      if (excess[w] == 0) {
        activate(w);
      }
      excess[w] += amount;
      if (excess[v] == 0) {
        current[v] = a;
        return true;
      }
    }
    current[v] = end;
    return false;
  }

  private void activate(int v) {
    activeNext[v] = activeHead[label[v]];
    activeHead[label[v]] = v;
    highestActive = Math.max(highestActive, label[v]);
  }

  private void relabel(int v) {
    int lowest = out;
    int arc = first[v];
    int end = first[v + 1];
    work += 12 + end - arc;
    for (int a = arc; a < end; a++) {
      if (residual[a] > 0 && label[head[a]] < lowest) {
        lowest = label[head[a]];
        arc = a;
      }
    }
    unlink(v);
    label[v] = Math.min(lowest + 1, out);
    current[v] = arc;
    if (label[v] < out) {
      link(v);
    }
  }

  private void link(int v) {
    int at = label[v];
    next[v] = labelHead[at];
    previous[v] = NONE;
    if (next[v] != NONE) {
      previous[next[v]] = v;
    }
    labelHead[at] = v;
    highestLabel = Math.max(highestLabel, at);
  }

  private void unlink(int v) {
    if (previous[v] == NONE) {
      labelHead[label[v]] = next[v];
    } else {
      next[previous[v]] = next[v];
    }
    if (next[v] != NONE) {
      previous[next[v]] = previous[v];
    }
  }

  /** If no node is left at {@code empty}, drops every node above it; true if it did. */
  private boolean gap(int empty) {
    if (labelHead[empty] != NONE) {
      return false;
    }
    for (int at = empty + 1; at <= highestLabel; at++) {
      for (int v = labelHead[at]; v != NONE; v = next[v]) {
        label[v] = out;
      }
      labelHead[at] = NONE;
      activeHead[at] = NONE;
    }
    highestLabel = empty;
    highestActive = Math.min(highestActive, empty);
    return true;
  }

  /** Sets every label to the exact distance to the sink and rebuilds the lists. */
  private void globalRelabel() {
    work = 0;
    int reached = reverseSearch();
    Arrays.fill(labelHead, NONE);
    Arrays.fill(activeHead, NONE);
    highestActive = 0;
    highestLabel = 0;
    for (int i = 0; i < reached; i++) {
      int v = queue[i];
      current[v] = first[v];
      link(v);
      if (excess[v] > 0) {
        activate(v);
      }
    }
  }

  /** Labels by distance to the sink, {@code out} where it is out of reach; returns how many. */
  private int reverseSearch() {
    Arrays.fill(label, out);
    int tail = 0;
    for (int v = 0; v < nodes; v++) {
      if (toSink[v] > 0) {
        label[v] = 1;
        queue[tail++] = v;
      }
    }
    for (int at = 0; at < tail; at++) {
      int v = queue[at];
      for (int a = first[v]; a < first[v + 1]; a++) {
        int w = head[a];
        if (label[w] == out && residual[mate[a]] > 0) {
          label[w] = label[v] + 1;
          queue[tail++] = w;
        }
      }
    }
    return tail;
  }

  /**
   * The sink side of the minimum cut, the smallest there is: the nodes from which the sink can
   * still be reached.
   */
  boolean[] sinkSide() {
    reverseSearch();
    boolean[] side = new boolean[nodes];
    for (int v = 0; v < nodes; v++) {
      side[v] = label[v] < out;
    }
    return side;
  }
}
