package org.scalpel.graph;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.TensorProto;

/** Shapes from every source: a run, stored tensors, simple constant nodes, declarations. */
public final class KnownShapes {
  private static final Set<String> CONVERTS = Set.of("DequantizeLinear", "Cast", "Identity");
  private final OnnxModel model;
  private final Map<String, TensorFact> facts;
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Map<String, TensorFact> declared = new HashMap<>();

  /**
   * The shapes of a model.
   *
   * @param facts as a run has shown them; those of weights need not be there
   */
  public KnownShapes(OnnxModel model, Map<String, TensorFact> facts) {
    this.model = model;
    this.facts = facts;
    model.proto().getGraph().getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    model.inputs().forEach(v -> declared.put(v.name(), v.fact()));
    model.outputs().forEach(v -> declared.put(v.name(), v.fact()));
  }

  /** The static fact of a tensor, if any source has one. */
  public Optional<TensorFact> fact(String name) {
    return sources(name).filter(TensorFact::isStatic);
  }

  /** The same, and the shape of weights that are stored in another type than they are used in. */
  public Optional<TensorFact> weights(String name) {
    Optional<TensorFact> known = fact(name);
    int wire = model.wiring().id(name);
    int producer = known.isPresent() || wire < 0 ? -1 : model.wiring().producer(wire);
    if (producer < 0) {
      return known;
    }
    NodeProto node = model.wiring().node(producer);
    return CONVERTS.contains(node.getOpType())
        ? fact(node.getInput(0)).map(f -> new TensorFact(ElementType.FLOAT32, f.shape()))
        : known;
  }

  /** The bytes of a tensor, or -1 where they are unknown. */
  long bytes(String name) {
    return fact(name)
        .filter(f -> f.type() != ElementType.STRING)
        .map(TensorFact::bytes)
        .orElse(-1L);
  }

  private Optional<TensorFact> sources(String name) {
    TensorFact known = facts.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    TensorProto stored = initializers.get(name);
    if (stored != null) {
      return Optional.of(TensorCheck.fact(stored, model.label()));
    }
    int wire = model.wiring().id(name);
    int producer = wire < 0 ? Wiring.INPUT : model.wiring().producer(wire);
    if (producer >= 0) {
      Optional<TensorFact> constant = ofConstant(model.wiring().node(producer));
      if (constant.isPresent()) {
        return constant;
      }
    }
    return Optional.ofNullable(declared.get(name));
  }

  private Optional<TensorFact> ofConstant(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals("value") && attribute.hasT()) {
        if (node.getOpType().equals("Constant")) {
          return Optional.of(TensorCheck.fact(attribute.getT(), model.label()));
        }
        if (node.getOpType().equals("ConstantOfShape")) {
          return filled(node, ElementType.ofOnnx(attribute.getT().getDataType()));
        }
      }
    }
    return node.getOpType().equals("ConstantOfShape")
        ? filled(node, ElementType.FLOAT32)
        : Optional.empty();
  }

  private Optional<TensorFact> filled(NodeProto node, ElementType type) {
    TensorProto shape = node.getInputCount() == 1 ? initializers.get(node.getInput(0)) : null;
    return shape == null
        ? Optional.empty()
        : longs(shape)
            .filter(dims -> dims.stream().allMatch(d -> d >= 0))
            .map(dims -> new TensorFact(type, dims));
  }

  private static Optional<List<Long>> longs(TensorProto tensor) {
    if (tensor.getDataType() != ElementType.INT64.onnxCode()
        || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return Optional.empty();
    }
    if (!tensor.hasRawData()) {
      return Optional.of(tensor.getInt64DataList());
    }
    var numbers =
        tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    List<Long> values = new ArrayList<>();
    while (numbers.hasRemaining()) {
      values.add(numbers.get());
    }
    return Optional.of(values);
  }
}
