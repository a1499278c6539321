package org.scalpel.plan;

import java.util.Arrays;

/**
 * A convex combination of what bounds a makespan from below: the load of each resource, and ways
 * through the graph from a start to an end (a unit of flow). Its value of an assignment is never
 * above the makespan of that assignment, so the least value of all, one minimum cut, is a bound.
 */
final class Duals {
  /** Weights of tiers and of the directions of links. */
  final double[] tier;

  final double[] up;
  final double[] down;

  /** Flow through each layer, to each reader of a tensor, back as an output. */
  final double[] layer;

  final double[] reader;
  final double[] back;

  Duals(Instance in) {
    tier = new double[in.tiers];
    up = new double[in.links];
    down = new double[in.links];
    layer = new double[in.layers];
    reader = new double[in.consumer.length];
    back = new double[in.tensors];
  }

  private double[][] parts() {
    return new double[][] {tier, up, down, layer, reader, back};
  }

  void scale(double factor) {
    for (double[] part : parts()) {
      for (int i = 0; i < part.length; i++) {
        part[i] *= factor;
      }
    }
  }

  void add(Duals other) {
    double[][] mine = parts();
    double[][] theirs = other.parts();
    for (int p = 0; p < mine.length; p++) {
      for (int i = 0; i < mine[p].length; i++) {
        mine[p][i] += theirs[p][i];
      }
    }
  }

  void take(Duals other) {
    double[][] mine = parts();
    double[][] theirs = other.parts();
    for (int p = 0; p < mine.length; p++) {
      System.arraycopy(theirs[p], 0, mine[p], 0, mine[p].length);
    }
  }

  void clear() {
    for (double[] part : parts()) {
      Arrays.fill(part, 0);
    }
  }

  /** Adds {@code weight} of resource {@code r}: tiers, then uplinks, then downlinks. */
  void addResource(int r, double weight) {
    if (r < tier.length) {
      tier[r] += weight;
    } else if (r < tier.length + up.length) {
      up[r - tier.length] += weight;
    } else {
      down[r - tier.length - up.length] += weight;
    }
  }

  /** The cost of tensor t crossing link k, paid once however many read it. */
  double shared(Steps steps, int t, int k, boolean away, int links) {
    Steps.Way way = away ? steps.up : steps.down;
    int at = t * links + k;
    if (way.send[at] == Double.POSITIVE_INFINITY) {
      return Double.POSITIVE_INFINITY;
    }
    return tier[away ? k : k + 1] * way.encode[at]
        + (away ? up : down)[k] * way.send[at]
        + tier[away ? k + 1 : k] * way.decode[at];
  }
}
