package org.scalpel.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.SparseTensorProto;
import org.scalpel.onnx.TensorProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * What a node reads and holds, subgraphs included. All walks keep their own stack: a hostile file
 * with deeply nested bodies must not exhaust the thread's.
 */
final class Nodes {
  /**
   * Bodies within bodies beyond this are refused. Real models nest two or three deep, and the time
   * that ONNX Runtime takes to open nested Ifs doubles with every level: minutes at twenty.
   */
  static final int MAX_DEPTH = 12;

  private Nodes() {}

  /** The graphs that a node holds directly: the bodies of If, Loop, Scan, SequenceMap, … */
  static List<GraphProto> bodies(NodeProto node) {
    List<GraphProto> found = List.of();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        found = found.isEmpty() ? new ArrayList<>() : found;
        if (attribute.hasG()) {
          found.add(attribute.getG());
        }
        found.addAll(attribute.getGraphsList());
      }
    }
    return found;
  }

  /** Visits every node of a list and of all bodies below. */
  static void forEachDeep(Collection<NodeProto> nodes, Consumer<NodeProto> visitor) {
    Deque<NodeProto> stack = new ArrayDeque<>(nodes);
    while (!stack.isEmpty()) {
      NodeProto node = stack.pop();
      visitor.accept(node);
      for (GraphProto body : bodies(node)) {
        body.getNodeList().forEach(stack::push);
      }
    }
  }

  /**
   * The distinct tensors a node needs from the graph it stands in: its own inputs, then those that
   * its bodies capture. Empty names (optional inputs left out) are no tensors.
   */
  static List<String> reads(NodeProto node) {
    Set<String> names = new LinkedHashSet<>();
    for (String input : node.getInputList()) {
      if (!input.isEmpty()) {
        names.add(input);
      }
    }
    List<GraphProto> bodies = bodies(node);
    if (!bodies.isEmpty()) {
      addCaptures(node, bodies, names);
    }
    return List.copyOf(names);
  }

  private static void addCaptures(NodeProto node, List<GraphProto> bodies, Set<String> names) {
    Deque<Scope> stack = new ArrayDeque<>();
    for (GraphProto body : bodies) {
      stack.push(new Scope(body, null));
    }
    while (!stack.isEmpty()) {
      Scope scope = stack.pop();
      if (scope.depth > MAX_DEPTH) {
        throw new ModelException(
            "node '"
                + node.getName()
                + "' ("
                + node.getOpType()
                + ") has bodies nested more than "
                + MAX_DEPTH
                + " deep");
      }
      for (NodeProto inner : scope.graph.getNodeList()) {
        inner.getInputList().forEach(name -> addIfOuter(scope, name, names));
        bodies(inner).forEach(body -> stack.push(new Scope(body, scope)));
      }
      scope.graph.getOutputList().forEach(out -> addIfOuter(scope, out.getName(), names));
    }
  }

  private static void addIfOuter(Scope scope, String name, Set<String> names) {
    if (name.isEmpty()) {
      return;
    }
    for (Scope s = scope; s != null; s = s.parent) {
      if (s.defined.contains(name)) {
        return;
      }
    }
    names.add(name);
  }

  /** The tensors stored in a graph outside its nodes: initialisers, dense and sparse. */
  static void forEachInitializer(GraphProto graph, Consumer<TensorProto> visitor) {
    graph.getInitializerList().forEach(visitor);
    for (SparseTensorProto sparse : graph.getSparseInitializerList()) {
      visitor.accept(sparse.getValues());
      visitor.accept(sparse.getIndices());
    }
  }

  /**
   * Every tensor stored in a graph: initialisers, attributes of nodes, and the same in all bodies.
   */
  static void forEachTensor(GraphProto graph, Consumer<TensorProto> visitor) {
    forEachInitializer(graph, visitor);
    forEachTensor(graph.getNodeList(), visitor);
  }

  /** Every tensor stored in the attributes of nodes and in all their bodies. */
  static void forEachTensor(Collection<NodeProto> nodes, Consumer<TensorProto> visitor) {
    forEachDeep(
        nodes,
        node -> {
          for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasT()) {
              visitor.accept(attribute.getT());
            }
            attribute.getTensorsList().forEach(visitor);
          }
          bodies(node).forEach(body -> forEachInitializer(body, visitor));
        });
  }

  /** One body and the bodies around it, with the names that it makes itself. */
  private static final class Scope {
    final GraphProto graph;
    final @Nullable Scope parent;
    final int depth;
    final Set<String> defined = new HashSet<>();

    Scope(GraphProto graph, @Nullable Scope parent) {
      this.graph = graph;
      this.parent = parent;
      this.depth = parent == null ? 1 : parent.depth + 1;
      for (ValueInfoProto input : graph.getInputList()) {
        defined.add(input.getName());
      }
      graph.getInitializerList().forEach(t -> defined.add(t.getName()));
      graph.getSparseInitializerList().forEach(t -> defined.add(t.getValues().getName()));
      graph.getNodeList().forEach(n -> defined.addAll(n.getOutputList()));
    }
  }
}
