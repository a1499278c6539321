package org.scalpel.graph;

import static org.scalpel.graph.ElementType.FLOAT32;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded models with every shape of wiring: skips, several outputs, shared weights, dead ends. */
final class RandomModels {
  private static final TensorFact FACT = TensorFact.of(FLOAT32, 1, 8);

  private RandomModels() {}

  static OnnxModel of(Random random, int nodes) {
    ModelBuilder builder = ModelBuilder.opset(17);
    List<String> live = new ArrayList<>();
    int inputs = 1 + random.nextInt(3);
    for (int i = 0; i < inputs; i++) {
      builder.input("in" + i, FACT);
      live.add("in" + i);
    }
    List<String> constants = new ArrayList<>(List.of("w0", "w1"));
    builder.initializer("w0", TensorData.ofFloats(new float[8], 1, 8));
    builder.initializer("w1", TensorData.ofFloats(new float[8], 1, 8));
    for (int n = 0; n < nodes; n++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          builder.node("Sin", List.of(pick(constants, random)), List.of("c" + n));
          constants.add("c" + n);
        }
        case 1 -> {
          builder.node("Split", List.of(pick(live, random)), List.of("s" + n, "r" + n));
          live.add("s" + n);
          live.add("r" + n);
        }
        case 2 -> {
          String twice = pick(live, random);
          add(builder, live, "Mul", twice, twice);
        }
        case 3 -> add(builder, live, "Add", pick(live, random), pick(constants, random));
        default -> add(builder, live, "Add", pick(live, random), pick(live, random));
      }
    }
    int outputs = 1 + random.nextInt(3);
    for (String name : live.subList(live.size() - Math.min(outputs, live.size()), live.size())) {
      builder.output(name, FACT);
    }
    if (random.nextInt(4) == 0) {
      builder.output(constants.get(constants.size() - 1), FACT);
    }
    return builder.build();
  }

  /** A chain with a skip connection over every third node, one weight per node. */
  static OnnxModel chain(int nodes) {
    ModelBuilder builder = ModelBuilder.opset(17).input("t0", FACT);
    for (int n = 1; n <= nodes; n++) {
      String left = "t" + (n - 1);
      String right = n % 3 == 0 ? "t" + (n - 3) : "w" + n;
      if (n % 3 != 0) {
        builder.initializer(right, TensorData.ofFloats(new float[8], 1, 8));
      }
      builder.node("Add", List.of(left, right), List.of("t" + n));
    }
    return builder.output("t" + nodes, FACT).build();
  }

  private static void add(
      ModelBuilder builder, List<String> live, String op, String left, String right) {
    String made = "t" + live.size() + "_" + op;
    builder.node(op, List.of(left, right), List.of(made));
    live.add(made);
  }

  private static String pick(List<String> names, Random random) {
    int recent = Math.min(names.size(), 6);
    return random.nextInt(3) == 0
        ? names.get(random.nextInt(names.size()))
        : names.get(names.size() - 1 - random.nextInt(recent));
  }
}
