package org.scalpel.engine;

import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.TensorProto;

/**
 * The same architecture with seeded random weights in place of constant ones. With equal weights
 * all channels are equal, and a wrong cut would go unseen. The weights keep signals finite through
 * many layers: filters are scaled by the number of values that they sum (He), scales and variances
 * lie near 1, shifts and means near 0.
 */
final class RandomWeights {
  private static final double NEAR = 0.1;
  private static final double UNIFORM_BY_DEVIATION = Math.sqrt(3);
  private final SplittableRandom random = new SplittableRandom(7);
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, String> sources = new HashMap<>();
  private final Set<String> positive = new HashSet<>();
  private final Set<String> columns = new HashSet<>();
  private final GraphProto graph;
  private final OnnxModel model;

  private RandomWeights(OnnxModel model) {
    this.model = model;
    this.graph = model.proto().getGraph();
    graph.getInitializerList().forEach(t -> constants.put(t.getName(), t));
    for (NodeProto node : graph.getNodeList()) {
      switch (node.getOpType()) {
        case "Constant" -> constants.put(node.getOutput(0), node.getAttribute(0).getT());
        case "Identity" -> sources.put(node.getOutput(0), source(node.getInput(0)));
        case "BatchNormalization" -> {
          positive.add(source(node.getInput(1)));
          positive.add(source(node.getInput(4)));
        }
        case "MatMul" -> columns.add(source(node.getInput(1)));
        case "Gemm" -> {
          if (!isTransposed(node)) {
            columns.add(source(node.getInput(1)));
          }
        }
        default -> {
          // Other operators take weights as they come.
        }
      }
    }
  }

  /** The model with other weights wherever a float constant is made by {@code ConstantOfShape}. */
  static OnnxModel in(OnnxModel model) {
    return new RandomWeights(model).replaced();
  }

  private OnnxModel replaced() {
    GraphProto.Builder made = graph.toBuilder().clearNode();
    for (NodeProto node : graph.getNodeList()) {
      TensorProto shape =
          node.getOpType().equals("ConstantOfShape") ? constants.get(node.getInput(0)) : null;
      if (shape == null || !isFloat(node)) {
        made.addNode(node);
      } else {
        made.addInitializer(weight(node.getOutput(0), dims(shape)));
      }
    }
    return OnnxModel.of(model.proto().toBuilder().setGraph(made).build(), model.folder());
  }

  private String source(String name) {
    return sources.getOrDefault(name, name);
  }

  private static boolean isTransposed(NodeProto gemm) {
    return gemm.getAttributeList().stream()
        .anyMatch(a -> a.getName().equals("transB") && a.getI() == 1);
  }

  private static boolean isFloat(NodeProto constantOfShape) {
    List<AttributeProto> value = constantOfShape.getAttributeList();
    return value.isEmpty() || value.get(0).getT().getDataType() == ElementType.FLOAT32.onnxCode();
  }

  private static List<Long> dims(TensorProto shape) {
    List<Long> dims = new ArrayList<>(shape.getInt64DataList());
    LongBuffer raw =
        shape.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    while (raw.hasRemaining()) {
      dims.add(raw.get());
    }
    return dims;
  }

  private TensorProto weight(String name, List<Long> dims) {
    int count = Math.toIntExact(dims.stream().reduce(1L, Math::multiplyExact));
    boolean matrix = dims.size() > 1;
    long summed = columns.contains(name) && matrix ? dims.get(0) : count / dims.get(0);
    double deviation = matrix ? Math.sqrt(2.0 / summed) : NEAR;
    double centre = isScale(name, matrix) ? 1 : 0;
    double half = deviation * UNIFORM_BY_DEVIATION;
    ByteBuffer data = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      data.putFloat((float) (centre + half * (2 * random.nextDouble() - 1)));
    }
    return TensorProto.newBuilder()
        .setName(name)
        .addAllDims(dims)
        .setDataType(ElementType.FLOAT32.onnxCode())
        .setRawData(UnsafeByteOperations.unsafeWrap(data.flip()))
        .build();
  }

  /** Exporters share equal constants, so the name of one use may be that of another. */
  private boolean isScale(String name, boolean matrix) {
    return positive.contains(name) || (!matrix && name.endsWith(".weight"));
  }
}
