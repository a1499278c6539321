package org.scalpel.graph;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * Reduces a large output on the tier that makes it, so that only the answer travels: nodes at the
 * tail of the model that replace one of its outputs.
 *
 * <pre>
 *   before  model ── logits float32 [1,80,6625]
 *   after   model ── logits ── ArgMax ── logits_index int64 [1,80]
 *                         └─── ReduceMax ── logits_value float32 [1,80]
 * </pre>
 *
 * @param output the model output to be replaced
 * @param kind what takes its place
 * @param axis the dimension that is reduced; negative counts from the last
 * @param count how many of the largest are kept by {@link Kind#TOP}; otherwise 1
 */
public record Postprocessing(String output, Kind kind, int axis, int count) {

  /** What the new outputs are called and hold. */
  public enum Kind {
    /** {@code _index}: where the largest value stands. */
    INDEX,
    /** {@code _value}: the largest value. */
    VALUE,
    /** Both of these. */
    BEST,
    /** {@code _softmax}: all values as probabilities. */
    SOFTMAX,
    /** {@code _value} and {@code _index} of the largest {@code count}, largest first. */
    TOP
  }

  /** Checks the count. */
  public Postprocessing {
    if (count < 1) {
      throw new ModelException("count " + count + " of the largest; expected 1 or more");
    }
  }

  /** A reduction over the last dimension. */
  public static Postprocessing of(String output, Kind kind) {
    return new Postprocessing(output, kind, -1, 1);
  }

  /** The names of the outputs that replace the old one. */
  public List<String> outputs() {
    return switch (kind) {
      case INDEX -> List.of(output + "_index");
      case VALUE -> List.of(output + "_value");
      case BEST, TOP -> List.of(output + "_value", output + "_index");
      case SOFTMAX -> List.of(output + "_softmax");
    };
  }

  /**
   * The model with the reduction at its tail.
   *
   * @throws ModelException when the output is missing or the operator set has no such reduction
   */
  public OnnxModel append(OnnxModel model) {
    OnnxModel.Value value =
        model.outputs().stream()
            .filter(v -> v.name().equals(output))
            .findFirst()
            .orElseThrow(
                () ->
                    new ModelException(
                        model.label()
                            + ": has no output '"
                            + output
                            + "'; it has "
                            + model.outputs().stream().map(OnnxModel.Value::name).toList()));
    long at = resolvedAxis(model, value.fact());
    GraphProto graph = model.proto().getGraph();
    GraphProto.Builder built = graph.toBuilder().clearOutput();
    for (ValueInfoProto info : graph.getOutputList()) {
      if (info.getName().equals(output)) {
        built.addValueInfo(info);
        addOutputs(built, value.fact());
      } else {
        built.addOutput(info);
      }
    }
    addNodes(built, model, at);
    ModelProto proto =
        model.proto().toBuilder()
            .setGraph(built)
            .setIrVersion(Math.max(WeightInputs.MIN_IR_VERSION, model.proto().getIrVersion()))
            .build();
    return OnnxModel.of(proto, model.folder(), model.label());
  }

  private void addNodes(GraphProto.Builder graph, OnnxModel model, long at) {
    AttributeProto axisAttribute = ModelBuilder.attribute("axis", at);
    AttributeProto flat = ModelBuilder.attribute("keepdims", 0L);
    switch (kind) {
      case INDEX -> add(graph, "ArgMax", List.of("_index"), axisAttribute, flat);
      case VALUE -> addMax(graph, model, at);
      case BEST -> {
        addMax(graph, model, at);
        add(graph, "ArgMax", List.of("_index"), axisAttribute, flat);
      }
      case SOFTMAX -> add(graph, "Softmax", List.of("_softmax"), axisAttribute);
      case TOP -> addTop(graph, model, axisAttribute);
    }
  }

  /** From version 18 on the axes are an input. */
  private void addMax(GraphProto.Builder graph, OnnxModel model, long at) {
    AttributeProto flat = ModelBuilder.attribute("keepdims", 0L);
    if (model.opset() < 18) {
      add(graph, "ReduceMax", List.of("_value"), ModelBuilder.attribute("axes", List.of(at)), flat);
    } else {
      add(graph, "ReduceMax", List.of("_value"), flat);
      addConstant(graph, "_axes", at);
    }
  }

  /** From version 10 on the count is an input. */
  private void addTop(GraphProto.Builder graph, OnnxModel model, AttributeProto axisAttribute) {
    if (model.opset() < 10) {
      AttributeProto k = ModelBuilder.attribute("k", (long) count);
      add(graph, "TopK", List.of("_value", "_index"), axisAttribute, k);
    } else {
      add(graph, "TopK", List.of("_value", "_index"), axisAttribute);
      addConstant(graph, "_count", count);
    }
  }

  private void add(
      GraphProto.Builder graph, String op, List<String> suffixes, AttributeProto... attributes) {
    List<String> made = suffixes.stream().map(s -> output + s).toList();
    graph.addNode(
        ModelBuilder.node(output + "/scalpel_" + op, op, List.of(output), made)
            .addAllAttribute(List.of(attributes)));
  }

  private void addConstant(GraphProto.Builder graph, String suffix, long value) {
    String name = output + "/scalpel" + suffix;
    NodeProto.Builder node = graph.getNodeBuilder(graph.getNodeCount() - 1);
    node.addInput(name);
    graph.addInitializer(ModelBuilder.tensor(name, TensorData.ofLongs(new long[] {value}, 1)));
  }

  private void addOutputs(GraphProto.Builder graph, TensorFact fact) {
    for (String name : outputs()) {
      ElementType type = name.endsWith("_index") ? ElementType.INT64 : fact.type();
      graph.addOutput(ValueTypes.declare(name, new TensorFact(type, reduced(fact))));
    }
  }

  private List<Long> reduced(TensorFact fact) {
    List<Long> shape = new ArrayList<>(fact.shape());
    int at = axis < 0 ? shape.size() + axis : axis;
    switch (kind) {
      case INDEX, VALUE, BEST -> shape.remove(at);
      case TOP -> shape.set(at, (long) count);
      case SOFTMAX -> {
        // The shape stays.
      }
    }
    return shape;
  }

  /** Old operator sets know no negative axis, and their Softmax flattens what follows the axis. */
  private long resolvedAxis(OnnxModel model, TensorFact fact) {
    int rank = fact.shape().size();
    if (axis < -rank || axis >= rank) {
      throw new ModelException(
          model.label()
              + ": output '"
              + output
              + "' "
              + fact
              + " has no axis "
              + axis
              + "; expected a declared shape and an axis of it");
    }
    int at = axis < 0 ? rank + axis : axis;
    if (kind == Kind.SOFTMAX && model.opset() < 13 && at != rank - 1) {
      throw new ModelException(
          model.label()
              + ": Softmax of operator set "
              + model.opset()
              + " works on the last axis only, not on "
              + axis);
    }
    return at;
  }
}
