package org.scalpel.graph;

import java.util.Arrays;

/**
 * Tarjan's strongly connected components in one pass over the arcs, with the call stack in an
 * array: a chain of 100,000 kernels is as deep as it is long. R. E. Tarjan, "Depth-first search and
 * linear graph algorithms", SIAM J. Comput. 1(2), 1972.
 */
final class StrongComponents {
  private final Arcs arcs;
  private final int[] visited;
  private final int[] low;
  private final int[] component;
  private final int[] next;
  private final int[] path;
  private final int[] open;
  private int pathEnd;
  private int openEnd;
  private int clock;
  private int components;

  StrongComponents(Arcs arcs) {
    int n = arcs.vertices();
    this.arcs = arcs;
    this.visited = new int[n];
    this.low = new int[n];
    this.component = new int[n];
    this.next = new int[n];
    this.path = new int[n];
    this.open = new int[n];
    Arrays.fill(visited, -1);
    Arrays.fill(component, -1);
  }

  /** For every vertex the number of its component. */
  int[] find() {
    for (int root = 0; root < visited.length; root++) {
      if (visited[root] < 0) {
        enter(root);
        while (pathEnd > 0) {
          step(path[pathEnd - 1]);
        }
      }
    }
    return component;
  }

  private void enter(int vertex) {
    visited[vertex] = clock;
    low[vertex] = clock++;
    next[vertex] = arcs.begin(vertex);
    path[pathEnd++] = vertex;
    open[openEnd++] = vertex;
  }

  private void step(int vertex) {
    if (next[vertex] < arcs.end(vertex)) {
      int head = arcs.head(next[vertex]++);
      if (visited[head] < 0) {
        enter(head);
      } else if (component[head] < 0) {
        low[vertex] = Math.min(low[vertex], visited[head]);
      }
      return;
    }
    pathEnd--;
    if (pathEnd > 0) {
      int parent = path[pathEnd - 1];
      low[parent] = Math.min(low[parent], low[vertex]);
    }
    if (low[vertex] == visited[vertex]) {
      int member;
      do {
        member = open[--openEnd];
        component[member] = components;
      } while (member != vertex);
      components++;
    }
  }
}
