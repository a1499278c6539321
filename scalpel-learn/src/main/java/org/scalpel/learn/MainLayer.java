package org.scalpel.learn;

import static org.scalpel.learn.Feature.*;

import java.util.List;
import java.util.Optional;
import org.scalpel.graph.KnownShapes;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.NodeProto;

/** The features that describe the layer that gives a kernel its type. */
final class MainLayer {
  private final NodeProto node;
  private final KnownShapes shapes;
  private final double[] values;
  private final long[] in;
  private final long[] out;

  private MainLayer(NodeProto node, String data, KnownShapes shapes, double[] values) {
    this.node = node;
    this.shapes = shapes;
    this.values = values;
    this.in = shape(data);
    this.out = shape(node.getOutputCount() == 0 ? "" : node.getOutput(0));
  }

  /**
   * Writes the features of a layer.
   *
   * @param data the first computed tensor that it reads, or an empty name
   */
  static void describe(
      NodeProto node, String data, Role role, KnownShapes shapes, double[] values) {
    new MainLayer(node, data, shapes, values).describe(role);
  }

  private void describe(Role role) {
    common();
    switch (role) {
      case CONV -> convolution();
      case POOL -> pool();
      case PRODUCT -> product();
      case ATTENTION -> attention();
      case RECURRENT -> recurrent();
      case NORM -> axis(normAxis());
      case CONCAT -> axis(Attributes.integer(node, "axis", 1), out);
      case GATHER -> axis(Attributes.integer(node, "axis", 0), weights(0));
      case SPLIT, REDUCE -> axis(changedAxis());
      case TRANSPOSE -> transpose();
      case RESIZE ->
          set(VARIANT, Attributes.text(node, "mode", "nearest").equals("nearest") ? 0 : 1);
      case BINARY, COSTLY, CHEAP, QUANTISE, OTHER, SHAPE -> {}
    }
  }

  private void common() {
    set(RANK, in.length);
    set(BATCH, in.length > 1 ? in[0] : 1);
    set(INPUT_ELEMENTS, product(in, 0));
    set(OUTPUT_ELEMENTS, product(out, 0));
    boolean picture = in.length >= 3 && in.length <= 5 && out.length == in.length;
    if (picture) {
      set(CHANNELS_IN, in[1]);
      set(HEIGHT_IN, in.length == 3 ? 1 : in[in.length - 2]);
      set(WIDTH_IN, in[in.length - 1]);
      set(CHANNELS_OUT, out[1]);
      set(HEIGHT_OUT, out.length == 3 ? 1 : out[out.length - 2]);
      set(WIDTH_OUT, out[out.length - 1]);
    } else {
      set(CHANNELS_IN, last(in));
      set(CHANNELS_OUT, last(out));
    }
  }

  private void convolution() {
    boolean transposed = node.getOpType().equals("ConvTranspose");
    long[] filter = weights(node.getOpType().equals("QLinearConv") ? 3 : 1);
    long groups = Math.max(1, Attributes.integer(node, "group", 1));
    if (filter.length < 3 || in.length < 3 || out.length < 3) {
      return;
    }
    set(VARIANT, transposed ? 1 : 0);
    set(GROUPS, groups);
    set(KERNEL_HEIGHT, filter.length == 3 ? 1 : filter[filter.length - 2]);
    set(KERNEL_WIDTH, filter[filter.length - 1]);
    window();
    double window = product(filter, 2);
    set(MATRIX_ROWS, (double) out[1] / groups);
    set(MATRIX_COLUMNS, product(out, 2));
    set(MATRIX_INNER, (double) in[1] / groups * window);
    set(MATRIX_BATCH, (double) in[0] * groups);
  }

  private void window() {
    List<Long> strides = Attributes.integers(node, "strides");
    set(STRIDE_HEIGHT, strides.size() < 2 ? 1 : strides.get(strides.size() - 2));
    set(STRIDE_WIDTH, strides.isEmpty() ? 1 : strides.get(strides.size() - 1));
    List<Long> dilations = Attributes.integers(node, "dilations");
    set(DILATION, dilations.stream().mapToLong(Long::longValue).max().orElse(1));
    List<Long> pads = Attributes.integers(node, "pads");
    set(PADS, pads.stream().mapToLong(Long::longValue).sum());
  }

  private void pool() {
    boolean global = node.getOpType().contains("Global");
    List<Long> kernel = Attributes.integers(node, "kernel_shape");
    set(VARIANT, global ? 1 : 0);
    if (global && in.length >= 3) {
      set(KERNEL_HEIGHT, in.length == 3 ? 1 : in[in.length - 2]);
      set(KERNEL_WIDTH, in[in.length - 1]);
    } else if (!kernel.isEmpty()) {
      set(KERNEL_HEIGHT, kernel.size() < 2 ? 1 : kernel.get(kernel.size() - 2));
      set(KERNEL_WIDTH, kernel.get(kernel.size() - 1));
    }
    window();
  }

  private void product() {
    if (out.length == 0 || in.length == 0) {
      return;
    }
    boolean gemm = node.getOpType().contains("Gemm");
    double rows = out.length < 2 ? 1 : out[out.length - 2];
    double columns = last(out);
    double inner = last(in);
    if (gemm && Attributes.integer(node, "transA", 0) != 0) {
      inner = in[0];
    }
    double batch = product(out, 0) / Math.max(1, rows * columns);
    boolean stored = node.getInputCount() > 1 && weights(1).length == 2;
    set(MATRIX_ROWS, stored ? rows * batch : rows);
    set(MATRIX_COLUMNS, columns);
    set(MATRIX_INNER, inner);
    set(MATRIX_BATCH, stored ? 1 : batch);
    set(VARIANT, Attributes.integer(node, "transB", 0) != 0 ? 1 : 0);
    set(HEADS, Attributes.integer(node, "num_heads", in.length == 4 ? in[1] : 0));
    set(HEIGHT_IN, in.length > 2 ? in[in.length - 2] : 1);
  }

  /** Of [batch, steps, features]: products of steps by steps, for every head. */
  private void attention() {
    double heads = Math.max(1, Attributes.integer(node, "num_heads", 1));
    if (in.length != 3) {
      return;
    }
    set(HEADS, heads);
    set(HEIGHT_IN, in[1]);
    set(MATRIX_ROWS, in[1]);
    set(MATRIX_COLUMNS, in[1]);
    set(MATRIX_INNER, last(out) / heads);
    set(MATRIX_BATCH, in[0] * heads);
    set(MACS, 2 * product(in, 0) / in[2] * in[1] * last(out));
  }

  private void recurrent() {
    long[] repeated = weights(2);
    if (in.length != 3 || repeated.length != 3) {
      return;
    }
    set(HEIGHT_IN, in[0]);
    set(BATCH, in[1]);
    set(CHANNELS_IN, in[2]);
    set(CHANNELS_OUT, repeated[2]);
    set(HEADS, repeated[0]);
    set(MATRIX_ROWS, in[1]);
    set(MATRIX_COLUMNS, repeated[1]);
    set(MATRIX_INNER, repeated[2]);
    set(MATRIX_BATCH, (double) in[0] * repeated[0]);
  }

  private long normAxis() {
    return switch (node.getOpType()) {
      case "BatchNormalization", "InstanceNormalization", "LRN", "GroupNormalization" -> 1;
      default -> Attributes.integer(node, "axis", -1);
    };
  }

  /** The last axis on which input and output differ, or the last. */
  private long changedAxis() {
    for (int axis = Math.min(in.length, out.length) - 1; axis >= 0; axis--) {
      if (in[axis] != out[axis]) {
        return axis;
      }
    }
    return -1;
  }

  private void axis(long axis) {
    axis(axis, in);
  }

  private void axis(long axis, long[] shape) {
    long positive = axis < 0 ? axis + shape.length : axis;
    if (positive >= 0 && positive < shape.length) {
      set(AXIS_LENGTH, shape[(int) positive]);
      set(INNER_ELEMENTS, product(shape, (int) positive + 1));
    }
  }

  /** Trailing axes that stay where they are move as one piece. */
  private void transpose() {
    List<Long> order = Attributes.integers(node, "perm");
    int fixed = in.length;
    while (fixed > 0 && order.size() == in.length && order.get(fixed - 1) == fixed - 1) {
      fixed--;
    }
    set(INNER_ELEMENTS, product(in, fixed));
    set(VARIANT, fixed == in.length ? 1 : 0);
  }

  private void set(Feature feature, double value) {
    values[feature.index()] = value;
  }

  private long[] weights(int index) {
    if (index >= node.getInputCount()) {
      return new long[0];
    }
    return shapes.weights(node.getInput(index)).map(TensorFact::dims).orElse(new long[0]);
  }

  private long[] shape(String tensor) {
    Optional<TensorFact> fact = tensor.isEmpty() ? Optional.empty() : shapes.fact(tensor);
    return fact.map(TensorFact::dims).orElse(new long[0]);
  }

  private static double product(long[] shape, int from) {
    double product = shape.length == 0 ? 0 : 1;
    for (int i = from; i < shape.length; i++) {
      product *= shape[i];
    }
    return product;
  }

  private static double last(long[] shape) {
    return shape.length == 0 ? 0 : shape[shape.length - 1];
  }
}
