package org.scalpel.graph;

import java.util.List;
import java.util.Optional;
import org.scalpel.onnx.NodeProto;

/**
 * The nodes of a model that compute something from its inputs, and the tensors between them.
 *
 * <p>Constants (initialisers, and nodes that depend on nothing else) are no layers and their values
 * no tensors here: every tier has them. Nodes from which no output can be reached are gone. A node
 * with bodies (If, Loop, Scan) is one layer; what the bodies capture counts as its inputs.
 *
 * <p>Immutable; built in time linear in the model.
 */
public final class LayerGraph {
  private final OnnxModel model;
  private final List<Layer> layers;
  private final List<Tensor> tensors;
  private final int[] nodeOfLayer;
  private final int[] tensorOfWire;
  private final boolean[] constantNode;
  private final boolean[] movable;
  private final List<String> constantOutputs;

  /**
   * A node of the model.
   *
   * @param index in {@link LayerGraph#layers()}, which are in an order in which they can run
   * @param name the node's, or {@code op#position} where that is empty or taken; unique
   * @param inputs indices of the tensors it reads, each once, in order of first use
   * @param outputs indices of the tensors it makes that have a name and a use
   */
  public record Layer(
      int index,
      String name,
      String op,
      String domain,
      List<Integer> inputs,
      List<Integer> outputs) {}

  /**
   * A value that is not constant.
   *
   * @param producer the layer that makes it, or -1 for a model input
   * @param consumers the layers that read it, each once, ascending
   * @param output whether it is an output of the model
   */
  public record Tensor(
      int index, String name, int producer, List<Integer> consumers, boolean output) {}

  LayerGraph(LayerGraphBuilder built) {
    this.model = built.model;
    this.layers = List.copyOf(built.layers);
    this.tensors = List.copyOf(built.tensors);
    this.nodeOfLayer = built.nodeOfLayer;
    this.tensorOfWire = built.tensorOfWire;
    this.constantNode = built.constantNode;
    this.movable = built.movable;
    this.constantOutputs = List.copyOf(built.constantOutputs);
  }

  /** The layers of a model. */
  public static LayerGraph of(OnnxModel model) {
    return new LayerGraph(new LayerGraphBuilder(model));
  }

  /** The model that was read. */
  public OnnxModel model() {
    return model;
  }

  /** In an order in which they can run. */
  public List<Layer> layers() {
    return layers;
  }

  /** First the model inputs, then what the layers make, in their order. */
  public List<Tensor> tensors() {
    return tensors;
  }

  /** The tensor of that name; empty for constants, dead values and unknown names. */
  public Optional<Tensor> tensor(String name) {
    int wire = model.wiring().id(name);
    return wire < 0 || tensorOfWire[wire] < 0
        ? Optional.empty()
        : Optional.of(tensors.get(tensorOfWire[wire]));
  }

  /** Outputs of the model that do not depend on its inputs; any tier can answer them. */
  public List<String> constantOutputs() {
    return constantOutputs;
  }

  /** The node of the model that a layer stands for. */
  public NodeProto node(int layer) {
    return model.wiring().node(nodeOfLayer[layer]);
  }

  /** Whether a tensor's value can cross a link: sequences, maps and optionals cannot. */
  public boolean isMovable(int tensor) {
    return movable[tensor];
  }

  int nodeIndex(int layer) {
    return nodeOfLayer[layer];
  }

  boolean isConstantNode(int node) {
    return constantNode[node];
  }
}
