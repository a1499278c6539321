package org.scalpel.live;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.ModelProto;

/** Small networks with seeded weights. */
final class LiveNets {
  private static final int ROWS = 64;
  private static final int WIDTH = 512;

  private LiveNets() {}

  /** Two kernels over an input whose first dimension is open under the name of rows. */
  static OnnxModel open() {
    OnnxModel net =
        ModelBuilder.opset(17)
            .input("x", TensorFact.of(ElementType.FLOAT32, -1, 4))
            .node(ModelBuilder.node("first", "Sigmoid", List.of("x"), List.of("a")).build())
            .node(ModelBuilder.node("second", "Tanh", List.of("a"), List.of("y")).build())
            .output("y")
            .build();
    ModelProto.Builder proto = net.proto().toBuilder();
    proto
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimParam("rows");
    return OnnxModel.of(proto.build(), net.folder());
  }

  /** 128 kB in, three products, one number per row out. */
  static OnnxModel products() {
    Random random = new Random(5);
    ModelBuilder net =
        ModelBuilder.opset(17).input("x", TensorFact.of(ElementType.FLOAT32, ROWS, WIDTH));
    String last = "x";
    for (int i = 0; i < 3; i++) {
      float[] weights = new float[WIDTH * WIDTH];
      for (int w = 0; w < weights.length; w++) {
        weights[w] = (float) random.nextGaussian() / 16;
      }
      net.initializer("w" + i, TensorData.ofFloats(weights, WIDTH, WIDTH));
      net.node("MatMul", List.of(last, "w" + i), List.of("m" + i));
      net.node("Tanh", List.of("m" + i), List.of("t" + i));
      last = "t" + i;
    }
    return net.node("ArgMax", List.of(last), List.of("y"), ModelBuilder.attribute("axis", 1L))
        .output("y", TensorFact.of(ElementType.INT64, ROWS, 1))
        .build();
  }

  static Map<String, TensorData> input(long seed) {
    Random random = new Random(seed);
    float[] values = new float[ROWS * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Map.of("x", TensorData.ofFloats(values, ROWS, WIDTH));
  }

  /** The output of these networks. */
  static TensorData y(Map<String, TensorData> outputs) {
    return Objects.requireNonNull(outputs.get("y"));
  }
}
