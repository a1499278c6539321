package org.scalpel.learn;

import java.util.List;

/**
 * A kernel's features as a network reads them: logarithms, because times are products of powers far
 * more than sums; the rest of channels in blocks of eight, which runtimes pad; the type, one number
 * for each; all with mean 0 and deviation 1 over the kernels that were learned from, and never
 * further out than those were by much.
 *
 * @param mean of each number
 * @param scale by which its distance from the mean is multiplied; 0 for one that never varied
 */
// Arrays: what the loops run over.
@SuppressWarnings({"ArrayRecordComponent", "EnumOrdinal"})
public record Encoder(double[] mean, double[] scale) {
  private static final Feature[] FEATURES = Feature.values();
  private static final KernelType[] TYPES = KernelType.values();
  private static final int DERIVED = 11;
  private static final int BLOCK = 8;

  /** Beyond so many deviations a network has learned nothing; the baseline goes on by itself. */
  private static final double FAR = 4;

  /** Checks. */
  public Encoder {
    int size = FEATURES.length + DERIVED + TYPES.length;
    if (mean.length != size || scale.length != size) {
      throw new LearnException(
          "an encoder of %d means and %d scales; expected %d of each"
              .formatted(mean.length, scale.length, size));
    }
    for (int i = 0; i < size; i++) {
      if (!Double.isFinite(mean[i]) || !(scale[i] >= 0 && Double.isFinite(scale[i]))) {
        throw new LearnException(
            "number %d of an encoder has mean %s and scale %s; expected finite ones"
                .formatted(i, mean[i], scale[i]));
      }
    }
  }

  /** Fitted to these kernels. */
  public static Encoder of(List<KernelFeatures> kernels) {
    int size = FEATURES.length + DERIVED + TYPES.length;
    double[] mean = new double[size];
    double[] square = new double[size];
    for (KernelFeatures kernel : kernels) {
      double[] raw = raw(kernel);
      for (int i = 0; i < size; i++) {
        mean[i] += raw[i] / kernels.size();
        square[i] += raw[i] * raw[i] / kernels.size();
      }
    }
    double[] scale = new double[size];
    for (int i = 0; i < size; i++) {
      double variance = square[i] - mean[i] * mean[i];
      // A type is there or not: rare ones must not become huge numbers.
      boolean type = i >= FEATURES.length + DERIVED;
      scale[i] = type ? 1 : variance < 1e-9 ? 0 : 1 / Math.sqrt(variance);
      mean[i] = type ? 0 : mean[i];
    }
    return new Encoder(mean, scale);
  }

  /** How many numbers a kernel becomes. */
  public int size() {
    return mean.length;
  }

  /** The numbers of one kernel. */
  public float[] encode(KernelFeatures kernel) {
    double[] raw = raw(kernel);
    float[] row = new float[raw.length];
    for (int i = 0; i < raw.length; i++) {
      double z = (raw[i] - mean[i]) * scale[i];
      row[i] = (float) Math.max(-FAR, Math.min(FAR, z));
    }
    return row;
  }

  /** The numbers of several, a row each. */
  public float[][] encode(List<KernelFeatures> kernels) {
    return kernels.stream().map(this::encode).toArray(float[][]::new);
  }

  private static double[] raw(KernelFeatures kernel) {
    double[] values = kernel.toArray();
    double[] raw = new double[values.length + DERIVED + TYPES.length];
    for (int i = 0; i < values.length; i++) {
      raw[i] = Math.log1p(values[i]);
    }
    int at = values.length;
    raw[at++] = padding(kernel.value(Feature.CHANNELS_IN));
    raw[at++] = padding(kernel.value(Feature.CHANNELS_OUT));
    raw[at++] = padding(kernel.value(Feature.MATRIX_COLUMNS));
    raw[at++] = padding(kernel.value(Feature.MATRIX_ROWS));
    raw[at++] = padding(kernel.value(Feature.WIDTH_OUT));
    raw[at++] = kernel.value(Feature.KERNEL_HEIGHT) == 1 ? 1 : 0;
    raw[at++] = kernel.value(Feature.KERNEL_HEIGHT) == 3 ? 1 : 0;
    raw[at++] = kernel.value(Feature.STRIDE_HEIGHT) > 1 ? 1 : 0;
    raw[at++] = Math.log1p(Roofline.bytes(kernel));
    raw[at++] = Math.log1p(kernel.value(Feature.CHANNELS_IN) / groups(kernel));
    // A factor for every channel is a small second input.
    raw[at++] =
        Math.log1p(kernel.value(Feature.INPUT_BYTES))
            - Math.log1p(kernel.value(Feature.OUTPUT_BYTES));
    raw[at + kernel.type().ordinal()] = 1;
    return raw;
  }

  private static double groups(KernelFeatures kernel) {
    return Math.max(1, kernel.value(Feature.GROUPS));
  }

  /** The logarithm of what whole blocks hold, by what there is. */
  private static double padding(double count) {
    return count < 1 ? 0 : Math.log(Math.ceil(count / BLOCK) * BLOCK / count);
  }
}
