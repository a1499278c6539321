package org.scalpel.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.SparseTensorProto;
import org.scalpel.onnx.TensorProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * Who makes and who reads every tensor of a model's top-level graph, by index, with an order in
 * which its nodes can run. Building it is the structural check of a model; linear in the file.
 */
final class Wiring {
  /** The producer of a model input. */
  static final int INPUT = -1;

  /** The producer of an initialiser. */
  static final int INITIALIZER = -2;

  private final String label;
  private final GraphProto graph;
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final List<Integer> producers = new ArrayList<>();
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final int[][] reads;
  private final int[] outputs;
  private final int[] order;

  Wiring(GraphProto graph, String label) {
    this.graph = graph;
    this.label = label;
    declareInitializers();
    declareInputs();
    declareNodeOutputs();
    reads = resolveReads();
    outputs = resolveOutputs();
    order = TopologicalOrder.of(label, graph, reads, producers);
  }

  int tensorCount() {
    return names.size();
  }

  String name(int tensor) {
    return names.get(tensor);
  }

  /** The node that makes a tensor, or {@link #INPUT} or {@link #INITIALIZER}. */
  int producer(int tensor) {
    return producers.get(tensor);
  }

  /** The index of a tensor, or -1 where there is none of that name. */
  int id(String name) {
    return ids.getOrDefault(name, -1);
  }

  int nodeCount() {
    return reads.length;
  }

  NodeProto node(int node) {
    return graph.getNode(node);
  }

  /** The distinct tensors that a node needs, captured ones included. */
  int[] reads(int node) {
    return reads[node];
  }

  /** The inputs that a caller must give: initialisers that are listed as inputs are none. */
  List<ValueInfoProto> inputs() {
    return inputs;
  }

  /** The outputs of the model, in its order. */
  int[] outputs() {
    return outputs;
  }

  /** Node indices in an order in which they can run; that of the file where it is one. */
  int[] order() {
    return order;
  }

  private int declare(String name, int producer, String what) {
    if (name.isEmpty()) {
      throw new ModelException(label + ": " + what + " has no name");
    }
    Integer known = ids.putIfAbsent(name, names.size());
    if (known != null) {
      throw new ModelException(
          label
              + ": tensor '"
              + name
              + "' is defined twice, last by "
              + what
              + "; expected every tensor to be made once");
    }
    names.add(name);
    producers.add(producer);
    return names.size() - 1;
  }

  private void declareInitializers() {
    for (TensorProto tensor : graph.getInitializerList()) {
      declare(tensor.getName(), INITIALIZER, "an initialiser");
    }
    for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
      declare(tensor.getValues().getName(), INITIALIZER, "a sparse initialiser");
    }
  }

  private void declareInputs() {
    int initializers = names.size();
    for (ValueInfoProto input : graph.getInputList()) {
      Integer known = ids.get(input.getName());
      if (known == null || known >= initializers) {
        declare(input.getName(), INPUT, "a model input");
        inputs.add(input);
      }
    }
  }

  private void declareNodeOutputs() {
    for (int n = 0; n < graph.getNodeCount(); n++) {
      for (String output : graph.getNode(n).getOutputList()) {
        if (!output.isEmpty()) {
          declare(output, n, describe(n));
        }
      }
    }
  }

  private int[][] resolveReads() {
    int[][] resolved = new int[graph.getNodeCount()][];
    for (int n = 0; n < resolved.length; n++) {
      List<String> wanted = Nodes.reads(graph.getNode(n));
      resolved[n] = new int[wanted.size()];
      for (int i = 0; i < wanted.size(); i++) {
        int id = id(wanted.get(i));
        if (id < 0) {
          throw new ModelException(
              label
                  + ": "
                  + describe(n)
                  + " reads tensor '"
                  + wanted.get(i)
                  + "', which nothing makes");
        }
        resolved[n][i] = id;
      }
    }
    return resolved;
  }

  private int[] resolveOutputs() {
    if (graph.getOutputCount() == 0) {
      throw new ModelException(label + ": the model has no outputs; expected at least one");
    }
    int[] resolved = new int[graph.getOutputCount()];
    for (int i = 0; i < resolved.length; i++) {
      String name = graph.getOutput(i).getName();
      resolved[i] = id(name);
      if (resolved[i] < 0) {
        throw new ModelException(label + ": nothing makes the model output '" + name + "'");
      }
    }
    return resolved;
  }

  private String describe(int node) {
    return describe(graph, node);
  }

  static String describe(GraphProto graph, int node) {
    NodeProto proto = graph.getNode(node);
    return "node "
        + (proto.getName().isEmpty() ? "" : "'" + proto.getName() + "' ")
        + "#"
        + node
        + " ("
        + proto.getOpType()
        + ")";
  }
}
