package org.scalpel.engine;

import java.util.List;

/**
 * What the kernels of a model took inside whole runs of one session.
 *
 * @param kernelMs by kernel index, the times of every run in order, in ms; a kernel that the
 *     runtime fused into a neighbour at its own level has zeros
 * @param runMs the whole runs, profiled, in ms
 */
public record KernelTimes(List<List<Double>> kernelMs, List<Double> runMs) {
  /** Copies the lists. */
  public KernelTimes {
    kernelMs = kernelMs.stream().map(List::copyOf).toList();
    runMs = List.copyOf(runMs);
  }
}
