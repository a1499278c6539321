package org.scalpel.lab;

import static org.scalpel.graph.ModelBuilder.attribute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;
import org.scalpel.learn.Step;
import org.scalpel.onnx.AttributeProto;

/**
 * Writes a {@link NetworkText} down as ONNX, with {@link MadeUpWeights}, batch normalisations that
 * follow a convolution folded into it.
 *
 * <p>Windows: k is the height, w the width (the same unless told), s the stride, p the border. A
 * convolution keeps the size unless told ({@code valid}: no border); a pool has no border unless
 * told ({@code same}: as much as keeps the size), and {@code ceil} lets its last window hang over.
 */
final class NetworkWriter {
  private static final float LEAK = 0.1f;
  private static final float NORMAL = 1e-5f;

  /** A tensor. */
  private record At(String name, List<Long> shape) {
    long dim(int axis) {
      return shape.get(axis);
    }

    long channels() {
      return shape.get(1);
    }
  }

  /** How a window slides: sides, stride, border before and behind. */
  private record Window(
      List<Long> sides, long stride, List<Long> before, List<Long> behind, boolean ceil) {
    static Window of(Step step, int side, int stride, boolean keep) {
      long height = step.key('k', side);
      long width = step.key('w', step.key('k', side));
      List<Long> sides = List.of(height, width);
      boolean keeps = (keep && !step.flag("valid")) || step.flag("same");
      int pad = step.key('p', -1);
      List<Long> before =
          sides.stream().map(k -> pad >= 0 ? pad : keeps ? (k - 1) / 2 : 0).toList();
      List<Long> behind = sides.stream().map(k -> pad >= 0 ? pad : keeps ? k / 2 : 0).toList();
      return new Window(sides, step.key('s', stride), before, behind, step.flag("ceil"));
    }

    long out(At x, int axis) {
      int i = axis - 2;
      long room = x.dim(axis) + before.get(i) + behind.get(i) - sides.get(i);
      return (room + (ceil ? stride - 1 : 0)) / stride + 1;
    }

    AttributeProto[] attributes(AttributeProto... more) {
      List<Long> pads = new ArrayList<>(before);
      pads.addAll(behind);
      List<AttributeProto> all = new ArrayList<>(List.of(more));
      all.add(attribute("kernel_shape", sides));
      all.add(attribute("strides", List.of(stride, stride)));
      all.add(attribute("pads", pads));
      return all.toArray(AttributeProto[]::new);
    }
  }

  private final ModelBuilder builder = ModelBuilder.opset(17);
  private final MadeUpWeights weights;
  private int count;

  private NetworkWriter(long seed) {
    weights = new MadeUpWeights(builder, seed);
  }

  /** The network for pictures of three channels and this side. */
  static OnnxModel write(String text, long side, long seed) {
    NetworkWriter writer = new NetworkWriter(seed);
    TensorFact picture = TensorFact.of(ElementType.FLOAT32, 1, 3, side, side);
    writer.builder.input("picture", picture);
    At end = writer.apply(new At("picture", picture.shape()), NetworkText.parse(text));
    return writer
        .builder
        .output(end.name(), new TensorFact(ElementType.FLOAT32, end.shape()))
        .build();
  }

  private At apply(At x, List<NetworkText.Part> parts) {
    At at = x;
    for (NetworkText.Part part : parts) {
      at = part instanceof NetworkText.Group group ? group(at, group) : step(at, part);
    }
    return at;
  }

  private At group(At x, NetworkText.Group group) {
    List<At> ends = group.branches().stream().map(branch -> apply(x, branch)).toList();
    List<String> names = ends.stream().map(At::name).toList();
    if (group.op().equals("seq")) {
      return ends.get(0);
    }
    if (group.op().equals("sum")) {
      return node("Add", names, ends.get(0).shape());
    }
    List<Long> shape = new ArrayList<>(x.shape());
    shape.set(1, ends.stream().mapToLong(At::channels).sum());
    shape.set(2, ends.get(0).dim(2));
    shape.set(3, ends.get(0).dim(3));
    return node("Concat", names, shape, attribute("axis", 1L));
  }

  private At step(At x, NetworkText.Part part) {
    Step step = ((NetworkText.Layer) part).step();
    return switch (step.op()) {
      case "conv" -> conv(x, step, step.number(0), 1);
      case "dw" -> conv(x, step, x.channels(), x.channels());
      case "maxpool" -> pool(x, "MaxPool", step);
      case "avgpool" -> pool(x, "AveragePool", step);
      case "gap" -> node("GlobalAveragePool", List.of(x.name()), List.of(1L, x.channels(), 1L, 1L));
      case "flat" -> flat(x);
      case "fc" -> dense(flat(x), step);
      case "bn" -> batchNorm(x);
      case "tokens" -> tokens(x);
      case "class" -> classToken(x);
      case "ln" -> layerNorm(x);
      case "attention" -> attention(x, step.key('h', 1));
      case "linear" -> activate(linear(x, step.number(0)), step.activation());
      case "first" ->
          node(
              "Gather",
              List.of(x.name(), weights.longs(0)),
              List.of(1L, 1L, x.dim(2)),
              attribute("axis", 1L));
      default -> activate(x, step.op());
    };
  }

  private At conv(At x, Step step, long outputs, long groups) {
    Window window = Window.of(step, 3, 1, true);
    List<Long> sides = window.sides();
    String weight = weights.waves(outputs, x.channels() / groups, sides.get(0), sides.get(1));
    At y =
        node(
            "Conv",
            List.of(x.name(), weight, weights.bias(outputs)),
            List.of(1L, outputs, window.out(x, 2), window.out(x, 3)),
            window.attributes(attribute("group", groups)));
    return activate(y, step.activation());
  }

  private At pool(At x, String op, Step step) {
    Window window = Window.of(step, 2, 2, false);
    AttributeProto ceil = attribute("ceil_mode", window.ceil() ? 1L : 0L);
    List<Long> shape = List.of(1L, x.channels(), window.out(x, 2), window.out(x, 3));
    return node(op, List.of(x.name()), shape, window.attributes(ceil));
  }

  private At activate(At x, String function) {
    return switch (function) {
      case "" -> x;
      case "relu" -> node("Relu", List.of(x.name()), x.shape());
      case "relu6" -> node("Clip", List.of(x.name(), number(0), number(6)), x.shape());
      case "leaky" -> node("LeakyRelu", List.of(x.name()), x.shape(), attribute("alpha", LEAK));
      case "gelu" -> gelu(x);
      default -> throw new IllegalArgumentException("step '" + function + "' is unknown");
    };
  }

  private At gelu(At x) {
    At scaled = node("Div", List.of(x.name(), number((float) Math.sqrt(2))), x.shape());
    At shares = node("Erf", List.of(scaled.name()), x.shape());
    At shifted = node("Add", List.of(shares.name(), number(1)), x.shape());
    At product = node("Mul", List.of(x.name(), shifted.name()), x.shape());
    return node("Mul", List.of(product.name(), number(0.5f)), x.shape());
  }

  private At flat(At x) {
    long all = x.shape().stream().reduce(1L, (a, b) -> a * b);
    return x.shape().size() == 2 ? x : node("Flatten", List.of(x.name()), List.of(1L, all));
  }

  private At dense(At x, Step step) {
    long outputs = step.number(0);
    List<String> inputs =
        List.of(x.name(), weights.products(outputs, x.dim(1)), weights.bias(outputs));
    At y = node("Gemm", inputs, List.of(1L, outputs), attribute("transB", 1L));
    return activate(y, step.activation());
  }

  private At batchNorm(At x) {
    long channels = x.channels();
    return node(
        "BatchNormalization",
        List.of(
            x.name(),
            weights.drawn(0.9, 1.1, channels),
            weights.bias(channels),
            weights.bias(channels),
            weights.drawn(0.9, 1.1, channels)),
        x.shape(),
        attribute("epsilon", NORMAL));
  }

  /** The places of a picture one after the other. */
  private At tokens(At x) {
    long places = x.dim(2) * x.dim(3);
    At flat = reshape(x, x.channels(), places);
    return transpose(flat, 0, 2, 1);
  }

  /** One more in front, and a vector for each place. */
  private At classToken(At x) {
    List<Long> shape = List.of(1L, x.dim(1) + 1, x.dim(2));
    String token = weights.drawn(-1, 1, 1, 1, x.dim(2));
    At all = node("Concat", List.of(token, x.name()), shape, attribute("axis", 1L));
    String places = weights.drawn(-1, 1, 1, shape.get(1), shape.get(2));
    return node("Add", List.of(all.name(), places), shape);
  }

  private At layerNorm(At x) {
    long features = x.dim(2);
    List<String> inputs =
        List.of(x.name(), weights.drawn(0.9, 1.1, features), weights.bias(features));
    return node("LayerNormalization", inputs, x.shape(), attribute("axis", -1L));
  }

  private At linear(At x, long features) {
    List<Long> shape = List.of(1L, x.dim(1), features);
    At y = node("MatMul", List.of(x.name(), weights.turnedWaves(x.dim(2), features)), shape);
    return node("Add", List.of(y.name(), weights.bias(features)), shape);
  }

  private At attention(At x, long heads) {
    long features = x.dim(2);
    At query = heads(linear(x, features), heads, 0, 2, 1, 3);
    At key = heads(linear(x, features), heads, 0, 2, 3, 1);
    At value = heads(linear(x, features), heads, 0, 2, 1, 3);
    List<Long> square = List.of(1L, heads, x.dim(1), x.dim(1));
    At scores = node("MatMul", List.of(query.name(), key.name()), square);
    String root = number((float) Math.sqrt((double) features / heads));
    At scaled = node("Div", List.of(scores.name(), root), square);
    At shares = node("Softmax", List.of(scaled.name()), square, attribute("axis", -1L));
    At mixed = node("MatMul", List.of(shares.name(), value.name()), value.shape());
    return linear(reshape(transpose(mixed, 0, 2, 1, 3), x.dim(1), features), features);
  }

  private At heads(At x, long heads, int... order) {
    return transpose(reshape(x, x.dim(1), heads, x.dim(2) / heads), order);
  }

  /** To this shape, behind the batch. */
  private At reshape(At x, long... shape) {
    long[] all = new long[shape.length + 1];
    all[0] = 1;
    System.arraycopy(shape, 0, all, 1, shape.length);
    return node(
        "Reshape", List.of(x.name(), weights.longs(all)), Arrays.stream(all).boxed().toList());
  }

  private At transpose(At x, int... order) {
    List<Long> shape = Arrays.stream(order).mapToObj(x::dim).toList();
    List<Long> axes = Arrays.stream(order).mapToObj(Long::valueOf).toList();
    return node("Transpose", List.of(x.name()), shape, attribute("perm", axes));
  }

  private String number(float value) {
    return weights.constant(value);
  }

  private At node(String op, List<String> inputs, List<Long> shape, AttributeProto... attributes) {
    String name = op.toLowerCase(Locale.ROOT) + "_" + count++;
    builder.node(
        ModelBuilder.node(name, op, inputs, List.of(name))
            .addAllAttribute(List.of(attributes))
            .build());
    return new At(name, shape);
  }
}
