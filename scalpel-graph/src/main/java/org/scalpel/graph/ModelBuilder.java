package org.scalpel.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.AttributeProto.AttributeType;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.OperatorSetIdProto;
import org.scalpel.onnx.TensorProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * Builds small ONNX models in code, for examples, tests and experiments.
 *
 * <pre>{@code
 * OnnxModel model = ModelBuilder.opset(17)
 *     .input("x", TensorFact.of(FLOAT32, 1, 4))
 *     .node("Relu", List.of("x"), List.of("y"))
 *     .output("y")
 *     .build();
 * }</pre>
 *
 * <p>Nothing is checked before {@link #build()}.
 */
public final class ModelBuilder {
  private static final long IR_VERSION = 8;

  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(IR_VERSION);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("built");

  private ModelBuilder() {}

  /** A model over the standard operators of that version. */
  public static ModelBuilder opset(long version) {
    ModelBuilder builder = new ModelBuilder();
    builder.model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(version));
    return builder;
  }

  /** Adds a model input. */
  public ModelBuilder input(String name, TensorFact fact) {
    graph.addInput(ValueTypes.declare(name, fact));
    return this;
  }

  /** Adds a model output of declared type. */
  public ModelBuilder output(String name, TensorFact fact) {
    graph.addOutput(ValueTypes.declare(name, fact));
    return this;
  }

  /** Adds a float32 output whose shape is left to the runtime. */
  public ModelBuilder output(String name) {
    ValueInfoProto.Builder info = ValueInfoProto.newBuilder().setName(name);
    info.getTypeBuilder().getTensorTypeBuilder().setElemType(ElementType.FLOAT32.onnxCode());
    graph.addOutput(info);
    return this;
  }

  /** Adds a stored tensor. */
  public ModelBuilder initializer(String name, TensorData data) {
    graph.addInitializer(tensor(name, data));
    return this;
  }

  /** Adds an unnamed node of the standard domain. */
  public ModelBuilder node(
      String op, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    return node(node("", op, inputs, outputs).addAllAttribute(List.of(attributes)).build());
  }

  /** Adds any node. */
  public ModelBuilder node(NodeProto node) {
    graph.addNode(node);
    return this;
  }

  /** The model, checked. */
  public OnnxModel build() {
    return OnnxModel.of(proto(), Path.of(".").toAbsolutePath().normalize());
  }

  /** The model, unchecked. */
  public ModelProto proto() {
    return model.setGraph(graph).build();
  }

  /** A node to be given attributes. */
  public static NodeProto.Builder node(
      String name, String op, List<String> inputs, List<String> outputs) {
    return NodeProto.newBuilder()
        .setName(name)
        .setOpType(op)
        .addAllInput(inputs)
        .addAllOutput(outputs);
  }

  /** An attribute with one integer. */
  public static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  /** An attribute with one number. */
  public static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  /** An attribute with a text. */
  public static AttributeProto attribute(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFrom(value, StandardCharsets.UTF_8))
        .build();
  }

  /** An attribute with a list of integers. */
  public static AttributeProto attribute(String name, List<Long> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  /** An attribute with a tensor. */
  public static AttributeProto attribute(String name, TensorData value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.TENSOR)
        .setT(tensor("", value))
        .build();
  }

  /** An attribute with a body. */
  public static AttributeProto attribute(String name, GraphProto body) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(body)
        .build();
  }

  static TensorProto tensor(String name, TensorData data) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(data.fact().type().onnxCode())
        .addAllDims(data.fact().shape())
        .setRawData(UnsafeByteOperations.unsafeWrap(data.data()))
        .build();
  }
}
