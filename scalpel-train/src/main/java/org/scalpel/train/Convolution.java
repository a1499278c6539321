package org.scalpel.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import java.util.List;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.TensorData;

/**
 * A convolution with batch normalisation behind it, which is folded into its weights when it is
 * written, and perhaps a rectifier.
 *
 * @param input what it reads
 * @param to what it makes
 * @param kernel side of its square kernel, odd; the border is filled so that sides stay as they are
 * @param stride in both directions
 * @param groups of channels that do not mix
 * @param relu whether a rectifier follows
 */
record Convolution(Value input, Value to, int kernel, int stride, int groups, boolean relu)
    implements Step {
  private static final float EPSILON = 1e-5f;
  private static final float MOMENTUM = 0.9f;

  @Override
  public List<Value> from() {
    return List.of(input);
  }

  @Override
  public List<Learned> learned() {
    int out = to.channels();
    return List.of(
        Learned.of(
            name("weight"), Learned.Kind.WEIGHT, out, input.channels() / groups, kernel, kernel),
        Learned.of(name("scale"), Learned.Kind.SCALE, out),
        Learned.of(name("shift"), Learned.Kind.SHIFT, out),
        Learned.of(name("mean"), Learned.Kind.MEAN, out),
        Learned.of(name("variance"), Learned.Kind.VARIANCE, out));
  }

  private String name(String part) {
    return to.name() + "/" + part;
  }

  @Override
  public long macs() {
    long each = (long) input.channels() / groups * kernel * kernel;
    return each * to.channels() * to.side() * to.side();
  }

  @Override
  public NDArray run(NDList inputs, Weights weights, boolean training) {
    NDArray made =
        Conv2d.conv2d(
                inputs.singletonOrThrow(),
                weights.get(name("weight")),
                null,
                new Shape(stride, stride),
                new Shape(kernel / 2, kernel / 2),
                new Shape(1, 1),
                groups)
            .singletonOrThrow();
    NDArray normal =
        BatchNorm.batchNorm(
                made,
                weights.get(name("mean")),
                weights.get(name("variance")),
                weights.get(name("scale")),
                weights.get(name("shift")),
                1,
                MOMENTUM,
                EPSILON,
                training)
            .singletonOrThrow();
    return relu ? Activation.relu(normal) : normal;
  }

  @Override
  public void write(ModelBuilder model, Weights weights) {
    float[] kernels = weights.floats(name("weight"));
    float[] bias = weights.floats(name("shift"));
    float[] scale = weights.floats(name("scale"));
    float[] mean = weights.floats(name("mean"));
    float[] variance = weights.floats(name("variance"));
    int each = kernels.length / bias.length;
    for (int out = 0; out < bias.length; out++) {
      double factor = scale[out] / Math.sqrt((double) variance[out] + EPSILON);
      bias[out] = (float) (bias[out] - mean[out] * factor);
      for (int at = out * each; at < (out + 1) * each; at++) {
        kernels[at] = (float) (kernels[at] * factor);
      }
    }
    long[] dims = {to.channels(), input.channels() / groups, kernel, kernel};
    model.initializer(name("weight"), TensorData.ofFloats(kernels, dims));
    model.initializer(name("bias"), TensorData.ofFloats(bias, bias.length));
    String made = relu ? name("conv") : to.name();
    long border = kernel / 2;
    model.node(
        ModelBuilder.node(
                name("conv"),
                "Conv",
                List.of(input.name(), name("weight"), name("bias")),
                List.of(made))
            .addAttribute(ModelBuilder.attribute("kernel_shape", both(kernel)))
            .addAttribute(ModelBuilder.attribute("strides", both(stride)))
            .addAttribute(ModelBuilder.attribute("pads", List.of(border, border, border, border)))
            .addAttribute(ModelBuilder.attribute("group", (long) groups))
            .build());
    if (relu) {
      model.node(
          ModelBuilder.node(name("relu"), "Relu", List.of(made), List.of(to.name())).build());
    }
  }

  private static List<Long> both(long number) {
    return List.of(number, number);
  }
}
