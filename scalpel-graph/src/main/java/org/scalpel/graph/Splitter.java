package org.scalpel.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.onnx.ModelProto;

/**
 * Cuts a model: from kernels on tiers to segments, and from a segment to an ONNX model that is
 * valid on its own in any runtime.
 *
 * <pre>
 *   device: conv1 conv2 │ edge: conv3      inputs  x        t2
 *              x → t1 → t2 → t3            outputs t2       t3
 * </pre>
 *
 * <p>Tensors pass by name. Constants and weights are copied into every segment that uses them and
 * into no other; their bytes are shared, not copied. One instance serves any number of threads and
 * cuts; a cut into all its segments takes time linear in the model.
 */
public final class Splitter {
  private final KernelGraph kernels;
  private final SegmentModel extraction;

  /** A splitter for one model and its kernels. */
  public Splitter(OnnxModel model, KernelGraph kernels) {
    if (kernels.layers().model() != model) {
      throw new ModelException(
          model.label()
              + ": these kernels belong to another model, "
              + kernels.layers().model().label());
    }
    this.kernels = kernels;
    this.extraction = new SegmentModel(kernels);
  }

  /**
   * The segments of an assignment, one per tier that has kernels, in an order in which they can
   * run. Tiers that only relay have none. Outputs that do not depend on the input belong to the
   * first.
   *
   * @param tierOfKernel for every kernel its tier, 0 or more
   * @throws ModelException when a tensor would travel backward
   */
  public List<Segment> segments(int[] tierOfKernel) {
    if (tierOfKernel.length != kernels.kernels().size()) {
      throw new ModelException(
          "an assignment of "
              + tierOfKernel.length
              + " kernels for a model of "
              + kernels.kernels().size());
    }
    int tiers = 0;
    for (int tier : tierOfKernel) {
      if (tier < 0) {
        throw new ModelException("tier " + tier + " in an assignment; expected 0 or more");
      }
      tiers = Math.max(tiers, tier + 1);
    }
    List<List<Integer>> members = new ArrayList<>();
    for (int tier = 0; tier < tiers; tier++) {
      members.add(new ArrayList<>());
    }
    for (int k = 0; k < tierOfKernel.length; k++) {
      members.get(tierOfKernel[k]).add(k);
    }
    List<Segment.Piece> pieces = new ArrayList<>();
    for (int tier = 0; tier < tiers; tier++) {
      if (!members.get(tier).isEmpty()) {
        pieces.add(new Segment.Piece(tier, members.get(tier)));
      }
    }
    return segments(pieces);
  }

  /**
   * The segments of a plan that names them itself: a tier may have several.
   *
   * @param pieces in an order in which they can run; together every kernel once
   * @throws ModelException when a kernel is missing or named twice, when a piece needs a later one,
   *     or when a tensor would travel backward
   */
  public List<Segment> segments(List<Segment.Piece> pieces) {
    int[] pieceOfKernel = new int[kernels.kernels().size()];
    Arrays.fill(pieceOfKernel, -1);
    for (int p = 0; p < pieces.size(); p++) {
      for (int k : pieces.get(p).kernels()) {
        checkKernel(k);
        if (pieceOfKernel[k] >= 0) {
          throw new ModelException(
              "kernel '" + kernels.kernels().get(k).name() + "' is in two segments");
        }
        pieceOfKernel[k] = p;
      }
    }
    for (int k = 0; k < pieceOfKernel.length; k++) {
      if (pieceOfKernel[k] < 0) {
        throw new ModelException(
            "kernel '" + kernels.kernels().get(k).name() + "' is in no segment");
      }
    }
    List<Segment.Piece> all = pieces;
    if (pieces.isEmpty() && !kernels.layers().constantOutputs().isEmpty()) {
      all = List.of(new Segment.Piece(0, List.of()));
    }
    return wire(all, pieceOfKernel);
  }

  /**
   * Any set of kernels as one segment with everything it needs and everything others need from it:
   * prefixes, suffixes, single kernels.
   *
   * @throws ModelException when the set is not convex: a path leaves it and comes back
   */
  public Segment segment(Collection<Integer> members) {
    BitSet inside = new BitSet();
    for (int k : members) {
      checkKernel(k);
      inside.set(k);
    }
    checkConvex(inside);
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (KernelTensor tensor : kernels.tensors()) {
      if (tensor.producer() >= 0 && inside.get(tensor.producer())) {
        if (tensor.output() || !tensor.consumers().stream().allMatch(inside::get)) {
          outputs.add(tensor.name());
        }
      } else if (tensor.consumers().stream().anyMatch(inside::get)) {
        inputs.add(tensor.name());
      }
    }
    return new Segment(0, 0, inside.stream().boxed().toList(), inputs, outputs);
  }

  /**
   * The model of a segment. Types and shapes of its inputs and outputs are those that the original
   * declares (symbolic dimensions stay symbolic), else those of the facts; a declared number that
   * contradicts a fact gives way.
   *
   * @param facts type and shape of tensors that the original does not declare; -1 leaves a
   *     dimension open
   * @param metadata added to the original's, beside {@code scalpel_model_sha256}
   * @throws ModelException when the segment reads a tensor that is not among its inputs, or the
   *     type of an input is unknown
   */
  public ModelProto extract(
      Segment segment, Map<String, TensorFact> facts, Map<String, String> metadata) {
    return extraction.extract(segment, facts, metadata);
  }

  private void checkKernel(int kernel) {
    if (kernel < 0 || kernel >= kernels.kernels().size()) {
      throw new ModelException("kernel " + kernel + " of a model of " + kernels.kernels().size());
    }
  }

  private List<Segment> wire(List<Segment.Piece> pieces, int[] pieceOfKernel) {
    List<List<String>> inputs = new ArrayList<>();
    List<List<String>> outputs = new ArrayList<>();
    for (int p = 0; p < pieces.size(); p++) {
      inputs.add(new ArrayList<>());
      outputs.add(new ArrayList<>());
    }
    int[] lastReader = new int[pieces.size()];
    Arrays.fill(lastReader, -1);
    for (KernelTensor tensor : kernels.tensors()) {
      int maker = tensor.producer() < 0 ? -1 : pieceOfKernel[tensor.producer()];
      boolean leaves = tensor.output();
      for (int consumer : tensor.consumers()) {
        int reader = pieceOfKernel[consumer];
        checkForward(tensor, pieces, maker, reader);
        if (reader != maker && lastReader[reader] != tensor.index()) {
          lastReader[reader] = tensor.index();
          inputs.get(reader).add(tensor.name());
          leaves = true;
        }
      }
      if (maker >= 0 && leaves) {
        outputs.get(maker).add(tensor.name());
      }
    }
    if (!pieces.isEmpty()) {
      outputs.get(0).addAll(kernels.layers().constantOutputs());
    }
    List<Segment> segments = new ArrayList<>();
    for (int p = 0; p < pieces.size(); p++) {
      List<Integer> members = pieces.get(p).kernels().stream().sorted().toList();
      segments.add(new Segment(p, pieces.get(p).tier(), members, inputs.get(p), outputs.get(p)));
    }
    return List.copyOf(segments);
  }

  private static void checkForward(
      KernelTensor tensor, List<Segment.Piece> pieces, int maker, int reader) {
    if (maker >= 0 && pieces.get(maker).tier() > pieces.get(reader).tier()) {
      throw new ModelException(
          "tensor '"
              + tensor.name()
              + "' would travel backward from tier "
              + pieces.get(maker).tier()
              + " to tier "
              + pieces.get(reader).tier());
    }
    if (maker > reader) {
      throw new ModelException(
          "segment "
              + reader
              + " needs tensor '"
              + tensor.name()
              + "' of the later segment "
              + maker);
    }
  }

  private void checkConvex(BitSet inside) {
    BitSet left = new BitSet();
    for (KernelTensor tensor : kernels.tensors()) {
      int maker = tensor.producer();
      boolean outside = maker >= 0 && left.get(maker);
      if (maker < 0 || (!outside && !inside.get(maker))) {
        continue;
      }
      for (int consumer : tensor.consumers()) {
        if (!inside.get(consumer)) {
          left.set(consumer);
        } else if (outside) {
          throw new ModelException(
              "these kernels cannot run as one: a path leaves them and comes back through tensor '"
                  + tensor.name()
                  + "'");
        }
      }
    }
  }
}
