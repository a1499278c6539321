package org.scalpel.graph;

import java.util.List;

/**
 * The coarse shape of a kernel graph: the kernels that every path from an input to an output
 * passes, what lies between them, and the branches in there.
 */
public final class Structure {
  private final List<Integer> cutVertices;
  private final List<Block> blocks;

  /**
   * What lies between two neighbouring cut vertices. A residual block has two branches: its body
   * and the shortcut, which holds no kernel.
   *
   * @param after the cut vertex before it, or -1 where the block begins at the inputs
   * @param before the cut vertex behind it, or -1 where the block ends at the outputs
   * @param kernels ascending, without the two cut vertices; never empty
   * @param branches its weakly connected parts, by first kernel; a tensor that passes all of them
   *     by, from the beginning of the block to its end, is one more branch, the last
   */
  public record Block(int after, int before, List<Integer> kernels, List<Branch> branches) {}

  /**
   * A part of a block that no tensor joins to the other parts.
   *
   * @param kernels ascending; none for a shortcut
   * @param chain whether each kernel reads at most one other of the branch and is read by at most
   *     one
   */
  public record Branch(List<Integer> kernels, boolean chain) {
    /** A tensor that joins two cut vertices without passing a kernel. */
    static final Branch SHORTCUT = new Branch(List.of(), true);

    /** Whether no kernel lies on it. */
    public boolean isShortcut() {
      return kernels.isEmpty();
    }
  }

  private Structure(List<Integer> cutVertices, List<Block> blocks) {
    this.cutVertices = cutVertices;
    this.blocks = blocks;
  }

  /** In time linear in kernels and tensors (and their sort). */
  public static Structure of(KernelGraph graph) {
    StructureSweep sweep = new StructureSweep(graph);
    return new Structure(sweep.cutVertices(), sweep.blocks());
  }

  /** Kernel indices, ascending. */
  public List<Integer> cutVertices() {
    return cutVertices;
  }

  /** In order; neighbouring cut vertices with nothing between them have no block. */
  public List<Block> blocks() {
    return blocks;
  }
}
