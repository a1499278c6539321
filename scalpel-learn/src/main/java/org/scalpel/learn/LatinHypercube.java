package org.scalpel.learn;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Points that cover a cube evenly: cut into as many slices as there are points, along every axis,
 * each slice has one point (McKay, Beckman, Conover 1979).
 */
final class LatinHypercube {
  private final double[][] points;

  LatinHypercube(Random random, int count, int axes) {
    points = new double[count][axes];
    for (int axis = 0; axis < axes; axis++) {
      List<Integer> slices =
          Arrays.asList(IntStream.range(0, count).boxed().toArray(Integer[]::new));
      Collections.shuffle(slices, random);
      for (int i = 0; i < count; i++) {
        points[i][axis] = (slices.get(i) + random.nextDouble()) / count;
      }
    }
  }

  /** Where a point lies on an axis, from 0 to 1. */
  double at(int point, int axis) {
    return points[point][axis];
  }
}
