package org.scalpel.learn;

import static org.scalpel.graph.ModelBuilder.attribute;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.OperatorSetIdProto;

/**
 * Writes a network down, layer by layer. Weights are constant nodes of one value each, so that a
 * model of a hundred megabytes is a file of some kilobytes; every weight has a value of its own, or
 * the runtime would share them between layers. The values keep activations near one: numbers too
 * small to be normal are slow.
 *
 * <p>A quantised sketch brackets what it computes by QuantizeLinear and DequantizeLinear, as
 * exporters of eight-bit models do; the runtime makes eight-bit operators of it.
 */
final class Sketch {
  private static final long OPSET = 17;
  private static final String CONTRIBUTED = "com.microsoft";
  private static final float SCALE = 0.02f;
  private static final float APART = 1e-4f;

  /** A window that slides over a picture, its border padded so that a step of 1 keeps the size. */
  record Window(long height, long width, long stride, long dilation) {
    static Window of(long side, long stride) {
      return new Window(side, side, stride, 1);
    }

    long padding(long side) {
      return dilation * (side - 1) / 2;
    }

    long out(long in, long side) {
      return Math.max(1, (in + 2 * padding(side) - dilation * (side - 1) - 1) / stride + 1);
    }
  }

  private final ModelBuilder builder = ModelBuilder.opset(OPSET);
  private final boolean quantised;
  private int count;
  private double macs;
  private double weightBytes;

  Sketch(boolean quantised) {
    this.quantised = quantised;
  }

  /** Multiply-accumulate operations of everything so far, about. */
  double macs() {
    return macs;
  }

  /** Bytes of all weights so far, about. */
  double weightBytes() {
    return weightBytes;
  }

  Wire input(String name, ElementType type, long... shape) {
    builder.input(name, TensorFact.of(type, shape));
    return new Wire(name, Arrays.stream(shape).boxed().toList());
  }

  OnnxModel build(List<Wire> outputs) {
    outputs.forEach(
        out -> builder.output(out.name(), new TensorFact(ElementType.FLOAT32, out.shape())));
    ModelProto model = builder.proto();
    return OnnxModel.of(
        model.toBuilder()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(CONTRIBUTED).setVersion(1))
            .build(),
        Path.of(".").toAbsolutePath().normalize());
  }

  String fresh(String what) {
    return what + "_" + count++;
  }

  /** Any node with one output of a shape that the caller knows. */
  Wire node(String op, List<String> inputs, List<Long> shape, AttributeProto... attributes) {
    String out = fresh(op.toLowerCase(Locale.ROOT));
    builder.node(
        ModelBuilder.node(out, op, inputs, List.of(out))
            .addAllAttribute(List.of(attributes))
            .build());
    return new Wire(out, shape);
  }

  /** Softmax of the products of two tensors, times a third, for several heads in one node. */
  Wire attention(Wire query, Wire key, Wire value, long heads) {
    String out = fresh("attention");
    builder.node(
        ModelBuilder.node(
                out,
                "MultiHeadAttention",
                List.of(query.name(), key.name(), value.name()),
                List.of(out))
            .setDomain(CONTRIBUTED)
            .addAttribute(attribute("num_heads", heads))
            .build());
    return new Wire(out, query.shape());
  }

  /** Any node. */
  void nodes(String op, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    builder.node(
        ModelBuilder.node(outputs.get(0), op, inputs, outputs)
            .addAllAttribute(List.of(attributes))
            .build());
  }

  /** One node on one tensor, of the same shape. */
  Wire map(String op, Wire x, AttributeProto... attributes) {
    return node(op, List.of(x.name()), x.shape(), attributes);
  }

  String longs(long... values) {
    String name = fresh("dims");
    builder.initializer(name, TensorData.ofLongs(values, values.length));
    return name;
  }

  String scalar(float value) {
    String name = fresh("number");
    builder.initializer(name, TensorData.ofFloats(new float[] {value}));
    return name;
  }

  /** A stored tensor whose products with {@code inner} values average them. */
  String weight(long inner, long... shape) {
    float value = (1 + APART * count) / Math.max(1, inner);
    return constant(TensorData.ofFloats(new float[] {value}, 1), shape);
  }

  private String constant(TensorData value, long... shape) {
    weightBytes += Arrays.stream(shape).asDoubleStream().reduce(4, (a, b) -> a * b);
    return node("ConstantOfShape", List.of(longs(shape)), List.of(), attribute("value", value))
        .name();
  }

  /**
   * A stored tensor of eight-bit numbers, in the file: the runtime takes only such for weights of
   * its eight-bit operators.
   */
  String bytes(long... shape) {
    TensorFact fact = TensorFact.of(ElementType.INT8, shape);
    byte[] values = new byte[Math.toIntExact(fact.elements())];
    Arrays.fill(values, (byte) (1 + count % 100));
    weightBytes += values.length;
    String name = fresh("bytes");
    builder.initializer(name, TensorData.ofBytes(fact, values));
    return name;
  }

  /** A bias as quantised models have it: in units of the product of both scales. */
  private String bias(long channels, float weightScale) {
    if (!quantised) {
      return weight(100, channels);
    }
    String stored = fresh("bias");
    int[] values = new int[Math.toIntExact(channels)];
    Arrays.fill(values, 20 + count);
    builder.initializer(stored, TensorData.ofInts(values, channels));
    String zero = fresh("zero");
    builder.initializer(zero, TensorData.ofInts(new int[] {0}));
    return node("DequantizeLinear", List.of(stored, scalar(SCALE * weightScale), zero), List.of())
        .name();
  }

  /** A stored tensor of eight-bit numbers, dequantised. */
  private String eightBit(float scale, long... shape) {
    String stored = bytes(shape);
    String zero = byteScalar(ElementType.INT8, 0);
    return node("DequantizeLinear", List.of(stored, scalar(scale), zero), List.of()).name();
  }

  private String byteScalar(ElementType type, int value) {
    String name = fresh("zero");
    builder.initializer(name, TensorData.ofBytes(TensorFact.of(type), new byte[] {(byte) value}));
    return name;
  }

  /** To eight bits and back, where the sketch is quantised. */
  Wire bracket(Wire x) {
    return bracket(x, "");
  }

  /**
   * The same after an activation: one that cuts off below zero puts zero at the lowest number, and
   * the runtime leaves it out.
   */
  Wire bracket(Wire x, String activation) {
    if (!quantised) {
      return x;
    }
    String scale = scalar(SCALE);
    String zero = byteScalar(ElementType.UINT8, activation.startsWith("relu") ? 0 : 128);
    Wire bits = node("QuantizeLinear", List.of(x.name(), scale, zero), x.shape());
    return node("DequantizeLinear", List.of(bits.name(), scale, zero), x.shape());
  }

  Wire conv(Wire x, long channels, Window window, long groups, String activation) {
    long inner = x.channels() / groups;
    long fan = inner * window.height() * window.width();
    long[] shape = {channels, inner, window.height(), window.width()};
    float scale = 1 / (50f * fan);
    String weights = quantised ? eightBit(scale, shape) : weight(fan, shape);
    long top = window.padding(window.height());
    long left = window.padding(window.width());
    Wire y =
        node(
            "Conv",
            List.of(x.name(), weights, bias(channels, scale)),
            List.of(
                x.dim(0),
                channels,
                window.out(x.dim(2), window.height()),
                window.out(x.dim(3), window.width())),
            attribute("kernel_shape", List.of(window.height(), window.width())),
            attribute("strides", List.of(window.stride(), window.stride())),
            attribute("dilations", List.of(window.dilation(), window.dilation())),
            attribute("pads", List.of(top, left, top, left)),
            attribute("group", groups));
    macs += (double) y.elements() * fan;
    return bracket(activate(y, activation), activation);
  }

  /** A transposed convolution that enlarges by its stride. */
  Wire deconv(Wire x, long channels, long side) {
    String weights = weight(x.channels(), x.channels(), channels, side, side);
    return node(
        "ConvTranspose",
        List.of(x.name(), weights),
        List.of(x.dim(0), channels, x.dim(2) * side, x.dim(3) * side),
        attribute("kernel_shape", List.of(side, side)),
        attribute("strides", List.of(side, side)));
  }

  Wire pool(Wire x, String op, Window window) {
    long pad = window.padding(window.height());
    return bracket(
        node(
            op,
            List.of(x.name()),
            List.of(
                x.dim(0),
                x.dim(1),
                window.out(x.dim(2), window.height()),
                window.out(x.dim(3), window.width())),
            attribute("kernel_shape", List.of(window.height(), window.width())),
            attribute("strides", List.of(window.stride(), window.stride())),
            attribute("pads", List.of(pad, pad, pad, pad))));
  }

  Wire globalPool(Wire x) {
    return bracket(
        node("GlobalAveragePool", List.of(x.name()), List.of(x.dim(0), x.dim(1), 1L, 1L)));
  }

  /** The functions between layers, as exporters write them. */
  Wire activate(Wire x, String function) {
    return switch (function) {
      case "relu" -> map("Relu", x);
      case "relu6" -> node("Clip", List.of(x.name(), scalar(0), scalar(6)), x.shape());
      case "leaky" -> map("LeakyRelu", x, attribute("alpha", 0.1f));
      // In two layers: the runtime takes HardSwish to pieces whose names tell nothing of it.
      case "hswish" -> binary("Mul", x, activate(x, "hsigmoid"));
      case "hsigmoid" -> map("HardSigmoid", x, attribute("alpha", 1 / 6f));
      case "sigmoid" -> map("Sigmoid", x);
      case "tanh" -> map("Tanh", x);
      case "elu" -> map("Elu", x);
      case "silu" -> binary("Mul", x, map("Sigmoid", x));
      case "gelu" -> gelu(x);
      case "prelu" -> node("PRelu", List.of(x.name(), weight(4, x.channels(), 1, 1)), x.shape());
      default -> x;
    };
  }

  private Wire gelu(Wire x) {
    Wire scaled = node("Div", List.of(x.name(), scalar((float) Math.sqrt(2))), x.shape());
    Wire shifted = node("Add", List.of(map("Erf", scaled).name(), scalar(1)), x.shape());
    Wire product = binary("Mul", x, shifted);
    return node("Mul", List.of(product.name(), scalar(0.5f)), x.shape());
  }

  /** Two tensors element by element; the second may have axes of length 1. */
  Wire binary(String op, Wire x, Wire y) {
    return node(op, List.of(x.name(), y.name()), x.shape());
  }

  Wire concat(List<Wire> parts, int axis) {
    List<Long> shape = new ArrayList<>(parts.get(0).shape());
    shape.set(axis, parts.stream().mapToLong(part -> part.dim(axis)).sum());
    return bracket(
        node(
            "Concat",
            parts.stream().map(Wire::name).toList(),
            shape,
            attribute("axis", (long) axis)));
  }

  Wire reshape(Wire x, Long... shape) {
    long[] dims = Arrays.stream(shape).mapToLong(Long::longValue).toArray();
    return node("Reshape", List.of(x.name(), longs(dims)), List.of(shape));
  }

  Wire transpose(Wire x, int... order) {
    List<Long> shape = Arrays.stream(order).mapToObj(x::dim).toList();
    List<Long> axes = Arrays.stream(order).mapToObj(Long::valueOf).toList();
    return node("Transpose", List.of(x.name()), shape, attribute("perm", axes));
  }

  /** Consecutive parts of one length along an axis. */
  List<Wire> split(Wire x, int axis, int parts) {
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(axis, x.dim(axis) / parts);
    List<Wire> made = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      made.add(new Wire(fresh("split"), List.copyOf(shape)));
    }
    nodes(
        "Split",
        List.of(x.name()),
        made.stream().map(Wire::name).toList(),
        attribute("axis", (long) axis));
    return made;
  }

  /** A product with a stored matrix, and a bias. */
  Wire dense(Wire x, long features, String activation) {
    long inner = x.last();
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(x.rank() - 1, features);
    macs += (double) x.elements() * features;
    String weights =
        quantised ? eightBit(1 / (50f * inner), inner, features) : weight(inner, inner, features);
    String bias = weight(100, features);
    if (x.rank() == 2 && !quantised) {
      return activate(node("Gemm", List.of(x.name(), weights, bias), shape), activation);
    }
    Wire product = node("MatMul", List.of(x.name(), weights), shape);
    Wire sum = node("Add", List.of(bracket(product).name(), bias), shape);
    return bracket(activate(sum, activation), activation);
  }

  Wire layerNorm(Wire x) {
    return node(
        "LayerNormalization",
        List.of(x.name(), weight(1, x.last()), weight(100, x.last())),
        x.shape(),
        attribute("axis", -1L));
  }

  /** Normalisation by stored figures that no convolution before it can take in. */
  Wire batchNorm(Wire x) {
    long channels = x.channels();
    return node(
        "BatchNormalization",
        List.of(
            x.name(),
            weight(1, channels),
            weight(100, channels),
            weight(100, channels),
            weight(1, channels)),
        x.shape());
  }
}
