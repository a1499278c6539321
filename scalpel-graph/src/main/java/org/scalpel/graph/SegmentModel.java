package org.scalpel.graph;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scalpel.onnx.FunctionProto;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.ValueInfoProto;

/** Builds the ONNX model of a segment out of the pieces of the original, shared and not copied. */
final class SegmentModel {
  private final KernelGraph kernels;
  private final LayerGraph layers;
  private final ModelProto original;
  private final Wiring wiring;
  private final int[] positionOfNode;
  private final Map<String, ValueInfoProto> declared = new HashMap<>();
  private final Map<String, FunctionProto> functions = new HashMap<>();

  SegmentModel(KernelGraph kernels) {
    this.kernels = kernels;
    this.layers = kernels.layers();
    this.original = layers.model().proto();
    this.wiring = layers.model().wiring();
    this.positionOfNode = new int[wiring.nodeCount()];
    int[] order = wiring.order();
    for (int i = 0; i < order.length; i++) {
      positionOfNode[order[i]] = i;
    }
    GraphProto graph = original.getGraph();
    graph.getValueInfoList().forEach(v -> declared.put(v.getName(), v));
    graph.getInputList().forEach(v -> declared.put(v.getName(), v));
    graph.getOutputList().forEach(v -> declared.put(v.getName(), v));
    original.getFunctionsList().forEach(f -> functions.put(key(f), f));
  }

  ModelProto extract(Segment segment, Map<String, TensorFact> facts, Map<String, String> metadata) {
    Content content = collect(segment);
    GraphProto.Builder graph = GraphProto.newBuilder().setName(original.getGraph().getName());
    BoundaryTypes types = new BoundaryTypes(layers.model().label(), declared, facts);
    segment.inputs().forEach(name -> graph.addInput(types.input(name)));
    segment.outputs().forEach(name -> graph.addOutput(types.output(name)));
    Set<String> boundary = new HashSet<>(segment.outputs());
    int[] order = wiring.order();
    content.positions.stream()
        .mapToObj(p -> wiring.node(order[p]))
        .forEach(node -> addNode(graph, node, boundary));
    int dense = original.getGraph().getInitializerCount();
    content.initializers.stream()
        .forEach(
            i -> {
              if (i < dense) {
                graph.addInitializer(original.getGraph().getInitializer(i));
              } else {
                graph.addSparseInitializer(original.getGraph().getSparseInitializer(i - dense));
              }
            });
    return model(graph.build(), metadata);
  }

  private void addNode(GraphProto.Builder graph, NodeProto node, Set<String> boundary) {
    graph.addNode(node);
    for (String output : node.getOutputList()) {
      ValueInfoProto info = declared.get(output);
      if (info != null && !boundary.contains(output)) {
        graph.addValueInfo(info);
      }
    }
  }

  private ModelProto model(GraphProto graph, Map<String, String> metadata) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(Math.max(WeightInputs.MIN_IR_VERSION, original.getIrVersion()))
            .setProducerName("scalpel")
            .addAllOpsetImport(original.getOpsetImportList())
            .addAllFunctions(usedFunctions(graph.getNodeList()))
            .setGraph(graph);
    Map<String, String> entries = new LinkedHashMap<>();
    original.getMetadataPropsList().forEach(e -> entries.put(e.getKey(), e.getValue()));
    entries.put("scalpel_model_sha256", layers.model().sha256());
    entries.putAll(metadata);
    entries.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  /** The nodes of the segment and the constants behind them. */
  private Content collect(Segment segment) {
    Content content = new Content();
    for (String name : segment.inputs()) {
      content.given.set(known(name));
    }
    for (int kernel : segment.kernels()) {
      for (int layer : kernels.kernels().get(kernel).layers()) {
        content.add(layers.nodeIndex(layer));
      }
    }
    for (String name : segment.outputs()) {
      addConstant(known(name), content);
    }
    while (!content.pending.isEmpty()) {
      for (int wire : wiring.reads(content.pending.pop())) {
        addConstant(wire, content);
      }
    }
    checkComplete(segment, content);
    return content;
  }

  private int known(String name) {
    int wire = wiring.id(name);
    if (wire < 0) {
      throw new ModelException(
          layers.model().label() + ": there is no tensor '" + name + "' to cut at");
    }
    return wire;
  }

  private void addConstant(int wire, Content content) {
    int producer = wiring.producer(wire);
    if (content.given.get(wire)) {
      return;
    }
    if (producer == Wiring.INITIALIZER) {
      content.initializers.set(wire);
    } else if (producer >= 0 && layers.isConstantNode(producer)) {
      content.add(producer);
    }
  }

  private void checkComplete(Segment segment, Content content) {
    int[] order = wiring.order();
    for (int p = content.positions.nextSetBit(0); p >= 0; p = content.positions.nextSetBit(p + 1)) {
      for (int wire : wiring.reads(order[p])) {
        checkPresent(segment, content, wire);
      }
    }
    for (String output : segment.outputs()) {
      checkPresent(segment, content, wiring.id(output));
    }
  }

  private void checkPresent(Segment segment, Content content, int wire) {
    int producer = wiring.producer(wire);
    boolean made = producer >= 0 && content.positions.get(positionOfNode[producer]);
    if (!made && !content.given.get(wire) && !content.initializers.get(wire)) {
      throw new ModelException(
          layers.model().label()
              + ": segment "
              + segment.index()
              + " needs tensor '"
              + wiring.name(wire)
              + "', which is neither made in it nor among its inputs");
    }
  }

  private List<FunctionProto> usedFunctions(List<NodeProto> nodes) {
    if (functions.isEmpty()) {
      return List.of();
    }
    Map<String, FunctionProto> used = new LinkedHashMap<>();
    Deque<List<NodeProto>> pending = new ArrayDeque<>();
    pending.push(nodes);
    while (!pending.isEmpty()) {
      Nodes.forEachDeep(
          pending.pop(),
          node -> {
            FunctionProto function = functions.get(key(node));
            if (function != null && used.put(key(node), function) == null) {
              pending.push(function.getNodeList());
            }
          });
    }
    return List.copyOf(used.values());
  }

  private static String key(FunctionProto f) {
    return f.getDomain() + "\n" + f.getName() + "\n" + f.getOverload();
  }

  private static String key(NodeProto n) {
    return n.getDomain() + "\n" + n.getOpType() + "\n" + n.getOverload();
  }

  /** Nodes by their place in the order, so that they come out sorted; initialisers by index. */
  private final class Content {
    final BitSet positions = new BitSet();
    final BitSet initializers = new BitSet();
    final BitSet given = new BitSet();
    final Deque<Integer> pending = new ArrayDeque<>();

    void add(int node) {
      if (!positions.get(positionOfNode[node])) {
        positions.set(positionOfNode[node]);
        pending.push(node);
      }
    }
  }
}
