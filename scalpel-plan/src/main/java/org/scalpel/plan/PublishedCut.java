package org.scalpel.plan;

import java.util.Arrays;

/**
 * The graph of DADS (Hu et al., INFOCOM 2019, section III), cut as published.
 *
 * <pre>
 *   red    e → v    time in the cloud        blue   v → c    time on the edge
 *   black  v → u    transmission time, for the only reader u, or v → v' for several
 *   dashed v' → u   ∞ for each reader
 * </pre>
 *
 * <p>There are no arcs against the direction of data, so a result may come back from the cloud to
 * the edge at no cost: the partition can break the order of tiers. One repair is made, without
 * which the raw input would never be charged: the model's inputs are on the edge. Round trips and
 * returned outputs are not part of the model.
 */
final class PublishedCut {
  private static final double TICKS = 1e6;

  private final TierPair pair;
  private final Instance in;
  private final double edgeWeight;
  private final double cloudWeight;

  /** Times on the edge and in the cloud are scaled by the weights, as the heavy mode does. */
  PublishedCut(TierPair pair, double edgeWeight, double cloudWeight) {
    this.pair = pair;
    in = pair.setup().in();
    this.edgeWeight = edgeWeight;
    this.cloudWeight = cloudWeight;
  }

  /** The tier of each layer; empty if a layer may run on neither tier. */
  int[] tiers() {
    FlowNetwork network = new FlowNetwork(in.layers + in.tensors, 2 * in.consumer.length);
    network.addNodes(in.layers);
    long infinite = 1 + sum();
    for (int v = 0; v < in.layers; v++) {
      double near = pair.compute(v, pair.near());
      double far = pair.compute(v, pair.far());
      if (near == Double.POSITIVE_INFINITY && far == Double.POSITIVE_INFINITY) {
        return new int[0];
      }
      network.source(v, ticks(cloudWeight, far, infinite));
      network.sink(v, ticks(edgeWeight, near, infinite));
    }
    for (int t = 0; t < in.tensors; t++) {
      tensor(network, t, infinite);
    }
    PushRelabel solver = new PushRelabel(network);
    solver.run();
    return pair.tiers(Arrays.copyOf(solver.sinkSide(), in.layers));
  }

  private static long ticks(double weight, double price, long infinite) {
    return price == Double.POSITIVE_INFINITY ? infinite : Math.round(weight * price * TICKS);
  }

  private void tensor(FlowNetwork network, int t, long infinite) {
    int start = in.consumerStart[t];
    int readers = in.consumerStart[t + 1] - start;
    if (readers == 0) {
      return;
    }
    long cost = ticks(1, pair.transfer(t), infinite);
    int to = readers == 1 ? in.consumer[start] : network.addNodes(1);
    if (in.producer[t] < 0) {
      network.source(to, cost);
    } else {
      network.edge(in.producer[t], to, cost, 0);
    }
    for (int c = start; readers > 1 && c < start + readers; c++) {
      network.edge(to, in.consumer[c], infinite, 0);
    }
  }

  private long sum() {
    double sum = 0;
    for (int v = 0; v < in.layers; v++) {
      sum += finite(edgeWeight * pair.compute(v, pair.near()));
      sum += finite(cloudWeight * pair.compute(v, pair.far()));
    }
    for (int t = 0; t < in.tensors; t++) {
      sum += finite(pair.transfer(t));
    }
    return (long) (sum * TICKS) + 8L * (in.layers + in.tensors);
  }

  private static double finite(double price) {
    return price < Double.POSITIVE_INFINITY ? price : 0;
  }
}
