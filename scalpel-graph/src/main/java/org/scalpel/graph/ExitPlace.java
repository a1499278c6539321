package org.scalpel.graph;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.NodeProto;

/**
 * Where the head of an exit reads, and how it brings what it reads to a row of features: the mean
 * of every channel, or of every channel in the cells of a small grid.
 *
 * <pre>
 *   after [N,C,H,W] ── GlobalAveragePool | AveragePool ── Flatten ── features [N, C·cells]
 *   after [N,C] ── Flatten ── features [N,C]
 * </pre>
 *
 * @param name of the exit; its nodes and tensors begin with it
 * @param after the tensor
 * @param fact its real type and shape at a batch of one
 * @param grid cells along each side; 1 for the mean of the whole picture
 */
public record ExitPlace(String name, String after, TensorFact fact, int grid) {
  private static final long MIN_OPSET = 7;
  private static final int PICTURE = 4;
  private static final int ROW = 2;

  /** Checks that a head can read there. */
  public ExitPlace {
    if (!readable(fact)) {
      throw new ModelException(
          "exit '%s': tensor '%s' is %s; expected float32 [1,C,H,W] or [1,C]"
              .formatted(name, after, fact));
    }
    if (grid < 1) {
      throw new ModelException("a grid of " + grid + " cells; expected 1 or more");
    }
  }

  /** Whether a head can read a tensor like this. */
  public static boolean readable(TensorFact fact) {
    List<Long> shape = fact.shape();
    return fact.type() == ElementType.FLOAT32
        && (shape.size() == PICTURE || shape.size() == ROW)
        && fact.isStatic()
        && shape.get(0) == 1
        && fact.elements() > 0;
  }

  /** How many features a sample has. */
  public int features() {
    return Math.toIntExact(fact.shape().get(1) * cells(2) * cells(3));
  }

  /** The tensor of the features. */
  public String featuresName() {
    return name + "/features";
  }

  private long cells(int axis) {
    return fact.shape().size() == PICTURE ? Math.min(grid, fact.shape().get(axis)) : 1;
  }

  /** The model with the features of these places as further outputs. */
  public static OnnxModel observed(OnnxModel model, List<ExitPlace> places) {
    GraphProto.Builder graph = model.proto().getGraph().toBuilder();
    for (ExitPlace place : places) {
      place.check(model);
      graph.addAllNode(place.nodes());
      graph.addOutput(
          ValueTypes.declare(
              place.featuresName(), TensorFact.of(ElementType.FLOAT32, -1, place.features())));
    }
    return OnnxModel.of(
        model.proto().toBuilder().setGraph(graph).build(), model.folder(), model.label());
  }

  void check(OnnxModel model) {
    if (model.opset() < MIN_OPSET) {
      throw new ModelException(
          model.label() + ": operator set " + model.opset() + "; expected 7 or newer");
    }
    if (model.wiring().id(after) < 0) {
      throw new ModelException(model.label() + ": has no tensor '" + after + "' for an exit");
    }
    for (String taken : List.of(name, featuresName())) {
      if (model.wiring().id(taken) >= 0) {
        throw new ModelException(model.label() + ": already has a tensor '" + taken + "'");
      }
    }
  }

  List<NodeProto> nodes() {
    List<NodeProto> nodes = new ArrayList<>();
    String last = after;
    if (fact.shape().size() == PICTURE) {
      last = name + "/pool";
      nodes.add(pool(last));
    }
    nodes.add(
        ModelBuilder.node(name + "/flatten", "Flatten", List.of(last), List.of(featuresName()))
            .addAttribute(ModelBuilder.attribute("axis", 1L))
            .build());
    return nodes;
  }

  private NodeProto pool(String pooled) {
    if (cells(2) == 1 && cells(3) == 1) {
      return ModelBuilder.node(pooled, "GlobalAveragePool", List.of(after), List.of(pooled))
          .build();
    }
    // Windows a little longer than their step where the cells do not divide the picture evenly, so
    // that exactly so many fit: adaptive pooling with windows of one size.
    List<Long> steps = List.of(fact.shape().get(2) / cells(2), fact.shape().get(3) / cells(3));
    List<Long> window =
        List.of(
            fact.shape().get(2) - steps.get(0) * (cells(2) - 1),
            fact.shape().get(3) - steps.get(1) * (cells(3) - 1));
    return ModelBuilder.node(pooled, "AveragePool", List.of(after), List.of(pooled))
        .addAttribute(ModelBuilder.attribute("kernel_shape", window))
        .addAttribute(ModelBuilder.attribute("strides", steps))
        .build();
  }
}
