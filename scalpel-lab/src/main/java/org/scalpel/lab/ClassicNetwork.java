package org.scalpel.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.AttributeProto;

/**
 * The networks that papers on partitioning measure, layer by layer, as they are deployed: AlexNet
 * (in the form of Krizhevsky 2014, without local response normalisation), VGG-16, and ResNet-18
 * with its batch normalisations folded into the convolutions. Weights are made up: latency does not
 * depend on them.
 *
 * <p>A weight is a formula that the runtime evaluates once, when it opens the model, so that half a
 * gigabyte of weights is a file of some kilobytes. With random u by output and v by input
 *
 * <pre>
 *   convolution   w[o, i] = 2 / √fan-in · sin(u[o] · v[i])
 *   dense         w[o, i] = u[o] · v[i]
 * </pre>
 *
 * The first is as good as random, and leaves the tensors between layers as little compressible as
 * real ones are; the second is quick to evaluate a hundred million times. Both keep values at their
 * size from layer to layer.
 */
final class ClassicNetwork {
  private static final int SIDE = 224;
  private static final int CLASSES = 1000;
  private static final double STEEPEST = 900;
  private static final double FLATTEST = 100;
  private static final double BIAS = 0.01;

  private final ModelBuilder builder = ModelBuilder.opset(17);
  private final Random random;
  private String at = "picture";
  private long channels = 3;
  private long side = SIDE;
  private int count;

  private ClassicNetwork(long seed) {
    random = new Random(seed);
    builder.input(at, TensorFact.of(ElementType.FLOAT32, 1, channels, side, side));
  }

  static OnnxModel alexNet(long seed) {
    ClassicNetwork net = new ClassicNetwork(seed);
    net.conv(64, 11, 4, 2).pool(3, 2, 0).conv(192, 5, 1, 2).pool(3, 2, 0);
    net.conv(384, 3, 1, 1).conv(256, 3, 1, 1).conv(256, 3, 1, 1).pool(3, 2, 0);
    return net.flat().dense(4096).relu().dense(4096).relu().dense(CLASSES).build();
  }

  static OnnxModel vgg16(long seed) {
    ClassicNetwork net = new ClassicNetwork(seed);
    int[] depths = {2, 2, 3, 3, 3};
    long[] widths = {64, 128, 256, 512, 512};
    for (int block = 0; block < depths.length; block++) {
      for (int layer = 0; layer < depths[block]; layer++) {
        net.conv(widths[block], 3, 1, 1);
      }
      net.pool(2, 2, 0);
    }
    return net.flat().dense(4096).relu().dense(4096).relu().dense(CLASSES).build();
  }

  static OnnxModel resNet18(long seed) {
    ClassicNetwork net = new ClassicNetwork(seed);
    net.conv(64, 7, 2, 3).pool(3, 2, 1).residual(64, 1).residual(64, 1);
    for (long width : new long[] {128, 256, 512}) {
      net.residual(width, 2).residual(width, 1);
    }
    return net.mean().flat().dense(CLASSES).build();
  }

  private ClassicNetwork conv(long width, long window, long stride, long pad) {
    return plainConv(width, window, stride, pad).relu();
  }

  private ClassicNetwork plainConv(long width, long window, long stride, long pad) {
    List<String> inputs = List.of(at, waves(width, window), bias(width));
    channels = width;
    side = (side + 2 * pad - window) / stride + 1;
    return node("Conv", inputs, windowed(window, stride, pad));
  }

  private ClassicNetwork pool(long window, long stride, long pad) {
    side = (side + 2 * pad - window) / stride + 1;
    return node("MaxPool", List.of(at), windowed(window, stride, pad));
  }

  private static AttributeProto[] windowed(long window, long stride, long pad) {
    return new AttributeProto[] {
      ModelBuilder.attribute("kernel_shape", List.of(window, window)),
      ModelBuilder.attribute("strides", List.of(stride, stride)),
      ModelBuilder.attribute("pads", List.of(pad, pad, pad, pad))
    };
  }

  /** Two convolutions beside a way around them, which is a convolution where the size changes. */
  private ClassicNetwork residual(long width, long stride) {
    String before = at;
    long channelsBefore = channels;
    long sideBefore = side;
    plainConv(width, 3, stride, 1).relu().plainConv(width, 3, 1, 1);
    String through = at;
    at = before;
    if (stride > 1) {
      channels = channelsBefore;
      side = sideBefore;
      plainConv(width, 1, stride, 0);
    }
    return node("Add", List.of(through, at)).relu();
  }

  private ClassicNetwork relu() {
    return node("Relu", List.of(at));
  }

  private ClassicNetwork mean() {
    side = 1;
    return node("GlobalAveragePool", List.of(at));
  }

  private ClassicNetwork flat() {
    channels *= side * side;
    return node("Flatten", List.of(at));
  }

  private ClassicNetwork dense(long width) {
    List<String> inputs = List.of(at, products(width), bias(width));
    channels = width;
    return node("Gemm", inputs, ModelBuilder.attribute("transB", 1L));
  }

  private OnnxModel build() {
    return builder.output(at, TensorFact.of(ElementType.FLOAT32, 1, channels)).build();
  }

  private ClassicNetwork node(String op, List<String> inputs, AttributeProto... attributes) {
    at = fresh(op);
    builder.node(
        ModelBuilder.node(at, op, inputs, List.of(at))
            .addAllAttribute(List.of(attributes))
            .build());
    return this;
  }

  private String fresh(String what) {
    return what.toLowerCase(Locale.ROOT) + "_" + count++;
  }

  private String waves(long width, long window) {
    double fan = channels * window * window;
    String outputs = drawn(new long[] {width, 1, 1, 1}, FLATTEST, STEEPEST);
    String inputs = drawn(new long[] {1, channels, window, window}, -1, 1);
    // A sine's variance is one half.
    String scale = constant((float) (2 / Math.sqrt(fan)));
    return formula("Mul", formula("Sin", formula("Mul", outputs, inputs)), scale);
  }

  private String products(long width) {
    // Evenly drawn from -1 to 1 the variance is a third, of either factor.
    double most = Math.sqrt(18.0 / channels);
    String outputs = drawn(new long[] {width, 1}, -most, most);
    return formula("Mul", outputs, drawn(new long[] {1, channels}, -1, 1));
  }

  private String bias(long width) {
    return drawn(new long[] {width}, -BIAS, BIAS);
  }

  private String formula(String op, String... inputs) {
    String name = fresh("w_" + op);
    builder.node(ModelBuilder.node(name, op, List.of(inputs), List.of(name)).build());
    return name;
  }

  private String constant(float value) {
    String name = fresh("w");
    builder.initializer(name, TensorData.ofFloats(new float[] {value}));
    return name;
  }

  private String drawn(long[] shape, double low, double high) {
    float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (x, y) -> x * y))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
    String name = fresh("w");
    builder.initializer(name, TensorData.ofFloats(values, shape));
    return name;
  }
}
