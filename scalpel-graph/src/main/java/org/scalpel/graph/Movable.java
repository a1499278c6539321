package org.scalpel.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.scalpel.graph.LayerGraph.Tensor;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * Which values are tensors that a link can carry. Sequences, maps and optionals are not: what makes
 * them and what reads them stays together.
 */
final class Movable {
  private static final Set<String> MAKES_OTHERS =
      Set.of(
          "SequenceEmpty",
          "SequenceConstruct",
          "SequenceInsert",
          "SequenceErase",
          "SequenceMap",
          "SplitToSequence",
          "Optional",
          "ZipMap");

  private final Wiring wiring;
  private final Set<String> declaredOther = new HashSet<>();

  Movable(OnnxModel model, Wiring wiring) {
    this.wiring = wiring;
    for (ValueInfoProto info : model.proto().getGraph().getValueInfoList()) {
      if (isOther(info)) {
        declaredOther.add(info.getName());
      }
    }
  }

  /** One flag per tensor of the layer graph, whose order is topological. */
  boolean[] of(List<Tensor> tensors) {
    boolean[] otherWire = new boolean[wiring.tensorCount()];
    for (int node : wiring.order()) {
      markOutputs(wiring.node(node), readsOther(node, otherWire), otherWire);
    }
    boolean[] movable = new boolean[tensors.size()];
    for (Tensor tensor : tensors) {
      movable[tensor.index()] = !otherWire[wiring.id(tensor.name())];
    }
    return movable;
  }

  private boolean readsOther(int node, boolean[] otherWire) {
    for (int wire : wiring.reads(node)) {
      if (otherWire[wire]) {
        return true;
      }
    }
    return false;
  }

  private void markOutputs(NodeProto node, boolean readsOther, boolean[] otherWire) {
    boolean all =
        MAKES_OTHERS.contains(node.getOpType())
            || (readsOther && Set.of("Identity", "OptionalGetElement").contains(node.getOpType()));
    List<Boolean> bodyOutputs = bodyOutputs(node);
    for (int i = 0; i < node.getOutputCount(); i++) {
      String name = node.getOutput(i);
      if (!name.isEmpty()) {
        boolean body = i < bodyOutputs.size() && bodyOutputs.get(i);
        otherWire[wiring.id(name)] = all || body || declaredOther.contains(name);
      }
    }
  }

  /** Bodies declare the types of their outputs; Loop's first is its condition. */
  private static List<Boolean> bodyOutputs(NodeProto node) {
    List<Boolean> flags = new ArrayList<>();
    for (GraphProto body : Nodes.bodies(node)) {
      int skip = node.getOpType().equals("Loop") ? 1 : 0;
      for (int i = skip; i < body.getOutputCount(); i++) {
        boolean other = isOther(body.getOutput(i));
        if (i - skip < flags.size()) {
          flags.set(i - skip, flags.get(i - skip) || other);
        } else {
          flags.add(other);
        }
      }
    }
    return flags;
  }

  private static boolean isOther(ValueInfoProto info) {
    return switch (info.getType().getValueCase()) {
      case TENSOR_TYPE, VALUE_NOT_SET -> false;
      case SEQUENCE_TYPE, MAP_TYPE, SPARSE_TENSOR_TYPE, OPTIONAL_TYPE -> true;
    };
  }
}
