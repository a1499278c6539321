package org.scalpel.graph;

import java.util.List;
import org.scalpel.onnx.GraphProto;

/** An order in which the nodes of a graph can run; the file's own where it is one already. */
final class TopologicalOrder {
  private TopologicalOrder() {}

  static int[] of(String label, GraphProto graph, int[][] reads, List<Integer> producers) {
    if (inFileOrder(reads, producers)) {
      int[] order = new int[reads.length];
      for (int n = 0; n < order.length; n++) {
        order[n] = n;
      }
      return order;
    }
    return sort(label, graph, reads, producers);
  }

  private static boolean inFileOrder(int[][] reads, List<Integer> producers) {
    for (int n = 0; n < reads.length; n++) {
      for (int tensor : reads[n]) {
        if (producers.get(tensor) >= n) {
          return false;
        }
      }
    }
    return true;
  }

  /** Kahn's algorithm on arrays: a node runs when the last of its inputs exists. */
  private static int[] sort(
      String label, GraphProto graph, int[][] reads, List<Integer> producers) {
    int count = reads.length;
    int[] missing = new int[count];
    int[] start = new int[count + 2];
    for (int n = 0; n < count; n++) {
      for (int tensor : reads[n]) {
        int producer = producers.get(tensor);
        if (producer >= 0) {
          missing[n]++;
          start[producer + 2]++;
        }
      }
    }
    for (int i = 2; i < start.length; i++) {
      start[i] += start[i - 1];
    }
    int[] readers = new int[start[count + 1]];
    for (int n = 0; n < count; n++) {
      for (int tensor : reads[n]) {
        int producer = producers.get(tensor);
        if (producer >= 0) {
          readers[start[producer + 1]++] = n;
        }
      }
    }
    return drain(label, graph, missing, start, readers);
  }

  private static int[] drain(
      String label, GraphProto graph, int[] missing, int[] start, int[] readers) {
    int[] order = new int[missing.length];
    int end = 0;
    for (int n = 0; n < missing.length; n++) {
      if (missing[n] == 0) {
        order[end++] = n;
      }
    }
    for (int head = 0; head < end; head++) {
      int done = order[head];
      for (int i = start[done]; i < start[done + 1]; i++) {
        if (--missing[readers[i]] == 0) {
          order[end++] = readers[i];
        }
      }
    }
    if (end < order.length) {
      int stuck = 0;
      while (missing[stuck] == 0) {
        stuck++;
      }
      throw new ModelException(
          label + ": the graph has a cycle through or before " + Wiring.describe(graph, stuck));
    }
    return order;
  }
}
