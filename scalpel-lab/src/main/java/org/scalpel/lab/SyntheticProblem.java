package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.scalpel.plan.Link;
import org.scalpel.plan.PlanLayer;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Tier;

/**
 * Partition problems of any size that look like networks: Inception blocks (four branches, joined)
 * and residual blocks in turn, tensors that shrink towards the end, three tiers, one layer in
 * twenty slower on the faster machines.
 */
final class SyntheticProblem {
  private static final int BLOCK = 12;

  private final Random random;
  private final List<PlanLayer> layers = new ArrayList<>();
  private final List<Integer> producers = new ArrayList<>();
  private final List<List<Integer>> readers = new ArrayList<>();

  private SyntheticProblem(long seed) {
    random = new Random(seed);
  }

  static Problem of(int layers, long seed) {
    return new SyntheticProblem(seed).build(layers);
  }

  private Problem build(int count) {
    int last = tensor(PlanTensor.MODEL_INPUT);
    while (layers.size() + BLOCK < count) {
      last = layers.size() / BLOCK % 2 == 0 ? inception(last) : residual(last);
    }
    while (layers.size() < count) {
      last = layer(last);
    }
    List<PlanTensor> tensors = new ArrayList<>();
    for (int t = 0; t < producers.size(); t++) {
      double age = Math.max(0, producers.get(t)) / (double) count;
      long bytes = (long) (800_000 * Math.pow(0.01, age) * (0.5 + random.nextDouble()));
      PlanTensor tensor = PlanTensor.of("t" + t, producers.get(t), readers.get(t), bytes);
      tensors.add(t == last ? tensor.asOutput() : tensor);
    }
    return Problem.of(
        "synthetic " + count,
        List.of(Tier.of("device"), Tier.of("edge"), Tier.of("cloud")),
        layers,
        tensors,
        List.of(Link.of(18.88, 54.97, 5), Link.of(50, 50, 40)));
  }

  private int tensor(int producer) {
    producers.add(producer);
    readers.add(new ArrayList<>());
    return producers.size() - 1;
  }

  private int layer(int... inputs) {
    int index = layers.size();
    double work = 0.1 + random.nextDouble();
    double gain = random.nextInt(20) == 0 ? 0.7 : 4;
    layers.add(PlanLayer.of("l" + index, work, work / gain, work / gain / gain));
    for (int input : inputs) {
      readers.get(input).add(index);
    }
    return tensor(index);
  }

  private int inception(int in) {
    return layer(layer(in), layer(layer(in)), layer(layer(layer(in))), layer(layer(in)));
  }

  private int residual(int in) {
    return layer(layer(layer(in)), in);
  }
}
