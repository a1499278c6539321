package org.scalpel.graph;

import java.util.Arrays;
import java.util.PriorityQueue;
import org.scalpel.graph.LayerGraph.Layer;
import org.scalpel.graph.LayerGraph.Tensor;

/**
 * Merges groups of layers that depend on each other in a circle, and numbers the result in an order
 * in which it can run.
 */
final class Condensation {
  private Condensation() {}

  /** For every layer its kernel; kernels ascend along every tensor, otherwise by first layer. */
  static int[] acyclic(LayerGraph graph, int[] group) {
    int[] compact = renumber(group);
    Arcs arcs = arcs(graph, compact);
    int[] component = new StrongComponents(arcs).find();
    int[] merged = new int[group.length];
    for (int layer = 0; layer < group.length; layer++) {
      merged[layer] = component[compact[layer]];
    }
    merged = renumber(merged);
    return inOrder(merged, arcs(graph, merged));
  }

  /** Numbers groups by their first layer. */
  private static int[] renumber(int[] group) {
    int[] number = new int[Arrays.stream(group).max().orElse(-1) + 1];
    Arrays.fill(number, -1);
    int next = 0;
    int[] result = new int[group.length];
    for (int layer = 0; layer < group.length; layer++) {
      if (number[group[layer]] < 0) {
        number[group[layer]] = next++;
      }
      result[layer] = number[group[layer]];
    }
    return result;
  }

  private static Arcs arcs(LayerGraph graph, int[] group) {
    Arcs.Builder arcs = new Arcs.Builder(Arrays.stream(group).max().orElse(-1) + 1);
    for (Layer layer : graph.layers()) {
      for (int input : layer.inputs()) {
        Tensor tensor = graph.tensors().get(input);
        if (tensor.producer() >= 0 && group[tensor.producer()] != group[layer.index()]) {
          arcs.add(group[tensor.producer()], group[layer.index()]);
        }
      }
    }
    return arcs.build();
  }

  /** Kahn's algorithm; among those ready, the group whose first layer comes first. */
  private static int[] inOrder(int[] group, Arcs arcs) {
    int[] missing = new int[arcs.vertices()];
    for (int v = 0; v < arcs.vertices(); v++) {
      for (int i = arcs.begin(v); i < arcs.end(v); i++) {
        missing[arcs.head(i)]++;
      }
    }
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int v = 0; v < missing.length; v++) {
      if (missing[v] == 0) {
        ready.add(v);
      }
    }
    int[] position = new int[missing.length];
    int next = 0;
    for (Integer v = ready.poll(); v != null; v = ready.poll()) {
      position[v] = next++;
      for (int i = arcs.begin(v); i < arcs.end(v); i++) {
        if (--missing[arcs.head(i)] == 0) {
          ready.add(arcs.head(i));
        }
      }
    }
    int[] result = new int[group.length];
    for (int layer = 0; layer < group.length; layer++) {
      result[layer] = position[group[layer]];
    }
    return result;
  }
}
