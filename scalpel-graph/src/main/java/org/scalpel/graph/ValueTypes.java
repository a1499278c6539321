package org.scalpel.graph;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.onnx.TensorShapeProto;
import org.scalpel.onnx.TypeProto;
import org.scalpel.onnx.ValueInfoProto;

/** Between the types of the file format and {@link TensorFact}. */
final class ValueTypes {
  private ValueTypes() {}

  /** Symbolic and absent dimensions become -1; an undeclared shape has rank 0 in the fact. */
  static TensorFact fact(TypeProto.Tensor type) {
    List<Long> dims = new ArrayList<>();
    for (TensorShapeProto.Dimension dim : type.getShape().getDimList()) {
      dims.add(dim.hasDimValue() ? dim.getDimValue() : -1L);
    }
    return new TensorFact(ElementType.ofOnnx(type.getElemType()), dims);
  }

  /** A declaration of a tensor; unknown dimensions are left open. */
  static ValueInfoProto declare(String name, TensorFact fact) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : fact.shape()) {
      TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
      if (dim >= 0) {
        dimension.setDimValue(dim);
      }
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(fact.type().onnxCode()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
