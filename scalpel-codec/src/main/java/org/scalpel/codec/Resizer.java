package org.scalpel.codec;

import java.util.Arrays;

/**
 * Scaling with a triangle filter in integers, first along rows, then along columns.
 *
 * <p>Growing is bilinear interpolation. Shrinking by a factor s widens the filter to 2s source
 * pixels, so that every source pixel counts (antialiasing); this is what the imaging libraries of
 * the training world do, and a plain bilinear sample is not. Weights have 22 fraction bits and each
 * pass rounds to 8 bits: no floating-point sum, so every machine gives the same bytes.
 */
final class Resizer {
  private static final int FRACTION_BITS = 22;

  private Resizer() {}

  static Image resize(Image image, Fit fit) {
    Bounds.checkSize(fit.width(), fit.height());
    if (fit instanceof Fit.CenterCrop crop) {
      return centerCrop(image, crop);
    }
    if (fit instanceof Fit.Letterbox box) {
      return letterbox(image, box);
    }
    return scale(
        image,
        Axis.of(image.width(), fit.width(), 0, fit.width()),
        Axis.of(image.height(), fit.height(), 0, fit.height()));
  }

  private static Image centerCrop(Image image, Fit.CenterCrop crop) {
    int shorter = Math.min(image.width(), image.height());
    int width = scaled(image.width(), crop.shortSide(), shorter);
    int height = scaled(image.height(), crop.shortSide(), shorter);
    int left = (int) Math.rint((width - crop.width()) / 2.0);
    int top = (int) Math.rint((height - crop.height()) / 2.0);
    // Only what the crop keeps is computed.
    return scale(
        image,
        Axis.of(image.width(), width, left, crop.width()),
        Axis.of(image.height(), height, top, crop.height()));
  }

  private static Image letterbox(Image image, Fit.Letterbox box) {
    boolean wide = (long) image.width() * box.height() >= (long) image.height() * box.width();
    int width = wide ? box.width() : scaled(image.width(), box.height(), image.height());
    int height = wide ? scaled(image.height(), box.width(), image.width()) : box.height();
    Image inner =
        scale(
            image,
            Axis.of(image.width(), width, 0, width),
            Axis.of(image.height(), height, 0, height));
    byte[] rgb = new byte[3 * box.width() * box.height()];
    Arrays.fill(rgb, (byte) box.fill());
    int left = (box.width() - width) / 2;
    int top = (box.height() - height) / 2;
    for (int y = 0; y < height; y++) {
      System.arraycopy(
          inner.rgb(), 3 * y * width, rgb, 3 * ((top + y) * box.width() + left), 3 * width);
    }
    return new Image(box.width(), box.height(), rgb);
  }

  /** {@code side * to / from}, at least 1; a long side is bounded by the cap on any side. */
  private static int scaled(int side, int to, int from) {
    long result = Math.max(1, (long) side * to / from);
    if (result > Bounds.MAX_SIDE * 64L) {
      throw new CodecException(
          "picture with a side of %d pixels is too slim to scale its other side from %d to %d"
              .formatted(side, from, to));
    }
    return (int) result;
  }

  private static Image scale(Image image, Axis columns, Axis rows) {
    int firstRow = rows.from[0];
    int lastRow = firstRow;
    for (int y = 0; y < rows.from.length; y++) {
      firstRow = Math.min(firstRow, rows.from[y]);
      lastRow = Math.max(lastRow, rows.from[y] + rows.weights[y].length);
    }
    int width = columns.from.length;
    byte[] narrow = new byte[3 * width * (lastRow - firstRow)];
    for (int y = firstRow; y < lastRow; y++) {
      alongRow(image.rgb(), 3 * y * image.width(), columns, narrow, 3 * (y - firstRow) * width);
    }
    byte[] rgb = new byte[3 * width * rows.from.length];
    alongColumns(narrow, firstRow, rows, rgb, 3 * width);
    return new Image(width, rows.from.length, rgb);
  }

  private static void alongRow(byte[] source, int start, Axis columns, byte[] target, int at) {
    int out = at;
    for (int x = 0; x < columns.from.length; x++) {
      int red = 1 << (FRACTION_BITS - 1);
      int green = red;
      int blue = red;
      int in = start + 3 * columns.from[x];
      for (int weight : columns.weights[x]) {
        red += weight * (source[in] & 0xFF);
        green += weight * (source[in + 1] & 0xFF);
        blue += weight * (source[in + 2] & 0xFF);
        in += 3;
      }
      target[out] = clamp(red);
      target[out + 1] = clamp(green);
      target[out + 2] = clamp(blue);
      out += 3;
    }
  }

  private static void alongColumns(
      byte[] source, int firstRow, Axis rows, byte[] target, int stride) {
    int[] sums = new int[stride];
    for (int y = 0; y < rows.from.length; y++) {
      Arrays.fill(sums, 1 << (FRACTION_BITS - 1));
      int in = (rows.from[y] - firstRow) * stride;
      for (int weight : rows.weights[y]) {
        for (int i = 0; i < stride; i++) {
          sums[i] += weight * (source[in + i] & 0xFF);
        }
        in += stride;
      }
      for (int i = 0; i < stride; i++) {
        target[y * stride + i] = clamp(sums[i]);
      }
    }
  }

  private static byte clamp(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }

  /**
   * For each pixel of the result: the first source pixel that counts, and the weights from there.
   */
  private static final class Axis {
    private final int[] from;
    private final int[][] weights;

    private Axis(int[] from, int[][] weights) {
      this.from = from;
      this.weights = weights;
    }

    /** The result's pixels {@code first … first+count} of a side scaled to {@code scaled}. */
    static Axis of(int source, int scaled, int first, int count) {
      double step = (double) source / scaled;
      double reach = Math.max(1, step);
      int[] from = new int[count];
      int[][] weights = new int[count][];
      for (int i = 0; i < count; i++) {
        double center = (first + i + 0.5) * step;
        int low = Math.max(0, (int) (center - reach + 0.5));
        int high = Math.min(source, (int) (center + reach + 0.5));
        from[i] = low;
        weights[i] = triangle(center, reach, low, Math.max(low + 1, high));
      }
      return new Axis(from, weights);
    }

    private static int[] triangle(double center, double reach, int low, int high) {
      double[] exact = new double[high - low];
      double sum = 0;
      for (int i = 0; i < exact.length; i++) {
        exact[i] = Math.max(0, 1 - Math.abs((low + i - center + 0.5) / reach));
        sum += exact[i];
      }
      int[] rounded = new int[exact.length];
      for (int i = 0; i < exact.length; i++) {
        rounded[i] = (int) Math.floor(0.5 + exact[i] / sum * (1 << FRACTION_BITS));
      }
      return rounded;
    }
  }
}
