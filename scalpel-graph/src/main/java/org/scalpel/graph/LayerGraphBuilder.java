package org.scalpel.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.scalpel.graph.LayerGraph.Layer;
import org.scalpel.graph.LayerGraph.Tensor;
import org.scalpel.onnx.NodeProto;

/** Works out the parts of a {@link LayerGraph}: constants, then life, then names, then edges. */
final class LayerGraphBuilder {
  final OnnxModel model;
  final List<Layer> layers = new ArrayList<>();
  final List<Tensor> tensors = new ArrayList<>();
  final Set<String> constantOutputs = new LinkedHashSet<>();
  final boolean[] constantNode;
  final int[] tensorOfWire;
  final int[] nodeOfLayer;
  final boolean[] movable;

  private final Wiring wiring;
  private final int[] layerOfNode;
  private final boolean[] isOutput;

  LayerGraphBuilder(OnnxModel model) {
    this.model = model;
    this.wiring = model.wiring();
    this.constantNode = new Constants(model.proto()).find(wiring);
    this.isOutput = new boolean[wiring.tensorCount()];
    this.tensorOfWire = new int[wiring.tensorCount()];
    Arrays.fill(tensorOfWire, -1);
    for (int output : wiring.outputs()) {
      isOutput[output] = true;
    }
    boolean[] alive = findAlive();
    this.layerOfNode = new int[wiring.nodeCount()];
    Arrays.fill(layerOfNode, -1);
    this.nodeOfLayer =
        Arrays.stream(wiring.order()).filter(n -> alive[n] && !constantNode[n]).toArray();
    for (int layer = 0; layer < nodeOfLayer.length; layer++) {
      layerOfNode[nodeOfLayer[layer]] = layer;
    }
    addTensors();
    addLayers();
    this.movable = new Movable(model, wiring).of(tensors);
    for (int output : wiring.outputs()) {
      if (tensorOfWire[output] < 0) {
        constantOutputs.add(wiring.name(output));
      }
    }
  }

  private boolean[] findAlive() {
    boolean[] alive = new boolean[wiring.nodeCount()];
    for (int output : wiring.outputs()) {
      if (wiring.producer(output) >= 0) {
        alive[wiring.producer(output)] = true;
      }
    }
    int[] order = wiring.order();
    for (int i = order.length - 1; i >= 0; i--) {
      if (alive[order[i]]) {
        for (int tensor : wiring.reads(order[i])) {
          if (wiring.producer(tensor) >= 0) {
            alive[wiring.producer(tensor)] = true;
          }
        }
      }
    }
    return alive;
  }

  private void addTensors() {
    List<List<Integer>> consumers = new ArrayList<>();
    for (int i = 0; i < wiring.tensorCount(); i++) {
      consumers.add(List.of());
    }
    for (int layer = 0; layer < nodeOfLayer.length; layer++) {
      for (int wire : wiring.reads(nodeOfLayer[layer])) {
        if (consumers.get(wire).isEmpty()) {
          consumers.set(wire, new ArrayList<>(2));
        }
        consumers.get(wire).add(layer);
      }
    }
    wiring.inputs().forEach(input -> addTensor(wiring.id(input.getName()), -1, consumers));
    for (int layer = 0; layer < nodeOfLayer.length; layer++) {
      for (String name : wiring.node(nodeOfLayer[layer]).getOutputList()) {
        int wire = name.isEmpty() ? -1 : wiring.id(name);
        if (wire >= 0 && (isOutput[wire] || !consumers.get(wire).isEmpty())) {
          addTensor(wire, layer, consumers);
        }
      }
    }
  }

  private void addTensor(int wire, int producer, List<List<Integer>> consumers) {
    tensorOfWire[wire] = tensors.size();
    tensors.add(
        new Tensor(
            tensors.size(),
            wiring.name(wire),
            producer,
            List.copyOf(consumers.get(wire)),
            isOutput[wire]));
  }

  private void addLayers() {
    List<List<Integer>> outputs = new ArrayList<>();
    for (int layer = 0; layer < nodeOfLayer.length; layer++) {
      outputs.add(new ArrayList<>(1));
    }
    for (Tensor tensor : tensors) {
      if (tensor.producer() >= 0) {
        outputs.get(tensor.producer()).add(tensor.index());
      }
    }
    String[] names = uniqueNames();
    for (int layer = 0; layer < nodeOfLayer.length; layer++) {
      NodeProto node = wiring.node(nodeOfLayer[layer]);
      List<Integer> inputs = new ArrayList<>();
      for (int wire : wiring.reads(nodeOfLayer[layer])) {
        if (tensorOfWire[wire] >= 0) {
          inputs.add(tensorOfWire[wire]);
        }
      }
      layers.add(
          new Layer(
              layer,
              names[layer],
              node.getOpType(),
              node.getDomain(),
              List.copyOf(inputs),
              List.copyOf(outputs.get(layer))));
    }
  }

  /** A name that the file gives is kept by its first owner; a made-up one never takes it away. */
  private String[] uniqueNames() {
    Set<String> given = new HashSet<>();
    for (int node : nodeOfLayer) {
      given.add(wiring.node(node).getName());
    }
    Set<String> taken = new HashSet<>();
    String[] names = new String[nodeOfLayer.length];
    for (int layer = 0; layer < names.length; layer++) {
      NodeProto node = wiring.node(nodeOfLayer[layer]);
      String name = node.getName();
      if (name.isEmpty() || taken.contains(name)) {
        name = node.getOpType() + "#" + nodeOfLayer[layer];
        while (given.contains(name) || taken.contains(name)) {
          name += "_";
        }
      }
      taken.add(name);
      names[layer] = name;
    }
    return names;
  }
}
