package org.scalpel.learn;

import java.util.List;

/**
 * One measured model.
 *
 * @param id the model's name, unique in its data set
 * @param architecture the network that it is
 * @param kernels all of them in the order of their graph, with their times inside whole sessions; a
 *     kernel that the runtime fused into its neighbour at the platform's level has 0 ms
 * @param time of whole runs without profiling
 */
public record ModelSample(String id, String architecture, List<KernelSample> kernels, Timing time) {
  /** Copies. */
  public ModelSample {
    kernels = List.copyOf(kernels);
  }

  /** The time of a whole run, in ms. */
  public double ms() {
    return time.ms();
  }
}
