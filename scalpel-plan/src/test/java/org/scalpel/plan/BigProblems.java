package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Synthetic networks of any size: a chain of blocks, by turns an Inception block (one tensor read
 * by four branches, joined) and a residual block (two layers and a shortcut), with tensors that
 * shrink from block to block, tiers that are faster the farther they are, and a few layers that are
 * not.
 */
final class BigProblems {
  private final Random random;
  private final int tiers;
  private final List<PlanLayer> layers = new ArrayList<>();
  private final List<Integer> producers = new ArrayList<>();
  private final List<List<Integer>> consumers = new ArrayList<>();
  private final List<Long> sizes = new ArrayList<>();
  private double scale = 600_000;

  private BigProblems(int tiers, long seed) {
    this.random = new Random(seed);
    this.tiers = tiers;
  }

  static Problem inception(int layers, int tiers, long seed) {
    return new BigProblems(tiers, seed).build(layers);
  }

  private Problem build(int count) {
    double shrink = Math.pow(1.0 / 200, 9.0 / count);
    int at = tensor(-1);
    boolean inception = true;
    while (layers.size() + 9 < count) {
      at = inception ? inceptionBlock(at) : residualBlock(at);
      inception = !inception;
      scale = Math.max(1000, scale * shrink);
    }
    while (layers.size() < count) {
      at = layer(at);
    }
    List<PlanTensor> tensors = new ArrayList<>();
    for (int t = 0; t < producers.size(); t++) {
      PlanTensor tensor = PlanTensor.of("t" + t, producers.get(t), consumers.get(t), sizes.get(t));
      tensors.add(t == at ? tensor.asOutput() : tensor);
    }
    List<Tier> row = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    for (int k = 0; k < tiers; k++) {
      row.add(Tier.of("tier" + k));
      if (k > 0) {
        links.add(Link.of(18.88 * k * k, 54.97 * k, 5.0 * k));
      }
    }
    return Problem.of("synthetic-" + count, row, layers, tensors, links);
  }

  private int tensor(int producer) {
    producers.add(producer);
    consumers.add(new ArrayList<>());
    sizes.add((long) (scale * (0.5 + random.nextDouble())));
    return producers.size() - 1;
  }

  /** A layer that reads these tensors; returns the tensor that it makes. */
  private int layer(int... inputs) {
    int v = layers.size();
    double work = 0.2 + random.nextDouble();
    List<Double> times = new ArrayList<>();
    for (int k = 0; k < tiers; k++) {
      times.add(work / Math.pow(random.nextInt(20) == 0 ? 0.8 : 5, k));
    }
    layers.add(PlanLayer.of("layer" + v, times));
    for (int input : inputs) {
      consumers.get(input).add(v);
    }
    return tensor(v);
  }

  private int inceptionBlock(int input) {
    int first = layer(input);
    int second = layer(layer(input));
    int third = layer(layer(layer(input)));
    int fourth = layer(layer(input));
    return layer(first, second, third, fourth);
  }

  private int residualBlock(int input) {
    return layer(layer(layer(input)), input);
  }
}
