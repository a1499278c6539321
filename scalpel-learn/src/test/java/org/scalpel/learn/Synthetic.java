package org.scalpel.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A made-up machine: its kernels take what their work takes at the machine's rates, less well the
 * fewer channels there are, and a little noise. The kernels of a data set are the same on every
 * machine.
 *
 * @param name of the platform
 * @param macs in 10^6 per ms
 * @param bytes in 10^6 per ms
 * @param fixedMs what any kernel takes
 * @param bend how much worse few channels are used
 */
@SuppressWarnings("EnumOrdinal")
record Synthetic(String name, double macs, double bytes, double fixedMs, double bend) {
  static final Synthetic DESK = new Synthetic("desk", 20, 8, 0.004, 0.3);
  static final Synthetic PHONE = new Synthetic("phone", 4, 3, 0.012, 0.6);
  static final Synthetic OLD = new Synthetic("old", 1.5, 0.8, 0.03, 0.4);

  /** A machine like none of the others. */
  static final Synthetic BOARD = new Synthetic("board", 0.6, 1.1, 0.05, 0.8);

  private static final List<KernelType> TYPES =
      List.of(KernelType.CONV, KernelType.DEPTHWISE_CONV, KernelType.GEMM, KernelType.POOL);

  Platform platform() {
    return new Platform(name, "made up", "none", 1, "all", Map.of());
  }

  Dataset data(int architectures, int kernels, double noise) {
    List<KernelSample> samples = new ArrayList<>();
    Random wobble = new Random(name.hashCode());
    for (int a = 0; a < architectures; a++) {
      // Architectures differ in size, so that one that is kept apart is not like the others.
      Random random = new Random(a);
      double size = 0.5 + 1.5 * random.nextDouble();
      for (int k = 0; k < kernels; k++) {
        KernelFeatures features = features(random, size);
        double ms = ms(features) * Math.exp(noise * wobble.nextGaussian());
        samples.add(
            new KernelSample(
                "net" + a + "/" + k, "net" + a, features, new Timing(ms, 0.02 * ms, 30)));
      }
    }
    return new Dataset(platform(), samples, List.of());
  }

  private static KernelFeatures features(Random random, double size) {
    KernelType type = TYPES.get(random.nextInt(TYPES.size()));
    double in = Math.rint(size * Math.exp(2 + 3 * random.nextDouble()));
    double out = Math.rint(size * Math.exp(2 + 3 * random.nextDouble()));
    double side = Math.rint(4 + 60 * random.nextDouble());
    return kernel(type, in, type == KernelType.CONV ? out : in, side);
  }

  /** A kernel of so many channels over a square of that side. */
  static KernelFeatures kernel(KernelType type, double in, double out, double side) {
    double[] values = new double[KernelFeatures.names().size()];
    double window = type == KernelType.GEMM ? 1 : 9;
    double area = type == KernelType.GEMM ? 1 : side * side;
    boolean dense = type == KernelType.CONV || type == KernelType.GEMM;
    double weights = type == KernelType.POOL ? 0 : (dense ? in * out : in) * window;
    set(values, Feature.CHANNELS_IN, in);
    set(values, Feature.CHANNELS_OUT, out);
    set(values, Feature.HEIGHT_IN, side);
    set(values, Feature.WIDTH_IN, side);
    set(values, Feature.KERNEL_HEIGHT, Math.sqrt(window));
    set(values, Feature.MACS, type == KernelType.POOL ? 0 : weights * area);
    set(values, Feature.INPUT_BYTES, 4 * in * area);
    set(values, Feature.OUTPUT_BYTES, 4 * out * area);
    set(values, Feature.WEIGHT_BYTES, 4 * weights);
    set(values, Feature.INNER_OUTPUT_ELEMENTS, out * area);
    return KernelFeatures.of(type, values);
  }

  private static void set(double[] values, Feature feature, double value) {
    values[feature.ordinal()] = value;
  }

  double ms(KernelFeatures kernel) {
    double use = Math.pow(1 + 30 / (1 + kernel.value(Feature.CHANNELS_IN)), bend);
    double compute = kernel.value(Feature.MACS) / 1e6 / macs * use;
    double memory = Roofline.bytes(kernel) / 1e6 / bytes;
    return fixedMs + Math.hypot(compute, memory);
  }

  /** The mean of |prediction − truth| / truth on other architectures. */
  double error(Predictor.PlatformPredictor predictor, int from, int architectures) {
    List<KernelFeatures> kernels = new ArrayList<>();
    for (int a = from; a < from + architectures; a++) {
      Random random = new Random(a);
      double size = 0.5 + 1.5 * random.nextDouble();
      for (int k = 0; k < 60; k++) {
        kernels.add(features(random, size));
      }
    }
    List<Prediction> predictions = predictor.predict(kernels);
    double sum = 0;
    for (int k = 0; k < kernels.size(); k++) {
      double truth = ms(kernels.get(k));
      sum += Math.abs(predictions.get(k).meanMs() - truth) / truth;
    }
    return sum / kernels.size();
  }
}
