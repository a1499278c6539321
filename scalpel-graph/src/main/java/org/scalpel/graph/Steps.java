package org.scalpel.graph;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.TensorProto;

/** A chain of nodes, each reading the one before and perhaps a constant. */
final class Steps {
  private final String prefix;
  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final List<TensorProto> initializers = new ArrayList<>();
  private String last;

  Steps(String prefix, String input) {
    this.prefix = prefix;
    this.last = input;
  }

  void add(String op, AttributeProto... attributes) {
    String name = prefix + nodes.size() + "_" + op;
    nodes.add(
        ModelBuilder.node(name, op, List.of(last), List.of(name))
            .addAllAttribute(List.of(attributes)));
    last = name;
  }

  void add(String op, TensorData constant, AttributeProto... attributes) {
    add(op, attributes);
    NodeProto.Builder node = nodes.get(nodes.size() - 1);
    String name = node.getName() + "_constant";
    node.addInput(name);
    initializers.add(ModelBuilder.tensor(name, constant));
  }

  /** Gives the last tensor its final name; an empty chain becomes a copy. */
  void finish(String output) {
    if (nodes.isEmpty()) {
      add("Identity");
    }
    nodes.get(nodes.size() - 1).setOutput(0, output);
  }

  List<NodeProto> nodes() {
    return nodes.stream().map(NodeProto.Builder::build).toList();
  }

  List<TensorProto> initializers() {
    return initializers;
  }
}
