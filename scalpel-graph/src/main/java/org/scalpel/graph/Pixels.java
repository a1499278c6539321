package org.scalpel.graph;

import java.util.List;

/**
 * How a model wants the values of a picture: {@code (pixel · scale − mean) / deviation}, per
 * channel.
 *
 * @param order of the channels
 * @param layout of the tensor
 * @param scale applied to the 0…255 of a pixel, for example 1/255
 * @param mean one number for all channels, or one per channel in the model's order
 * @param deviation likewise; not 0
 */
public record Pixels(
    Order order, Layout layout, double scale, List<Double> mean, List<Double> deviation) {

  /** Which channels, in which order. */
  public enum Order {
    RGB,
    BGR,
    /** One channel: the luminance 0.299 R + 0.587 G + 0.114 B. */
    GRAY
  }

  /** Channels before or after the pixels. */
  public enum Layout {
    NCHW,
    NHWC
  }

  /** Checks and copies. */
  public Pixels {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    check("mean", mean, order);
    check("deviation", deviation, order);
    if (!Double.isFinite(scale) || scale == 0) {
      throw new ModelException(
          "scale " + scale + " of the pixels; expected a finite number, not 0");
    }
    if (deviation.contains(0.0) || deviation.contains(-0.0)) {
      throw new ModelException("deviation " + deviation + " of the pixels; expected no 0");
    }
  }

  /** Pixels as they are. */
  public static Pixels raw(Order order, Layout layout) {
    return new Pixels(order, layout, 1, List.of(0.0), List.of(1.0));
  }

  /** The statistics of ImageNet as torchvision uses them: RGB, channels first. */
  public static Pixels imageNet() {
    return new Pixels(
        Order.RGB,
        Layout.NCHW,
        1 / 255.0,
        List.of(0.485, 0.456, 0.406),
        List.of(0.229, 0.224, 0.225));
  }

  int channels() {
    return order == Order.GRAY ? 1 : 3;
  }

  /** The factor of every channel when all is written as {@code pixel · factor + offset}. */
  float[] factors() {
    float[] factors = new float[channels()];
    for (int c = 0; c < factors.length; c++) {
      factors[c] = (float) (scale / at(deviation, c));
    }
    return factors;
  }

  float[] offsets() {
    float[] offsets = new float[channels()];
    for (int c = 0; c < offsets.length; c++) {
      offsets[c] = (float) (0 - at(mean, c) / at(deviation, c));
    }
    return offsets;
  }

  private static double at(List<Double> values, int channel) {
    return values.get(values.size() == 1 ? 0 : channel);
  }

  private static void check(String what, List<Double> values, Order order) {
    int channels = order == Order.GRAY ? 1 : 3;
    if (values.size() != 1 && values.size() != channels) {
      throw new ModelException(
          what
              + " "
              + values
              + " of the pixels; expected 1 number or "
              + channels
              + " ("
              + order
              + ")");
    }
    if (!values.stream().allMatch(Double::isFinite)) {
      throw new ModelException(what + " " + values + " of the pixels; expected finite numbers");
    }
  }
}
