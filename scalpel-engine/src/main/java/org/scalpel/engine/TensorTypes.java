package org.scalpel.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** Between our tensors and the runtime's. */
final class TensorTypes {
  private static final Map<ElementType, OnnxJavaType> JAVA_TYPES =
      Map.of(
          ElementType.FLOAT32, OnnxJavaType.FLOAT,
          ElementType.FLOAT64, OnnxJavaType.DOUBLE,
          ElementType.INT8, OnnxJavaType.INT8,
          ElementType.UINT8, OnnxJavaType.UINT8,
          ElementType.INT16, OnnxJavaType.INT16,
          ElementType.INT32, OnnxJavaType.INT32,
          ElementType.INT64, OnnxJavaType.INT64,
          ElementType.BOOL, OnnxJavaType.BOOL,
          ElementType.FLOAT16, OnnxJavaType.FLOAT16,
          ElementType.BFLOAT16, OnnxJavaType.BFLOAT16);

  private TensorTypes() {}

  /** Whether the runtime's Java side can hold such a tensor. */
  static boolean isNative(ElementType type) {
    return JAVA_TYPES.containsKey(type);
  }

  /** A native tensor over the same memory; a tensor without elements gets none. */
  static OnnxTensor alias(TensorData tensor) throws OrtException {
    return alias(tensor.data(), tensor.fact());
  }

  static OnnxTensor alias(ByteBuffer data, TensorFact fact) throws OrtException {
    ByteBuffer buffer = data.order(ByteOrder.nativeOrder());
    OnnxJavaType type = JAVA_TYPES.get(fact.type());
    if (type == null) {
      throw new EngineException(
          "a tensor "
              + fact
              + " cannot enter the runtime from Java; expected one of "
              + JAVA_TYPES.keySet().stream().map(ElementType::contractName).sorted().toList());
    }
    return OnnxTensor.createTensor(NativeRuntime.environment(), buffer, fact.dims(), type);
  }

  /** Type and shape of a runtime value; empty for sequences, maps and optionals. */
  static Optional<TensorFact> fact(NodeInfo info) {
    if (!(info.getInfo() instanceof TensorInfo tensor)) {
      return Optional.empty();
    }
    return fact(tensor);
  }

  static Optional<TensorFact> fact(TensorInfo tensor) {
    Optional<ElementType> type = elementType(tensor);
    long[] shape = tensor.getShape().clone();
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Math.max(shape[i], -1);
    }
    return type.map(t -> TensorFact.of(t, shape));
  }

  private static Optional<ElementType> elementType(TensorInfo tensor) {
    String name = tensor.onnxType.name().substring("ONNX_TENSOR_ELEMENT_DATA_TYPE_".length());
    return switch (name) {
      case "UNDEFINED" -> Optional.empty();
      case "FLOAT" -> Optional.of(ElementType.FLOAT32);
      case "DOUBLE" -> Optional.of(ElementType.FLOAT64);
      default -> Optional.of(ElementType.valueOf(name));
    };
  }

  /** A copy of a native tensor in a direct buffer of ours. */
  static TensorData copyOut(OnnxTensor tensor, TensorFact fact) {
    ByteBuffer heap = tensor.getByteBuffer();
    ByteBuffer direct = TensorData.allocate(fact);
    direct.put(heap.order(ByteOrder.nativeOrder())).flip();
    return new TensorData(fact, direct);
  }
}
