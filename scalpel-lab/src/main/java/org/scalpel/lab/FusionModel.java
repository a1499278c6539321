package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.graph.OnnxModel;

/**
 * A generated network that reads four sensors at once: two cameras, depth, thermal. Each has a
 * tower of convolutions of its own; their features are joined and classified. The branches are
 * private, so one can compute while the next is on its way: what overlap inside a request is good
 * for.
 *
 * <pre>
 * left    3×128×128 ─ tower ─┐
 * right   3×128×128 ─ tower ─┼─ concat ─ conv ─ conv ─ pool ─ fc ─ scores
 * depth   1×128×128 ─ tower ─┤
 * thermal 1×64×64   ─ tower ─┘
 * </pre>
 */
final class FusionModel {
  private static final int SIDE = 128;
  private static final int CLASSES = 20;

  /** Name, channels, side and the stride of the tower's first convolution. */
  private record Sensor(String name, int channels, int side, int stride) {}

  private static final List<Sensor> SENSORS =
      List.of(
          new Sensor("left", 3, SIDE, 2),
          new Sensor("right", 3, SIDE, 2),
          new Sensor("depth", 1, SIDE, 2),
          new Sensor("thermal", 1, SIDE / 2, 1));

  private static final int[] WIDTHS = {16, 32, 32, 64, 64, 64};

  private FusionModel() {}

  static OnnxModel of(long seed) {
    return of(seed, SENSORS.size());
  }

  /** The same with the first sensors only. */
  static OnnxModel of(long seed, int sensors) {
    TowerParts parts = new TowerParts(seed);
    List<String> features = new ArrayList<>();
    for (Sensor sensor : SENSORS.subList(0, sensors)) {
      String input = parts.numbers(sensor.name(), sensor.channels(), sensor.side(), sensor.side());
      int[] strides = {sensor.stride(), 1, 2, 1, 2, 1};
      features.add(parts.tower(input, sensor.channels(), WIDTHS, strides));
    }
    String joined = parts.join(features);
    String at = parts.conv(parts.conv(joined, sensors * 64, 128, 1), 128, 128, 2);
    parts.scores(at, 128, CLASSES, "scores");
    return parts.build();
  }
}
