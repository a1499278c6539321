package org.scalpel.graph;

import java.util.Map;
import org.scalpel.onnx.TensorShapeProto;
import org.scalpel.onnx.TypeProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * How a segment declares the tensors at its ends: as the original does, corrected and completed by
 * what a run has shown. Symbolic dimensions stay symbolic, so that a model with a free batch size
 * can be cut and keeps it.
 */
final class BoundaryTypes {
  private final String label;
  private final Map<String, ValueInfoProto> declared;
  private final Map<String, TensorFact> facts;

  BoundaryTypes(String label, Map<String, ValueInfoProto> declared, Map<String, TensorFact> facts) {
    this.label = label;
    this.declared = declared;
    this.facts = facts;
  }

  /** A segment's input must have a type. */
  ValueInfoProto input(String name) {
    ValueInfoProto info = output(name);
    if (!info.getType().hasTensorType()) {
      throw new ModelException(
          label + ": the type of tensor '" + name + "' is unknown. Maybe give the facts of a run");
    }
    return info;
  }

  /** A segment's output may have none: the runtime knows it from the nodes. */
  ValueInfoProto output(String name) {
    ValueInfoProto info = declared.getOrDefault(name, ValueInfoProto.getDefaultInstance());
    TensorFact fact = facts.get(name);
    TypeProto.Tensor type = info.getType().getTensorType();
    if (fact == null) {
      return info.toBuilder().setName(name).build();
    }
    boolean fits =
        type.hasShape()
            && type.getElemType() == fact.type().onnxCode()
            && type.getShape().getDimCount() == fact.shape().size();
    return fits ? merged(info, fact) : ValueTypes.declare(name, fact);
  }

  private static ValueInfoProto merged(ValueInfoProto info, TensorFact fact) {
    ValueInfoProto.Builder merged = info.toBuilder();
    TensorShapeProto.Builder shape =
        merged.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
    for (int i = 0; i < shape.getDimCount(); i++) {
      long seen = fact.shape().get(i);
      TensorShapeProto.Dimension dim = shape.getDim(i);
      if (seen >= 0 && dim.hasDimValue() && dim.getDimValue() != seen) {
        shape.getDimBuilder(i).setDimValue(seen);
      }
    }
    return merged.build();
  }
}
