package org.scalpel.engine;

import static org.scalpel.engine.ModelBuilder.body;
import static org.scalpel.engine.ModelBuilder.integer;
import static org.scalpel.engine.ModelBuilder.ints;
import static org.scalpel.engine.ModelBuilder.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;

/** The shapes of networks that cutting must survive, each as small as it can be. */
final class TestModels {
  private TestModels() {}

  static Map<String, Supplier<OnnxModel>> all() {
    Map<String, Supplier<OnnxModel>> models = new LinkedHashMap<>();
    models.put("residual", TestModels::residual);
    models.put("inception", TestModels::inception);
    models.put("transformer", TestModels::transformer);
    models.put("severalInputs", TestModels::severalInputs);
    models.put("severalOutputs", TestModels::severalOutputs);
    models.put("branching", TestModels::branching);
    models.put("looping", TestModels::looping);
    models.put("scanning", TestModels::scanning);
    models.put("unnamed", TestModels::unnamed);
    models.put("quantised", TestModels::quantised);
    models.put("dataDependent", TestModels::dataDependent);
    return models;
  }

  /** Two residual blocks with batch normalisation, and a classifier. */
  static OnnxModel residual() {
    ModelBuilder m = model().floats("x", 1, 3, 16, 16).conv("x", "stem", 3, 16);
    String last = "stem";
    for (int block = 0; block < 2; block++) {
      String b = "b" + block;
      m.conv(last, b + "a", 16, 16)
          .weight(b + "w", 16, 16, 3, 3)
          .node("Conv", List.of(b + "a", b + "w"), List.of(b + "c"), ints("pads", 1, 1, 1, 1));
      for (String p : List.of("scale", "shift", "mean")) {
        m.weight(b + p, 16);
      }
      m.weight(b + "root", 16).node("Mul", List.of(b + "root", b + "root"), List.of(b + "var"));
      m.node(
              "BatchNormalization",
              List.of(b + "c", b + "scale", b + "shift", b + "mean", b + "var"),
              List.of(b + "n"))
          .node("Add", List.of(b + "n", last), List.of(b + "s"))
          .node("Relu", b + "s", b);
      last = b;
    }
    return m.node("GlobalAveragePool", last, "pooled")
        .node("Flatten", "pooled", "flat")
        .weight("fc_w", 16, 10)
        .node("MatMul", List.of("flat", "fc_w"), List.of("fc"))
        .node("Softmax", "fc", "prob")
        .outputFloats("prob", 1, 10)
        .build();
  }

  /** Four branches of different lengths from one tensor, joined. */
  static OnnxModel inception() {
    return model()
        .floats("x", 1, 3, 16, 16)
        .conv("x", "stem", 3, 8)
        .conv("stem", "b1", 8, 8)
        .conv("stem", "b2a", 8, 4)
        .conv("b2a", "b2", 4, 8)
        .node("MaxPool", "stem", "b3a", ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1))
        .conv("b3a", "b3", 8, 4)
        .node("Concat", List.of("b1", "b2", "b3", "stem"), List.of("cat"), integer("axis", 1))
        .conv("cat", "y", 28, 4)
        .outputFloats("y", 1, 4, 16, 16)
        .build();
  }

  /** One attention head with layer normalisation, over a free sequence length. */
  static OnnxModel transformer() {
    ModelBuilder m =
        model()
            .input("ids", ElementType.INT64, 1, -1)
            .weight("table", 50, 16)
            .node("Gather", List.of("table", "ids"), List.of("e"));
    for (String p : List.of("q", "k", "v")) {
      m.weight("w" + p, 16, 16).node("MatMul", List.of("e", "w" + p), List.of(p));
    }
    return m.node("Transpose", "k", "kt", ints("perm", 0, 2, 1))
        .node("MatMul", List.of("q", "kt"), List.of("scores"))
        .scalar("root", 0.25f)
        .node("Mul", List.of("scores", "root"), List.of("scaled"))
        .node("Softmax", "scaled", "attention", integer("axis", -1))
        .node("MatMul", List.of("attention", "v"), List.of("mixed"))
        .node("Add", List.of("mixed", "e"), List.of("sum"))
        .weight("g", 16)
        .weight("b", 16)
        .node("LayerNormalization", List.of("sum", "g", "b"), List.of("normed"))
        .weight("w1", 16, 32)
        .node("MatMul", List.of("normed", "w1"), List.of("h"))
        .node("Erf", "h", "erf")
        .node("Mul", List.of("h", "erf"), List.of("gelu"))
        .weight("w2", 32, 16)
        .node("MatMul", List.of("gelu", "w2"), List.of("y"))
        .outputFloats("y", 1, -1, 16)
        .build();
  }

  /** Two inputs that meet late. */
  static OnnxModel severalInputs() {
    return model()
        .floats("left", 1, 3, 8, 8)
        .floats("right", 1, 4)
        .conv("left", "a", 3, 4)
        .node("GlobalAveragePool", "a", "p")
        .node("Flatten", "p", "f")
        .weight("w", 4, 4)
        .node("MatMul", List.of("right", "w"), List.of("r"))
        .node("Tanh", "r", "t")
        .node("Add", List.of("f", "t"), List.of("y"))
        .outputFloats("y", 1, 4)
        .build();
  }

  /** An output that is also read further on, a node with two outputs, one tensor read twice. */
  static OnnxModel severalOutputs() {
    return model()
        .floats("x", 1, 3, 8, 8)
        .conv("x", "early", 3, 8)
        .node("Split", List.of("early"), List.of("lo", "hi"), integer("axis", 1))
        .node("Mul", List.of("lo", "lo"), List.of("square"))
        .node("Add", List.of("square", "hi"), List.of("late"))
        .node("Sigmoid", "late", "y")
        .outputFloats("early", 1, 8, 8, 8)
        .outputFloats("y", 1, 4, 8, 8)
        .build();
  }

  /** An If whose bodies read tensors from outside. */
  static OnnxModel branching() {
    ModelBuilder then =
        model().node("Add", List.of("a", "b"), List.of("t")).outputFloats("t", 1, 4, 8, 8);
    ModelBuilder otherwise =
        model().node("Sub", List.of("a", "b"), List.of("f")).outputFloats("f", 1, 4, 8, 8);
    return model()
        .floats("x", 1, 3, 8, 8)
        .conv("x", "a", 3, 4)
        .conv("a", "b", 4, 4)
        .node("ReduceMean", "x", "mean", integer("keepdims", 0))
        .scalar("zero", 0)
        .node("Greater", List.of("mean", "zero"), List.of("positive"))
        .node(
            "If",
            List.of("positive"),
            List.of("chosen"),
            body("then_branch", then),
            body("else_branch", otherwise))
        .conv("chosen", "y", 4, 2)
        .outputFloats("y", 1, 2, 8, 8)
        .build();
  }

  /** A Loop that adds a captured tensor three times. */
  static OnnxModel looping() {
    ModelBuilder step =
        model()
            .input("i", ElementType.INT64)
            .input("go", ElementType.BOOL)
            .floats("state", 1, 4)
            .node("Add", List.of("state", "a"), List.of("next"))
            .node("Identity", "go", "on")
            .output("on", ElementType.BOOL)
            .outputFloats("next", 1, 4);
    return model()
        .floats("x", 1, 4)
        .weight("w", 4, 4)
        .node("MatMul", List.of("x", "w"), List.of("m"))
        .node("Tanh", "m", "a")
        .longs("trips", 3)
        .node("Loop", List.of("trips", "", "a"), List.of("summed"), body("body", step))
        .node("Exp", "summed", "y")
        .outputFloats("y", 1, 4)
        .build();
  }

  /** A Scan over rows whose body reads a captured tensor and carries a sum. */
  static OnnxModel scanning() {
    ModelBuilder step =
        model()
            .floats("sum", 4)
            .floats("row", 4)
            .node("Mul", List.of("row", "a"), List.of("scaled"))
            .node("Add", List.of("sum", "scaled"), List.of("total"))
            .node("Identity", "total", "seen")
            .outputFloats("total", 4)
            .outputFloats("seen", 4);
    return model()
        .floats("x", 3, 4)
        .floats("y", 4)
        .node("Tanh", "y", "a")
        .node("Exp", "x", "rows")
        .node("Sin", "a", "first")
        .node(
            "Scan",
            List.of("first", "rows"),
            List.of("last", "all"),
            body("body", step),
            integer("num_scan_inputs", 1))
        .node("Cos", "all", "z")
        .outputFloats("last", 4)
        .outputFloats("z", 3, 4)
        .build();
  }

  /** The residual network without the names of its nodes. */
  static OnnxModel unnamed() {
    OnnxModel named = residual();
    ModelProto.Builder proto = named.proto().toBuilder();
    proto.getGraphBuilder().getNodeBuilderList().forEach(NodeProto.Builder::clearName);
    return OnnxModel.of(proto.build(), named.folder());
  }

  /** Quantise, dequantise, convolve, and again. */
  static OnnxModel quantised() {
    return model()
        .floats("x", 1, 3, 8, 8)
        .scalar("s", 0.05f)
        .bytes("z", ElementType.UINT8, 128)
        .node("QuantizeLinear", List.of("x", "s", "z"), List.of("xq"))
        .node("DequantizeLinear", List.of("xq", "s", "z"), List.of("xd"))
        .conv("xd", "a", 3, 8)
        .node("QuantizeLinear", List.of("a", "s", "z"), List.of("aq"))
        .node("DequantizeLinear", List.of("aq", "s", "z"), List.of("ad"))
        .conv("ad", "y", 8, 4)
        .outputFloats("y", 1, 4, 8, 8)
        .build();
  }

  /** The number of elements above zero decides a shape. */
  static OnnxModel dataDependent() {
    return model()
        .floats("x", 1, 16)
        .weight("w", 16, 16)
        .node("MatMul", List.of("x", "w"), List.of("m"))
        .node("Relu", "m", "r")
        .node("NonZero", "r", "where")
        .node("Cast", "where", "cast", integer("to", ElementType.FLOAT32.onnxCode()))
        .node("Sqrt", "cast", "y")
        .outputFloats("y", 2, -1)
        .build();
  }
}
