package org.scalpel.engine;

import java.util.List;
import java.util.Map;

/**
 * What the kernels of a model took inside whole runs of one session.
 *
 * @param kernelMs by kernel index, the times of every run in order, in ms; a kernel that the
 *     runtime fused into a neighbour at its own level has zeros
 * @param runMs the whole runs, profiled, in ms
 * @param borders by name what became of every tensor between kernels
 */
public record KernelTimes(
    List<List<Double>> kernelMs, List<Double> runMs, Map<String, Border> borders) {
  /** Copies. */
  public KernelTimes {
    kernelMs = kernelMs.stream().map(List::copyOf).toList();
    runMs = List.copyOf(runMs);
    borders = Map.copyOf(borders);
  }
}
