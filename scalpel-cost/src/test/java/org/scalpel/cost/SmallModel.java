package org.scalpel.cost;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.scalpel.cost.Profile.Boundary;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.OperatorSetIdProto;
import org.scalpel.onnx.TensorProto;
import org.scalpel.onnx.TensorShapeProto;
import org.scalpel.onnx.TypeProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * A multilayer perceptron with a skip: {@code x → m0 → t0 → … → m5 → t5}, {@code y = t5 + t0}. Each
 * product and each tanh is a kernel of its own. And profiles of it that nobody measured.
 */
final class SmallModel {
  static final int WIDTH = 64;
  private static final int STEPS = 6;

  private SmallModel() {}

  static OnnxModel model() {
    return model(1);
  }

  static OnnxModel model(long seed) {
    GraphProto.Builder graph =
        GraphProto.newBuilder().setName("small").addInput(value("x")).addOutput(value("y"));
    Random random = new Random(seed);
    String last = "x";
    for (int i = 0; i < STEPS; i++) {
      graph.addInitializer(weight("w" + i, random));
      graph.addNode(node("MatMul", "m" + i, last, "w" + i));
      graph.addNode(node("Tanh", "t" + i, "m" + i));
      last = "t" + i;
    }
    graph.addNode(node("Add", "y", last, "t0"));
    return OnnxModel.of(
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph)
            .build(),
        Path.of("."));
  }

  /** One kernel per layer. */
  static KernelGraph kernels(OnnxModel model) {
    LayerGraph layers = LayerGraph.of(model);
    return KernelGraph.ofGroups(
        layers, layers.layers().stream().map(l -> List.of(l.name())).toList());
  }

  /**
   * A profile in which kernel k takes (k + 1) · unit ms, a session 0.5, entering a segment 0.1 and
   * leaving one 0.2 per tensor.
   */
  static Profile profile(KernelGraph kernels, double unit) {
    List<Stat> measured = new ArrayList<>();
    List<Double> fitted = new ArrayList<>();
    for (int k = 0; k < kernels.kernels().size(); k++) {
      measured.add(new Stat((k + 1) * unit, 0.01, 20));
      fitted.add((k + 1) * unit);
    }
    Map<String, TensorFact> facts = new LinkedHashMap<>();
    Map<String, Boundary> boundaries = new LinkedHashMap<>();
    for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
      facts.put(tensor.name(), TensorFact.of(ElementType.FLOAT32, 1, WIDTH));
      boundaries.put(tensor.name(), new Boundary(0.1, 0.2));
    }
    OnnxModel model = kernels.layers().model();
    return new Profile(
        new Profile.Subject(
            model.label(), model.sha256(), kernels.digest(), kernels.groups(), facts),
        new Profile.Environment("a test", 2, "onnxruntime 0", "all", 1),
        new Profile.Measured(measured, new Stat(100 * unit, 1, 20), List.of()),
        new Profile.Fit(fitted, boundaries, 0.5, new Profile.Residual(0.01, 0.02, 7)),
        1);
  }

  /**
   * The same profile, with rested runs in which every kernel takes {@code factor} times as long.
   */
  static Profile rested(Profile profile, double factor) {
    Profile.Fit busy = profile.fit();
    Profile.Fit fit =
        new Profile.Fit(
            busy.kernelMs().stream().map(ms -> ms * factor).toList(),
            busy.boundaries(),
            busy.sessionMs(),
            busy.residual());
    return new Profile(
        profile.subject(),
        profile.environment(),
        profile.measured(),
        busy,
        Optional.of(new Profile.Rested(30, new Stat(100 * factor, 1, 9), fit)),
        profile.slowdown());
  }

  private static NodeProto node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static TensorProto weight(String name, Random random) {
    ByteBuffer data =
        ByteBuffer.allocate(WIDTH * WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat((float) (random.nextGaussian() / 8));
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(ElementType.FLOAT32.onnxCode())
        .addDims(WIDTH)
        .addDims(WIDTH)
        .setRawData(ByteString.copyFrom(data.flip()))
        .build();
  }

  private static ValueInfoProto value(String name) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(WIDTH))
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(ElementType.FLOAT32.onnxCode())
                        .setShape(shape)))
        .build();
  }
}
