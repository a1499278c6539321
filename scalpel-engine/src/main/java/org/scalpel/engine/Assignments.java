package org.scalpel.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.Structure;

/** Ways to cut a kernel graph, for measurements and tests: by kernel index its tier. */
public final class Assignments {
  private Assignments() {}

  /**
   * Every cut behind a cut vertex: the vertex and all that comes before it on tier 0, the rest on
   * tier 1. A cut that would leave a side empty is left out.
   */
  public static List<int[]> atCutVertices(KernelGraph graph) {
    List<int[]> cuts = new ArrayList<>();
    int kernels = graph.kernels().size();
    for (int vertex : Structure.of(graph).cutVertices()) {
      if (vertex < kernels - 1) {
        cuts.add(prefix(graph, vertex + 1));
      }
    }
    return cuts;
  }

  /** The first {@code count} kernels on tier 0, the rest on tier 1. */
  public static int[] prefix(KernelGraph graph, int count) {
    int[] tiers = new int[graph.kernels().size()];
    Arrays.fill(tiers, count, tiers.length, 1);
    return tiers;
  }

  /**
   * A random assignment in which no tensor travels backward: the kernels are put into a random
   * order in which they could run, and that order is cut at random places. Some tiers may stay
   * empty.
   */
  public static int[] random(KernelGraph graph, int tiers, Random random) {
    List<Integer> order = randomOrder(graph, random);
    int[] cuts = random.ints(tiers - 1L, 0, order.size() + 1).sorted().toArray();
    int[] assignment = new int[order.size()];
    int tier = 0;
    for (int i = 0; i < order.size(); i++) {
      while (tier < cuts.length && i >= cuts[tier]) {
        tier++;
      }
      assignment[order.get(i)] = tier;
    }
    return assignment;
  }

  private static List<Integer> randomOrder(KernelGraph graph, Random random) {
    int kernels = graph.kernels().size();
    int[] waiting = new int[kernels];
    List<List<Integer>> next = new ArrayList<>();
    for (int k = 0; k < kernels; k++) {
      next.add(new ArrayList<>());
    }
    for (KernelTensor tensor : graph.tensors()) {
      if (tensor.producer() >= 0) {
        for (int consumer : tensor.consumers()) {
          waiting[consumer]++;
          next.get(tensor.producer()).add(consumer);
        }
      }
    }
    double[] priority = random.doubles(kernels).toArray();
    PriorityQueue<Integer> ready =
        new PriorityQueue<>(Comparator.comparingDouble(k -> priority[k]));
    for (int k = 0; k < kernels; k++) {
      if (waiting[k] == 0) {
        ready.add(k);
      }
    }
    List<Integer> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int kernel = ready.remove();
      order.add(kernel);
      for (int consumer : next.get(kernel)) {
        if (--waiting[consumer] == 0) {
          ready.add(consumer);
        }
      }
    }
    return order;
  }
}
