package org.scalpel.plan;

import java.util.Arrays;

/** A network under construction: edges with a capacity each way, terminal capacities per node. */
final class FlowNetwork {
  private int nodes;
  private int edges;
  private int[] from;
  private int[] to;
  private long[] forward;
  private long[] backward;
  private long[] fromSource;
  private long[] toSink;

  FlowNetwork(int expectedNodes, int expectedEdges) {
    from = new int[expectedEdges];
    to = new int[expectedEdges];
    forward = new long[expectedEdges];
    backward = new long[expectedEdges];
    fromSource = new long[expectedNodes];
    toSink = new long[expectedNodes];
  }

  /** Adds {@code count} nodes; returns the first. */
  int addNodes(int count) {
    int added = nodes;
    nodes += count;
    if (nodes > fromSource.length) {
      fromSource = Arrays.copyOf(fromSource, nodes * 3 / 2);
      toSink = Arrays.copyOf(toSink, nodes * 3 / 2);
    }
    return added;
  }

  /** An edge with {@code there} capacity from v to w and {@code back} from w to v. */
  void edge(int v, int w, long there, long back) {
    if (edges == from.length) {
      int size = edges * 3 / 2 + 16;
      from = Arrays.copyOf(from, size);
      to = Arrays.copyOf(to, size);
      forward = Arrays.copyOf(forward, size);
      backward = Arrays.copyOf(backward, size);
    }
    from[edges] = v;
    to[edges] = w;
    forward[edges] = there;
    backward[edges++] = back;
  }

  void source(int v, long capacity) {
    fromSource[v] += capacity;
  }

  void sink(int v, long capacity) {
    toSink[v] += capacity;
  }

  int nodes() {
    return nodes;
  }

  int edges() {
    return edges;
  }

  long[] fromSource() {
    return fromSource;
  }

  long[] toSink() {
    return toSink;
  }

  /** One arc; a terminal is -1: the source as a tail, the sink as a head. */
  interface ArcVisitor {
    void arc(int from, int to, long capacity);
  }

  /** Shows every arc that has a capacity. */
  void forEachArc(ArcVisitor visitor) {
    for (int e = 0; e < edges; e++) {
      visit(visitor, from[e], to[e], forward[e]);
      visit(visitor, to[e], from[e], backward[e]);
    }
    for (int v = 0; v < nodes; v++) {
      visit(visitor, -1, v, fromSource[v]);
      visit(visitor, v, -1, toSink[v]);
    }
  }

  private static void visit(ArcVisitor visitor, int tail, int head, long capacity) {
    if (capacity > 0) {
      visitor.arc(tail, head, capacity);
    }
  }

  /** Writes the arcs node by node into arrays of the right size. */
  void layOut(int[] first, int[] head, int[] mate, long[] residual) {
    for (int e = 0; e < edges; e++) {
      first[from[e] + 1]++;
      first[to[e] + 1]++;
    }
    for (int v = 0; v < nodes; v++) {
      first[v + 1] += first[v];
    }
    int[] place = Arrays.copyOf(first, nodes);
    for (int e = 0; e < edges; e++) {
      int there = place[from[e]]++;
      int back = place[to[e]]++;
      head[there] = to[e];
      head[back] = from[e];
      mate[there] = back;
      mate[back] = there;
      residual[there] = forward[e];
      residual[back] = backward[e];
    }
  }
}
