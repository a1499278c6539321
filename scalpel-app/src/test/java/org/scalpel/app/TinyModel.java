package org.scalpel.app;

import java.nio.file.Path;
import java.util.Random;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.OperatorSetIdProto;
import org.scalpel.onnx.TensorProto;
import org.scalpel.onnx.TensorShapeProto;
import org.scalpel.onnx.TypeProto;
import org.scalpel.onnx.ValueInfoProto;

/** A chain of small matrix products with seeded weights: x → MatMul → Tanh → … → y. */
final class TinyModel {
  private static final int WIDTH = 8;

  private TinyModel() {}

  static Path write(Path file, int layers, String prefix) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
    Random random = new Random(layers);
    String last = "x";
    for (int layer = 0; layer < layers; layer++) {
      TensorProto.Builder weights =
          TensorProto.newBuilder()
              .setName("w" + layer)
              .setDataType(1)
              .addDims(WIDTH)
              .addDims(WIDTH);
      for (int i = 0; i < WIDTH * WIDTH; i++) {
        weights.addFloatData((float) random.nextGaussian());
      }
      graph.addInitializer(weights);
      String product = "m" + layer;
      String next = layer == layers - 1 ? "y" : "t" + layer;
      graph.addNode(node("MatMul", prefix + "matmul" + layer, product, last, "w" + layer));
      graph.addNode(node("Tanh", prefix + "tanh" + layer, next, product));
      last = next;
    }
    graph.addInput(value("x")).addOutput(value("y"));
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(graph)
            .build();
    OnnxModel.of(model, java.util.Objects.requireNonNull(file.toAbsolutePath().getParent()))
        .write(file);
    return file;
  }

  private static NodeProto node(String op, String name, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .setName(name)
        .addOutput(output)
        .addAllInput(java.util.List.of(inputs))
        .build();
  }

  private static ValueInfoProto value(String name) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(WIDTH));
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
