package org.scalpel.lab;

import java.util.Map;
import java.util.Optional;

/**
 * What the paper on DADS (Hu et al., INFOCOM 2019) states and its bar charts show, ±0.1: latency
 * and throughput as multiples of Edge-Only, at 1.1 Mbit/s; and what follows for its machines.
 */
final class DadsPaper {
  /** The network at which the paper's figures by model were taken, as far as can be told. */
  static final double MBPS = 1.1;

  /** Time on the edge over time in the cloud that fits ResNet-18 over all four networks. */
  static final double EDGE_OVER_CLOUD = 9.3;

  private static final double TINY_YOLO_EDGE_S = 1.8;
  private static final double TINY_YOLO_CLOUD_S = 0.16;

  /** A scheme's gain over Edge-Only. */
  record Gains(double dads, double cloudOnly) {}

  private static final Map<String, Gains> LATENCY =
      Map.of(
          "nin", new Gains(3.8, 2.5),
          "tiny-yolov2", new Gains(1.91, 0.24),
          "vgg16", new Gains(4.5, 3.2),
          "alexnet", new Gains(6.45, 4.55),
          "resnet18", new Gains(4.14, 3.05));

  private static final Map<String, Gains> THROUGHPUT =
      Map.of(
          "nin", new Gains(4.3, 2.95),
          "tiny-yolov2", new Gains(4.34, 0.31),
          "vgg16", new Gains(6.5, 3.7),
          "alexnet", new Gains(8.1, 5.2),
          "resnet18", new Gains(9.14, 4.6));

  /** ResNet-18's latency by network, DADS over Edge-Only. */
  private static final Map<Double, Double> RESNET18 =
      Map.of(0.13, 1.46, 1.1, 4.14, 5.85, 7.23, 18.88, 8.32);

  /** Seconds of a whole run on the paper's machines. */
  record Seconds(double edge, double cloud) {}

  private DadsPaper() {}

  /** Whether the paper measures this model. */
  static boolean shows(String model) {
    return LATENCY.containsKey(model);
  }

  /** The gains that the paper shows for this model under light or heavy load. */
  static Optional<Gains> gains(String model, boolean heavy, double mbps) {
    if (mbps == MBPS) {
      return Optional.ofNullable((heavy ? THROUGHPUT : LATENCY).get(model));
    }
    boolean shown = !heavy && model.equals("resnet18");
    return Optional.ofNullable(shown ? RESNET18.get(mbps) : null)
        .map(dads -> new Gains(dads, Double.NaN));
  }

  /**
   * The times that its Cloud-Only bar implies if the input was of 32-bit numbers: with r the ratio
   * of edge and cloud, s the bar and u the upload, {@code edge = s · (edge / r + u)}. Those of tiny
   * YOLOv2 are read off a figure of their own.
   *
   * @param inputBytes as 32-bit numbers
   */
  static Optional<Seconds> seconds(String model, long inputBytes) {
    if (model.equals("tiny-yolov2")) {
      return Optional.of(new Seconds(TINY_YOLO_EDGE_S, TINY_YOLO_CLOUD_S));
    }
    return Optional.ofNullable(LATENCY.get(model))
        .map(
            bars -> {
              double upload = inputBytes * 8 / 1e6 / MBPS;
              double edge = bars.cloudOnly() * upload / (1 - bars.cloudOnly() / EDGE_OVER_CLOUD);
              return new Seconds(edge, edge / EDGE_OVER_CLOUD);
            });
  }
}
