package org.scalpel.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The cheapest codec of each tensor on each link in each direction at given prices, and its cost.
 */
final class Crossings {
  private static final double MS_PER_BYTE_AT_1_MBPS = 8e-3;

  private final Instance in;
  private final Prices prices;
  private final double maxLoss;
  private final double[] upPerByte;
  private final double[] downPerByte;

  /** {@code up[t * links + k]}: the price of one crossing, infinite if it cannot be. */
  final double[] up;

  final double[] down;

  /** Index of the codec chosen; empty when no tensor has a choice. */
  private final int[] upChoice;

  private final int[] downChoice;

  /**
   * Chooses.
   *
   * @param maxLoss a codec that loses more by itself is never taken
   */
  Crossings(Instance in, Prices prices, double maxLoss) {
    this.in = in;
    this.prices = prices;
    this.maxLoss = maxLoss;
    up = new double[in.tensors * in.links];
    down = new double[in.tensors * in.links];
    boolean choice = in.problem.tensors().stream().anyMatch(t -> !t.codecs().isEmpty());
    upChoice = new int[choice ? up.length : 0];
    downChoice = new int[choice ? up.length : 0];
    upPerByte = perByte(true);
    downPerByte = perByte(false);
    for (int t = 0; t < in.tensors; t++) {
      PlanTensor tensor = in.problem.tensors().get(t);
      for (int k = 0; k < in.links; k++) {
        int at = t * in.links + k;
        if (tensor.codecs().isEmpty()) {
          up[at] = cost(tensor.bytes(), upPerByte[k]);
          down[at] = cost(tensor.bytes(), downPerByte[k]);
        } else {
          choose(t, k, true);
          choose(t, k, false);
        }
      }
    }
  }

  private Crossings(Crossings other) {
    in = other.in;
    prices = other.prices;
    maxLoss = other.maxLoss;
    upPerByte = other.upPerByte;
    downPerByte = other.downPerByte;
    up = other.up.clone();
    down = other.down.clone();
    upChoice = other.upChoice.clone();
    downChoice = other.downChoice.clone();
  }

  Crossings copy() {
    return new Crossings(this);
  }

  private double[] perByte(boolean away) {
    double[] perByte = new double[in.links];
    for (int k = 0; k < in.links; k++) {
      Link link = in.problem.links().get(k);
      double rate = away ? link.upMbps() : link.downMbps();
      double price = away ? prices.up()[k] : prices.down()[k];
      perByte[k] =
          rate == 0
              ? Double.POSITIVE_INFINITY
              : price * MS_PER_BYTE_AT_1_MBPS / rate
                  + prices.other().energy() * link.mjPerMb() / 1e6;
    }
    return perByte;
  }

  /** Not even zero bytes cross a dead link. */
  private static double cost(long bytes, double perByte) {
    return perByte == Double.POSITIVE_INFINITY ? perByte : bytes * perByte;
  }

  private void choose(int t, int k, boolean away) {
    double least = Double.POSITIVE_INFINITY;
    int chosen = -1;
    for (int c = 0; c < ways(t); c++) {
      double cost = costOf(t, k, away, c);
      if (lossOf(t, c) <= maxLoss && (chosen < 0 || cost < least)) {
        least = cost;
        chosen = c;
      }
    }
    if (chosen < 0) {
      (away ? up : down)[t * in.links + k] = Double.POSITIVE_INFINITY;
    } else {
      take(t, k, away, chosen);
    }
  }

  /** Takes another codec than the cheapest. */
  void take(int t, int k, boolean away, int codec) {
    (away ? up : down)[t * in.links + k] = costOf(t, k, away, codec);
    (away ? upChoice : downChoice)[t * in.links + k] = codec;
  }

  /** True if some tensor has codecs to choose from. */
  boolean hasChoice() {
    return upChoice.length > 0;
  }

  /** How many codecs tensor {@code t} has. */
  int ways(int t) {
    return in.problem.tensors().get(t).codecs().size();
  }

  /** The place of a codec in the list of tensor {@code t}. */
  Optional<Integer> named(int t, String name) {
    List<Codec> codecs = in.problem.tensors().get(t).codecs();
    return IntStream.range(0, codecs.size())
        .boxed()
        .filter(c -> codecs.get(c).name().equals(name))
        .findFirst();
  }

  double lossOf(int t, int codec) {
    return in.problem.tensors().get(t).codecs().get(codec).loss();
  }

  /** The price of one crossing with one codec. */
  double costOf(int t, int k, boolean away, int codec) {
    Codec way = in.problem.tensors().get(t).codecs().get(codec);
    int near = away ? k : k + 1;
    int far = away ? k + 1 : k;
    return cost(way.bytes(), (away ? upPerByte : downPerByte)[k])
        + prices.tier()[near] * way.encodeMs(near)
        + prices.tier()[far] * way.decodeMs(far)
        + prices.other().loss() * way.loss();
  }

  /** The codec of tensor {@code t} on link {@code k}. */
  Codec codec(int t, int k, boolean away) {
    PlanTensor tensor = in.problem.tensors().get(t);
    if (tensor.codecs().isEmpty()) {
      return Codec.raw(tensor.bytes());
    }
    return tensor.codecs().get((away ? upChoice : downChoice)[t * in.links + k]);
  }
}
