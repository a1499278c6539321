package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Seeded small problems with everything that is hard: tensors with many readers, inputs read late,
 * several outputs, layers slower remotely, and on demand forbidden tiers, codecs, dead links, reach
 * and charges. Every cost is a whole number of nanoseconds, so optima can be compared exactly.
 */
final class RandomProblems {
  private static final double[] REACHES = {1, 0.75, 0.5, 0.25};
  private static final double[] RATES = {0.5, 1, 2, 4, 8};

  private final Random random;
  private boolean forbidden;
  private boolean codecs;
  private boolean reach;
  private boolean deadLinks;
  private boolean charges;

  RandomProblems(long seed) {
    random = new Random(seed);
  }

  /** The smallest problem there is. */
  static Problem trivial() {
    return new RandomProblems(0).next(1, 2);
  }

  RandomProblems forbidden() {
    forbidden = true;
    return this;
  }

  RandomProblems codecs() {
    codecs = true;
    return this;
  }

  RandomProblems reach() {
    reach = true;
    return this;
  }

  RandomProblems deadLinks() {
    deadLinks = true;
    return this;
  }

  RandomProblems charges() {
    charges = true;
    return this;
  }

  Problem next(int layers, int tiers) {
    List<Tier> row = new ArrayList<>();
    for (int k = 0; k < tiers; k++) {
      row.add(Tier.of("tier" + k));
    }
    List<PlanLayer> nodes = new ArrayList<>();
    for (int v = 0; v < layers; v++) {
      nodes.add(layer(v, tiers));
    }
    List<PlanTensor> tensors = tensors(layers, tiers);
    List<Link> links = new ArrayList<>();
    for (int k = 0; k + 1 < tiers; k++) {
      links.add(
          new Link(rate(), rate(), random.nextInt(4) * 5, charges ? random.nextInt(3) : 0, 1));
    }
    Weights weights =
        charges ? new Weights(1, random.nextInt(3), random.nextInt(2)) : Weights.LATENCY;
    ResultsAt results = random.nextInt(5) == 0 ? ResultsAt.ANYWHERE : ResultsAt.DEVICE;
    return new Problem(
        "random", row, nodes, tensors, links, new Options(weights, Optional.empty(), results));
  }

  private double rate() {
    return deadLinks && random.nextInt(6) == 0 ? 0 : RATES[random.nextInt(RATES.length)];
  }

  private PlanLayer layer(int v, int tiers) {
    List<Double> times = numbers(tiers, 40);
    PlanLayer layer = PlanLayer.of("layer" + v, times);
    if (forbidden && random.nextInt(4) == 0) {
      List<Integer> allowed = new ArrayList<>();
      for (int k = 0; k < tiers; k++) {
        if (random.nextInt(3) > 0) {
          allowed.add(k);
        }
      }
      layer = layer.withAllowed(allowed);
    }
    if (charges) {
      layer =
          layer.withCharges(
              new PlanLayer.Charges(numbers(tiers, 9), numbers(tiers, 5), random.nextInt(8)));
    }
    return reach ? layer.withReach(REACHES[random.nextInt(REACHES.length)]) : layer;
  }

  private List<Double> numbers(int count, int bound) {
    List<Double> numbers = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      numbers.add((double) random.nextInt(bound));
    }
    return numbers;
  }

  private List<PlanTensor> tensors(int layers, int tiers) {
    List<PlanTensor> tensors = new ArrayList<>();
    int inputs = 1 + random.nextInt(2);
    for (int i = 0; i < inputs; i++) {
      List<Integer> readers = readers(0, layers);
      tensors.add(coded(PlanTensor.input("input" + i, readers, bytes()), tiers));
    }
    for (int v = 0; v < layers; v++) {
      int outs = random.nextInt(6) == 0 ? 2 : 1;
      for (int o = 0; o < outs; o++) {
        List<Integer> readers = readers(v + 1, layers);
        PlanTensor tensor = PlanTensor.of("tensor" + v + "_" + o, v, readers, bytes());
        if (readers.isEmpty() || random.nextInt(6) == 0) {
          tensor = output(tensor);
        }
        tensors.add(coded(tensor, tiers));
      }
    }
    return tensors;
  }

  private PlanTensor output(PlanTensor tensor) {
    if (!reach || random.nextBoolean()) {
      return tensor.asOutput();
    }
    PlanTensor.Delivery sometimes =
        new PlanTensor.Delivery(true, OptionalDouble.of(REACHES[random.nextInt(REACHES.length)]));
    return new PlanTensor(
        tensor.name(), tensor.producer(), tensor.consumers(), tensor.bytes(), sometimes, List.of());
  }

  private List<Integer> readers(int from, int layers) {
    List<Integer> readers = new ArrayList<>();
    for (int v = from; v < layers; v++) {
      if (random.nextInt(3) == 0) {
        readers.add(v);
      }
    }
    return readers;
  }

  private long bytes() {
    return random.nextInt(4) == 0 ? 0 : 1000L * random.nextInt(40);
  }

  private PlanTensor coded(PlanTensor tensor, int tiers) {
    if (!codecs || random.nextBoolean()) {
      return tensor;
    }
    List<Codec> ways = new ArrayList<>();
    ways.add(Codec.raw(tensor.bytes()));
    ways.add(
        new Codec(
            "half", tensor.bytes() / 2000 * 1000, numbers(tiers, 4), numbers(tiers, 4), 0.25));
    if (random.nextBoolean()) {
      ways.add(new Codec("tiny", 1000, numbers(tiers, 9), List.of(), 0.5));
    }
    return tensor.withCodecs(ways);
  }
}
