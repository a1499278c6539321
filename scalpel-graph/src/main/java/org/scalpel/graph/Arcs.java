package org.scalpel.graph;

import java.util.Arrays;

/** A directed graph as two arrays: the heads of vertex v's arcs lie from begin(v) to end(v). */
final class Arcs {
  private final int[] start;
  private final int[] heads;

  private Arcs(int[] start, int[] heads) {
    this.start = start;
    this.heads = heads;
  }

  int vertices() {
    return start.length - 1;
  }

  int begin(int vertex) {
    return start[vertex];
  }

  int end(int vertex) {
    return start[vertex + 1];
  }

  int head(int arc) {
    return heads[arc];
  }

  /** Collects arcs in any order; parallel arcs are kept. */
  static final class Builder {
    private final int vertices;
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int count;

    Builder(int vertices) {
      this.vertices = vertices;
    }

    void add(int tail, int head) {
      if (count == from.length) {
        from = Arrays.copyOf(from, 2 * count);
        to = Arrays.copyOf(to, 2 * count);
      }
      from[count] = tail;
      to[count++] = head;
    }

    Arcs build() {
      int[] start = new int[vertices + 1];
      for (int i = 0; i < count; i++) {
        start[from[i] + 1]++;
      }
      for (int v = 0; v < vertices; v++) {
        start[v + 1] += start[v];
      }
      int[] next = Arrays.copyOf(start, vertices);
      int[] heads = new int[count];
      for (int i = 0; i < count; i++) {
        heads[next[from[i]]++] = to[i];
      }
      return new Arcs(start, heads);
    }
  }
}
