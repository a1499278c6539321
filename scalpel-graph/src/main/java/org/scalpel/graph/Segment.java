package org.scalpel.graph;

import java.util.List;

/**
 * Kernels of one tier that run as one session.
 *
 * @param index its place in an order in which the segments of a plan can run
 * @param tier where it runs; 0 is the device
 * @param kernels ascending indices into {@link KernelGraph#kernels()}
 * @param inputs names of the tensors it needs from the caller or from earlier segments
 * @param outputs names of the tensors it hands to later segments or to the caller
 */
public record Segment(
    int index, int tier, List<Integer> kernels, List<String> inputs, List<String> outputs) {
  /** Copies the lists. */
  public Segment {
    kernels = List.copyOf(kernels);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * What a plan says about a segment: the rest follows from the model.
   *
   * @param kernels in any order
   */
  public record Piece(int tier, List<Integer> kernels) {
    /** Copies the list. */
    public Piece {
      kernels = List.copyOf(kernels);
    }
  }
}
