package org.scalpel.engine;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.OperatorSetIdProto;
import org.scalpel.onnx.TensorProto;
import org.scalpel.onnx.TensorShapeProto;
import org.scalpel.onnx.TypeProto;
import org.scalpel.onnx.ValueInfoProto;

/** Writes small models by hand; weights are random but seeded. */
final class ModelBuilder {
  private static final int OPSET = 17;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final Random random = new Random(11);

  static ModelBuilder model() {
    return new ModelBuilder();
  }

  ModelBuilder input(String name, ElementType type, long... shape) {
    graph.addInput(value(name, type, shape));
    return this;
  }

  ModelBuilder floats(String name, long... shape) {
    return input(name, ElementType.FLOAT32, shape);
  }

  ModelBuilder output(String name, ElementType type, long... shape) {
    graph.addOutput(value(name, type, shape));
    return this;
  }

  ModelBuilder outputFloats(String name, long... shape) {
    return output(name, ElementType.FLOAT32, shape);
  }

  /** Gaussian weights, scaled so that signals keep their size through layers. */
  ModelBuilder weight(String name, long... shape) {
    int count = 1;
    for (long dim : shape) {
      count *= (int) dim;
    }
    double scale = shape.length > 1 ? Math.sqrt(2.0 * shape[0] / count) : 0.2;
    ByteBuffer data = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      data.putFloat((float) (random.nextGaussian() * scale));
    }
    return constant(name, ElementType.FLOAT32, data.flip(), shape);
  }

  ModelBuilder scalar(String name, float value) {
    ByteBuffer data = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
    return constant(name, ElementType.FLOAT32, data.flip());
  }

  ModelBuilder bytes(String name, ElementType type, int value) {
    return constant(name, type, ByteBuffer.wrap(new byte[] {(byte) value}));
  }

  ModelBuilder longs(String name, long... values) {
    return longs(name, values, values.length);
  }

  ModelBuilder longs(String name, long[] values, long... shape) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      data.putLong(value);
    }
    return constant(name, ElementType.INT64, data.flip(), shape);
  }

  private ModelBuilder constant(String name, ElementType type, ByteBuffer data, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.onnxCode())
            .setRawData(ByteString.copyFrom(data));
    for (long dim : shape) {
      tensor.addDims(dim);
    }
    graph.addInitializer(tensor);
    return this;
  }

  ModelBuilder node(
      String op, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(op)
            .setName(outputs.get(0))
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  ModelBuilder node(String op, String input, String output, AttributeProto... attributes) {
    return node(op, List.of(input), List.of(output), attributes);
  }

  /** A 3×3 convolution with its weight, and a rectifier. */
  ModelBuilder conv(String input, String output, int from, int to) {
    return weight(output + "_w", to, from, 3, 3)
        .weight(output + "_b", to)
        .node(
            "Conv",
            List.of(input, output + "_w", output + "_b"),
            List.of(output + "_c"),
            ints("pads", 1, 1, 1, 1))
        .node("Relu", output + "_c", output);
  }

  static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto body(String name, ModelBuilder body) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(body.graph)
        .build();
  }

  OnnxModel build() {
    ModelProto proto =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph)
            .build();
    return OnnxModel.of(proto, Path.of("."));
  }

  private static ValueInfoProto value(String name, ElementType type, long... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (int i = 0; i < shape.length; i++) {
      TensorShapeProto.Dimension.Builder dim = dims.addDimBuilder();
      if (shape[i] >= 0) {
        dim.setDimValue(shape[i]);
      } else {
        dim.setDimParam(name + "_" + i);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.onnxCode()).setShape(dims)))
        .build();
  }
}
