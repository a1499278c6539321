package org.scalpel.app;

import java.util.List;
import java.util.Map;

/**
 * What a drawn graph shows, free of where it comes from.
 *
 * @param tiers names of the tiers, in order; empty without a plan
 * @param nodes kernels, and the model's inputs and outputs
 * @param edges tensors, one edge for each reader
 */
record GraphView(List<String> tiers, List<Node> nodes, List<Edge> edges) {
  /** What a node stands for. */
  enum Kind {
    INPUT,
    KERNEL,
    OUTPUT
  }

  /**
   * A box.
   *
   * @param kind what it stands for
   * @param title first line
   * @param name second line
   * @param cost 0…1, relative to the most expensive; drawn as colour
   * @param tier index of its tier, -1 without a plan
   * @param marked a cut vertex
   * @param details what its tooltip says
   */
  record Node(
      Kind kind,
      String title,
      String name,
      double cost,
      int tier,
      boolean marked,
      Map<String, String> details) {}

  /**
   * An arrow between two boxes.
   *
   * @param from index of a node
   * @param to index of a node
   * @param bytes that it carries, 0 when unknown; drawn as width
   * @param details what its tooltip says
   */
  record Edge(int from, int to, double bytes, Map<String, String> details) {}
}
