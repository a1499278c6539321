package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.graph.OnnxModel;

/**
 * Generated networks with branches of their own: several inputs that meet late, or several heads
 * that part early. Cameras deliver a byte for each channel of a pixel, which is what travels where
 * a picture does; a spectrogram is numbers.
 */
final class BranchedModels {
  private static final int CLASSES = 20;
  private static final int WIDTH = 96;
  private static final int[] TOWER = {24, 48, 48, WIDTH, WIDTH, WIDTH};

  private BranchedModels() {}

  /** Four cameras around a vehicle, fused in the middle. */
  static OnnxModel fourCameras(long seed) {
    TowerParts parts = new TowerParts(seed);
    List<String> features = new ArrayList<>();
    for (String name : List.of("front", "left", "right", "rear")) {
      String at = parts.pixels(name, 3, 160);
      features.add(parts.tower(at, 3, TOWER, new int[] {2, 1, 2, 1, 2, 2}));
    }
    String at = parts.join(features);
    at = parts.tower(at, 4 * WIDTH, new int[] {128, 128}, new int[] {1, 2});
    parts.scores(at, 128, CLASSES, "scores");
    return parts.build();
  }

  /** A pair of cameras through two towers of equal shape, compared and combined. */
  static OnnxModel stereo(long seed) {
    TowerParts parts = new TowerParts(seed);
    List<String> sides = new ArrayList<>();
    for (String name : List.of("left", "right")) {
      String at = parts.pixels(name, 3, 224);
      sides.add(parts.tower(at, 3, TOWER, new int[] {2, 1, 2, 1, 2, 2}));
    }
    String at =
        parts.join(
            List.of(sides.get(0), sides.get(1), parts.combine("Sub", sides.get(0), sides.get(1))));
    at = parts.tower(at, 3 * WIDTH, new int[] {128, 128}, new int[] {1, 2});
    parts.scores(at, 128, CLASSES, "distance");
    return parts.build();
  }

  /** A frame, the motion since the last one, and a second of sound. */
  static OnnxModel audioVideo(long seed) {
    TowerParts parts = new TowerParts(seed);
    int[] strides = {2, 1, 2, 1, 2, 1};
    String frame = parts.tower(parts.pixels("frame", 3, 160), 3, TOWER, strides);
    String motion = parts.tower(parts.pixels("motion", 2, 160), 2, TOWER, strides);
    String sound = parts.tower(parts.numbers("sound", 1, 160, 160), 1, TOWER, strides);
    String at = parts.join(List.of(frame, motion, sound));
    at = parts.tower(at, 3 * WIDTH, new int[] {128, 128}, new int[] {2, 2});
    parts.scores(at, 128, CLASSES, "events");
    return parts.build();
  }

  /** One camera, one backbone, three maps of detections at three scales and the scene's class. */
  static OnnxModel heads(long seed) {
    TowerParts parts = new TowerParts(seed);
    String at = parts.pixels("picture", 3, 224);
    at = parts.tower(at, 3, new int[] {24, 48, 48, 96}, new int[] {2, 1, 2, 1});
    String fine = parts.tower(at, 96, new int[] {64, 64}, new int[] {2, 1});
    String middle = parts.tower(fine, 64, new int[] {128, 128}, new int[] {2, 1});
    String coarse = parts.tower(middle, 128, new int[] {128, 128}, new int[] {2, 1});
    parts.map(parts.tower(fine, 64, new int[] {64, 64}, new int[] {1, 1}), 64, 18, 28, "small");
    parts.map(parts.tower(middle, 128, new int[] {64}, new int[] {1}), 64, 18, 14, "medium");
    parts.map(parts.tower(coarse, 128, new int[] {64}, new int[] {1}), 64, 18, 7, "large");
    parts.scores(coarse, 128, CLASSES, "scene");
    return parts.build();
  }
}
