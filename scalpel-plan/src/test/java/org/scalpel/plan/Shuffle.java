package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** The same problem with layers and tensors in another order. */
final class Shuffle {
  private Shuffle() {}

  static Problem of(Problem problem, Random random) {
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, problem.layers().size()).boxed().toList());
    Collections.shuffle(order, random);
    int[] place = new int[order.size()];
    List<PlanLayer> layers = new ArrayList<>();
    for (int i = 0; i < place.length; i++) {
      place[order.get(i)] = i;
      layers.add(problem.layers().get(order.get(i)));
    }
    List<PlanTensor> tensors = new ArrayList<>();
    for (PlanTensor tensor : problem.tensors()) {
      int producer = tensor.producer() < 0 ? tensor.producer() : place[tensor.producer()];
      List<Integer> readers =
          new ArrayList<>(tensor.consumers().stream().map(v -> place[v]).toList());
      Collections.shuffle(readers, random);
      tensors.add(
          new PlanTensor(
              tensor.name(),
              producer,
              readers,
              tensor.bytes(),
              tensor.delivery(),
              tensor.codecs()));
    }
    Collections.shuffle(tensors, random);
    return new Problem(
        problem.name(), problem.tiers(), layers, tensors, problem.links(), problem.options());
  }
}
