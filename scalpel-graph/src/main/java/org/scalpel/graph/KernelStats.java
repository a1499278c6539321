package org.scalpel.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a kernel weighs, from shapes alone.
 *
 * @param macs multiply-accumulate operations of one run; 0 for operators without a formula and
 *     where a shape is unknown
 * @param parameterBytes of the weights that the kernel reads
 */
public record KernelStats(long macs, long parameterBytes) {

  /**
   * The weight of every kernel, by its index.
   *
   * @param facts shapes of tensors as a run has shown them; those of weights need not be there
   */
  public static List<KernelStats> of(KernelGraph kernels, Map<String, TensorFact> facts) {
    LayerGraph layers = kernels.layers();
    KnownShapes shapes = new KnownShapes(layers.model(), facts);
    List<KernelStats> stats = new ArrayList<>();
    for (KernelGraph.Kernel kernel : kernels.kernels()) {
      long macs = 0;
      for (int layer : kernel.layers()) {
        macs = saturatingAdd(macs, Macs.of(layers.node(layer), shapes));
      }
      stats.add(new KernelStats(macs, parameterBytes(layers, kernel, shapes)));
    }
    return List.copyOf(stats);
  }

  /** A weight counts where it is read; a computed one counts at its own size if that is known. */
  private static long parameterBytes(
      LayerGraph layers, KernelGraph.Kernel kernel, KnownShapes shapes) {
    Wiring wiring = layers.model().wiring();
    Deque<Integer> pending = new ArrayDeque<>();
    Set<Integer> seen = new HashSet<>();
    for (int layer : kernel.layers()) {
      for (int wire : wiring.reads(layers.nodeIndex(layer))) {
        pending.add(wire);
      }
    }
    long bytes = 0;
    while (!pending.isEmpty()) {
      int wire = pending.pop();
      int producer = wiring.producer(wire);
      boolean constant = producer >= 0 && layers.isConstantNode(producer);
      if (!seen.add(wire) || (!constant && producer != Wiring.INITIALIZER)) {
        continue;
      }
      long own = shapes.bytes(wiring.name(wire));
      if (own >= 0) {
        bytes = saturatingAdd(bytes, own);
      } else if (constant) {
        for (int behind : wiring.reads(producer)) {
          pending.add(behind);
        }
      }
    }
    return bytes;
  }

  static long saturatingAdd(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
