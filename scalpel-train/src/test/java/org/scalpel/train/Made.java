package org.scalpel.train;

import java.util.Random;

/** Pictures that are made up: dark to bright by class, with noise. */
final class Made {
  private static final int NOISE = 20;

  private Made() {}

  static PictureSet pictures(int side, int count, long seed) {
    Random random = new Random(seed);
    byte[][] pictures = new byte[count][3 * side * side];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(Main.CLASSES);
      for (int at = 0; at < pictures[i].length; at++) {
        pictures[i][at] = (byte) (NOISE * labels[i] + random.nextInt(NOISE));
      }
    }
    return new PictureSet(side, pictures, labels);
  }

  static Course course(int epochs) {
    return new Course("small", 3, epochs, 1, 0.75, 32, 0.05, 1e-4, 0.05, 0.4, 40);
  }

  static Network small() {
    NetworkBuilder net = new NetworkBuilder("small", 8, Main.CLASSES);
    Value at = net.conv(net.input(), 8, 3, 2);
    net.exit(at, 8);
    Value branch = net.plain(net.depthwise(at, 1), 8, 1, 1);
    at = net.sum(branch, at, true);
    return net.end(net.concat(java.util.List.of(net.maxPool(at, 2), net.conv(at, 8, 3, 2))));
  }
}
