package org.scalpel.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a kernel weighs, from shapes alone.
 *
 * @param macs multiply-accumulate operations of one run; 0 for operators without a formula and
 *     where a shape is unknown
 * @param parameterBytes of the weights that the kernel reads
 */
public record KernelStats(long macs, long parameterBytes) {

  /** The weight of every kernel, by its index. */
  public static List<KernelStats> of(KernelGraph kernels, Map<String, TensorFact> facts) {
    List<KernelStats> stats = new ArrayList<>();
    kernels.kernels().forEach(k -> stats.add(new KernelStats(0, 0)));
    return List.copyOf(stats);
  }
}
