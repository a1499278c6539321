package org.scalpel.tier;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.graph.Segment;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Timeline;
import org.scalpel.tier.TierException.Kind;

/** The sessions of a plan whose tiers have several: between plan, deployment and wire. */
final class Pieces {
  private Pieces() {}

  /** The kernels of each session that a plan names; empty when it names none. */
  static List<List<Integer>> of(KernelGraph kernels, Partition partition) {
    List<List<Integer>> pieces = new ArrayList<>();
    for (Timeline.Segment segment : partition.timeline().segments()) {
      List<Integer> members = new ArrayList<>();
      for (String name : segment.layers()) {
        Kernel kernel =
            kernels
                .kernel(name)
                .orElseThrow(
                    () ->
                        new TierException(
                            Kind.INVALID,
                            "a segment of the plan names kernel '"
                                + name
                                + "', which the model has not"));
        members.add(kernel.index());
      }
      pieces.add(members);
    }
    return pieces;
  }

  /** With the tier of each: that of all its kernels. */
  static List<Segment.Piece> placed(List<List<Integer>> pieces, List<Integer> tierOfKernel) {
    List<Segment.Piece> placed = new ArrayList<>();
    for (List<Integer> members : pieces) {
      List<Integer> tiers = members.stream().map(tierOfKernel::get).distinct().toList();
      if (tiers.size() != 1) {
        throw new TierException(
            Kind.INVALID,
            "segment " + placed.size() + " of the plan lies on tiers " + tiers + "; expected one");
      }
      placed.add(new Segment.Piece(tiers.get(0), members));
    }
    return placed;
  }

  /** For every kernel the number of its piece, as the wire has it. */
  static List<Integer> pieceOfKernel(List<List<Integer>> pieces, int kernels) {
    List<Integer> numbers = new ArrayList<>(java.util.Collections.nCopies(kernels, 0));
    for (int piece = 0; piece < pieces.size(); piece++) {
      for (int kernel : pieces.get(piece)) {
        numbers.set(kernel, piece);
      }
    }
    return numbers;
  }

  /** The pieces that a peer names, checked. */
  static List<List<Integer>> read(List<Integer> pieceOfKernel, int kernels) {
    if (pieceOfKernel.size() != kernels) {
      throw Refusal.invalid(
          "the plan puts " + pieceOfKernel.size() + " of " + kernels + " kernels into pieces");
    }
    List<List<Integer>> pieces = new ArrayList<>();
    for (int kernel = 0; kernel < kernels; kernel++) {
      int piece = pieceOfKernel.get(kernel);
      if (piece < 0 || piece >= kernels) {
        throw Refusal.invalid("the plan names piece " + piece + "; expected 0 to " + (kernels - 1));
      }
      while (pieces.size() <= piece) {
        pieces.add(new ArrayList<>());
      }
      pieces.get(piece).add(kernel);
    }
    if (pieces.stream().anyMatch(List::isEmpty)) {
      throw Refusal.invalid("a piece of the plan has no kernels");
    }
    return pieces;
  }
}
