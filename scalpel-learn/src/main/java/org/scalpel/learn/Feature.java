package org.scalpel.learn;

import java.util.Locale;

/**
 * The figures that describe a kernel. Shapes are those of the <em>main</em> layer (the one that
 * gives the kernel its type): of its first computed input and its first output.
 */
public enum Feature {
  /** First dimension of the main input. */
  BATCH,
  /** Channels of the main input: the second dimension of pictures, else the last. */
  CHANNELS_IN,
  /** Channels of the main output. */
  CHANNELS_OUT,
  /** Rows of the input picture; steps of a sequence. */
  HEIGHT_IN,
  /** Columns of the input picture. */
  WIDTH_IN,
  /** Rows of the output picture. */
  HEIGHT_OUT,
  /** Columns of the output picture. */
  WIDTH_OUT,
  /** Rows of the window. */
  KERNEL_HEIGHT,
  /** Columns of the window. */
  KERNEL_WIDTH,
  /** Step of the window, rows. */
  STRIDE_HEIGHT,
  /** Step of the window, columns. */
  STRIDE_WIDTH,
  /** The larger dilation of the window. */
  DILATION,
  /** Groups of channels. */
  GROUPS,
  /** Sum of the padding on all sides. */
  PADS,
  /** 1 for a transposed convolution, a global pool, a Transpose of the last axis; else 0. */
  VARIANT,
  /** Rows of one product. */
  MATRIX_ROWS,
  /** Columns of one product. */
  MATRIX_COLUMNS,
  /** The dimension that a product sums over. */
  MATRIX_INNER,
  /** How many products. */
  MATRIX_BATCH,
  /** Length of the axis that is normalised, reduced, joined or cut. */
  AXIS_LENGTH,
  /** Elements behind that axis that lie together in memory. */
  INNER_ELEMENTS,
  /** Dimensions of the main input. */
  RANK,
  /** Different computed tensors that the kernel reads from outside. */
  INPUTS,
  /** Tensors that others read of it. */
  OUTPUTS,
  /** Multiply-accumulate operations. */
  MACS,
  /** Bytes of computed tensors read. */
  INPUT_BYTES,
  /** Bytes of weights read. */
  WEIGHT_BYTES,
  /** Bytes of tensors handed on. */
  OUTPUT_BYTES,
  /** Two operations per MAC, by the bytes of inputs, weights and outputs. */
  INTENSITY,
  /** Elements of the main input. */
  INPUT_ELEMENTS,
  /** Elements of the main output. */
  OUTPUT_ELEMENTS,
  /** Bytes of one element of the main input. */
  ELEMENT_BYTES,
  /** Bytes of one element of the main output. */
  OUTPUT_ELEMENT_BYTES,
  /**
   * Bytes read from kernels that hand on ordinary layouts, where this kernel is of the kind that
   * the runtime likes to keep on blocked channels: it may have to reorder them.
   */
  PLAIN_INPUT_BYTES,
  /**
   * Bytes read from kernels that may hand on blocked channels, where this kernel needs the ordinary
   * layout.
   */
  BLOCKED_INPUT_BYTES,
  /** Bytes handed on to kernels that need the ordinary layout, where this one may block. */
  PLAIN_OUTPUT_BYTES,
  /** Layers in the kernel. */
  LAYERS,
  /** Layers that are convolutions. */
  CONV_LAYERS,
  /** Layers that are products. */
  PRODUCT_LAYERS,
  /** Activations of a comparison or two: Relu, Clip, LeakyRelu. */
  CHEAP_ACTIVATIONS,
  /** Activations of a function: Sigmoid, Tanh, Erf, Exp, … */
  COSTLY_ACTIVATIONS,
  /** Sums, products and the like of two tensors. */
  BINARY_LAYERS,
  /** Normalisations and softmaxes. */
  NORM_LAYERS,
  /** Reductions and pools. */
  REDUCE_LAYERS,
  /** Layers that only change shapes. */
  SHAPE_LAYERS,
  /** Layers that move elements: Transpose, Concat, Split, Slice, Gather, Pad, Expand. */
  MOVE_LAYERS,
  /** Quantisations and dequantisations of computed tensors. */
  QUANTISE_LAYERS,
  /** Heads of a fused attention; directions of a recurrent layer. */
  HEADS,
  /** Elements that all layers of the kernel make together. */
  INNER_OUTPUT_ELEMENTS;

  /** Its place in a vector of features. */
  @SuppressWarnings("EnumOrdinal") // the order of the constants is that of the vector
  public int index() {
    return ordinal();
  }

  /** The name in files: {@code kernel_height}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
