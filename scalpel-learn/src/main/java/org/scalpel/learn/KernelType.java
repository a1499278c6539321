package org.scalpel.learn;

import java.util.Arrays;
import java.util.Locale;

/** What a kernel mainly does: the operator that decides what it costs. */
public enum KernelType {
  /** A convolution over all channels, with whatever the runtime fuses into it. */
  CONV,
  /** A convolution in groups of more than one channel. */
  GROUPED_CONV,
  /** A convolution of every channel by itself. */
  DEPTHWISE_CONV,
  /** A product with a stored matrix. */
  GEMM,
  /** A product of two computed tensors. */
  MATMUL,
  /** Products and a softmax in one fused operator. */
  ATTENTION,
  /** Maxima or averages over windows or over whole channels. */
  POOL,
  /** Sums, means, maxima along axes. */
  REDUCE,
  /** Normalisation by stored means: a factor and a summand for every channel. */
  BATCH_NORM,
  /** Layer, group and instance normalisation: by the means of what is normalised. */
  LAYER_NORM,
  /** Layer normalisation of a sum, which runtimes have a quicker operator for. */
  SUM_NORM,
  /** Normalisation by neighbouring channels (LRN). */
  LOCAL_NORM,
  /** Exponentials that sum to one. */
  SOFTMAX,
  /** A function of every element. */
  ACTIVATION,
  /** A function of elements of two or more tensors. */
  ELEMENTWISE,
  /** Tensors joined. */
  CONCAT,
  /** Tensors cut: split, slice. */
  SPLIT,
  /** Axes permuted, or a shape changed by itself. */
  TRANSPOSE,
  /** Pictures enlarged or made smaller. */
  RESIZE,
  /** Rows of a table picked, an embedding among others. */
  GATHER,
  /** A convolution of eight-bit numbers. */
  QUANTISED_CONV,
  /** A product of eight-bit matrices. */
  QUANTISED_MATMUL,
  /** Numbers to eight bits and back. */
  QUANTISE,
  /** Steps that follow each other: LSTM, GRU. */
  RECURRENT,
  /**
   * An addition or an activation right behind a convolution that nobody else reads: where its level
   * allows, the runtime computes it inside the convolution, and it takes no time of its own.
   */
  FUSIBLE,
  /** Anything else. */
  OTHER;

  /** The name in files: {@code depthwise-conv}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The type of that name.
   *
   * @throws LearnException there is none
   */
  public static KernelType of(String label) {
    return Arrays.stream(values())
        .filter(type -> type.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new LearnException(
                    "kernel type '"
                        + label
                        + "'; expected one of "
                        + Arrays.stream(values()).map(KernelType::label).toList()));
  }
}
