package org.scalpel.graph;

import java.util.List;
import java.util.Set;
import org.scalpel.graph.LayerGraph.Layer;
import org.scalpel.graph.LayerGraph.Tensor;

/**
 * Which layers the runtime executes as one, concluded from the tensors that it kept.
 *
 * <pre>
 *   conv ── t1 ── relu ── t2     t1 is gone after optimisation: {conv, relu} is one kernel
 * </pre>
 *
 * <ol>
 *   <li>A tensor that disappeared ties its producer and all its consumers.
 *   <li>Except shape arithmetic: what descends only from Shape, Size and constants disappears
 *       because the runtime computes it once, not because it is fused; it would tie the producer of
 *       a tensor to a far Reshape.
 *   <li>Except copies: where Identity or Dropout vanished but what it copies did not, its readers
 *       simply read the original; where its copy bears the name of an output and the original
 *       vanished, the readers of the original read the copy.
 *   <li>Shape and Size join the producer of what they read, and so does the arithmetic on their
 *       small results: a few numbers are no reason for a kernel of their own. What makes large
 *       tensors from them (Expand, Range, …) stays by itself.
 *   <li>Reshape, Flatten, Squeeze, Unsqueeze, Identity and Dropout cost nothing and join the
 *       producer of their data.
 *   <li>Values that no link can carry (sequences, maps) tie those who make and read them.
 * </ol>
 */
final class FusionRules {
  private static final Set<String> SHAPE = Set.of("Shape", "Size");
  private static final Set<String> COPY = Set.of("Identity", "Dropout");
  private static final Set<String> FREE =
      Set.of("Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze");
  private static final Set<String> ENLARGES =
      Set.of(
          "ConstantOfShape",
          "Expand",
          "Range",
          "Tile",
          "EyeLike",
          "OneHot",
          "Pad",
          "Resize",
          "Trilu");

  private final LayerGraph graph;
  private final boolean[] survives;
  private final boolean[] shapeOnly;
  private final boolean[] small;

  FusionRules(LayerGraph graph, Set<String> surviving) {
    this.graph = graph;
    this.survives = new boolean[graph.tensors().size()];
    for (Tensor tensor : graph.tensors()) {
      // An input or an output keeps its place whatever the optimised file calls it.
      survives[tensor.index()] =
          tensor.producer() < 0 || tensor.output() || surviving.contains(tensor.name());
    }
    this.shapeOnly = new boolean[graph.layers().size()];
    this.small = new boolean[graph.layers().size()];
    findShapeArithmetic();
  }

  /** For every layer the number of its group. */
  int[] groups() {
    Groups groups = new Groups(graph.layers().size());
    for (Tensor tensor : graph.tensors()) {
      if (tensor.producer() >= 0) {
        tieReaders(tensor, groups);
      }
    }
    for (Layer layer : graph.layers()) {
      int data = dataProducer(layer);
      if (data >= 0) {
        groups.tie(layer.index(), data);
      }
    }
    return groups.toArray();
  }

  private void findShapeArithmetic() {
    for (Layer layer : graph.layers()) {
      boolean all = !layer.inputs().isEmpty();
      boolean allSmall = all;
      for (int input : layer.inputs()) {
        int producer = graph.tensors().get(input).producer();
        all &= producer >= 0 && shapeOnly[producer];
        allSmall &= producer >= 0 && small[producer];
      }
      boolean shape = SHAPE.contains(layer.op());
      shapeOnly[layer.index()] = shape || all;
      small[layer.index()] = shape || (allSmall && !ENLARGES.contains(layer.op()));
    }
  }

  private void tieReaders(Tensor tensor, Groups groups) {
    boolean movable = graph.isMovable(tensor.index());
    if (movable && (survives[tensor.index()] || shapeOnly[tensor.producer()])) {
      return;
    }
    if (movable && (isElidedCopy(tensor) || livesOnAsCopy(tensor))) {
      return;
    }
    for (int consumer : tensor.consumers()) {
      groups.tie(tensor.producer(), consumer);
    }
  }

  private boolean isElidedCopy(Tensor tensor) {
    Layer producer = graph.layers().get(tensor.producer());
    return COPY.contains(producer.op())
        && !producer.inputs().isEmpty()
        && survives[producer.inputs().get(0)];
  }

  private boolean livesOnAsCopy(Tensor tensor) {
    for (int consumer : tensor.consumers()) {
      Layer reader = graph.layers().get(consumer);
      if (COPY.contains(reader.op()) && anySurvives(reader.outputs())) {
        return true;
      }
    }
    return false;
  }

  private boolean anySurvives(List<Integer> tensors) {
    return tensors.stream().anyMatch(t -> survives[t]);
  }

  /** The layer that a free layer or a piece of shape arithmetic joins, or -1. */
  private int dataProducer(Layer layer) {
    if (layer.inputs().isEmpty()) {
      return -1;
    }
    if (FREE.contains(layer.op())) {
      return graph.tensors().get(layer.inputs().get(0)).producer();
    }
    int latest = -1;
    if (small[layer.index()]) {
      for (int input : layer.inputs()) {
        latest = Math.max(latest, graph.tensors().get(input).producer());
      }
    }
    return latest;
  }
}
