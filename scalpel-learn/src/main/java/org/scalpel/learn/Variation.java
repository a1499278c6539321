package org.scalpel.learn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;

/**
 * A piece of a real network, changed: some blocks in a row, wider or narrower, of larger or smaller
 * pictures, now and then with another window, another activation, a batch, in eight bits. The
 * neighbours of a kernel are those that it has in real networks, so that layouts and caches are as
 * they will be. The same seed and number give the same piece.
 */
final class Variation {
  /** So many pieces of an architecture cover the ranges evenly. */
  private static final int ROUND = 16;

  private static final int AXES = 5;
  private static final int WIDTH = 0;
  private static final int SIZE = 1;
  private static final int PLACE = 2;
  private static final int LENGTH = 3;
  private static final int KIND = 4;

  private static final double LEAST_MACS = 2e7;
  private static final double MOST_MACS = 1.2e9;
  private static final double MOST_WEIGHTS = 160e6;
  private static final int MOST_STEPS = 14;

  private final Architecture architecture;
  private final int number;
  private final Random random;
  private final double[] point = new double[AXES];

  /** A generated model. */
  record Piece(String id, String architecture, OnnxModel model) {}

  /** What the network is before and after a block. */
  private record Place(Wire wire, double macs, double weights) {}

  private Variation(Architecture architecture, int number, long seed) {
    this.architecture = architecture;
    this.number = number;
    long own = seed * 1_000_003 + architecture.name().hashCode();
    LatinHypercube cube = new LatinHypercube(new Random(own * 31 + number / ROUND), ROUND, AXES);
    for (int axis = 0; axis < AXES; axis++) {
      point[axis] = cube.at(number % ROUND, axis);
    }
    this.random = new Random(own * 131 + number);
  }

  /** The piece of that number. */
  static Piece of(Architecture architecture, int number, long seed) {
    return new Variation(architecture, number, seed).piece();
  }

  /** What the piece of that number is called. */
  static String id(Architecture architecture, int number) {
    return architecture.name() + "/" + number;
  }

  private Piece piece() {
    boolean quantised = point[KIND] > 0.87 && !architecture.readsText();
    boolean real = point[KIND] < 0.2;
    List<Step> steps =
        real ? architecture.steps() : architecture.steps().stream().map(this::vary).toList();
    double size = real ? 1 : Math.exp(span(point[SIZE], Math.log(0.3), Math.log(1.4)));
    for (; ; size *= 0.7) {
      List<Place> places = walk(steps, size);
      int from = (int) (point[PLACE] * Math.max(1, steps.size() - 2));
      int to = end(places, from);
      Place first = places.get(from);
      Place last = places.get(to);
      if (size < 0.05
          || (last.macs() - first.macs() < 3 * MOST_MACS
              && last.weights() - first.weights() < 2 * MOST_WEIGHTS)) {
        return build(steps.subList(from, to), first.wire(), quantised);
      }
    }
  }

  private static double span(double share, double low, double high) {
    return low + share * (high - low);
  }

  private List<Place> walk(List<Step> steps, double size) {
    Sketch sketch = new Sketch(false);
    Wire wire = sketch.input("x", type(), inputShape(size));
    List<Place> places = new ArrayList<>();
    places.add(new Place(wire, 0, 0));
    for (Step step : steps) {
      wire = apply(sketch, wire, step);
      places.add(new Place(wire, sketch.macs(), sketch.weightBytes()));
    }
    return places;
  }

  private ElementType type() {
    return architecture.readsText() ? ElementType.INT64 : ElementType.FLOAT32;
  }

  private long[] inputShape(double size) {
    long batch = random(0.9) ? 1 : 2 + (number % 3);
    List<Long> shape = architecture.input();
    if (architecture.readsText()) {
      return new long[] {batch, Math.max(4, Math.round(shape.get(0) * size))};
    }
    long height = Math.max(16, Math.round(shape.get(1) * size));
    long width = Math.max(16, Math.round(shape.get(2) * size));
    return new long[] {batch, shape.get(0), height, width};
  }

  /** A coin that falls the same way whenever it is asked: sizes are walked several times. */
  private boolean random(double share) {
    return new Random(number * 7919L + architecture.name().hashCode()).nextDouble() < share;
  }

  /** As many blocks as the piece may cost. */
  private int end(List<Place> places, int from) {
    double most = Math.exp(span(point[LENGTH], Math.log(LEAST_MACS), Math.log(MOST_MACS)));
    int to = from + 1;
    while (to + 1 < places.size()
        && to - from < MOST_STEPS
        && places.get(to + 1).macs() - places.get(from).macs() < most
        && places.get(to + 1).weights() - places.get(from).weights() < MOST_WEIGHTS) {
      to++;
    }
    return to;
  }

  private Piece build(List<Step> steps, Wire start, boolean quantised) {
    Sketch sketch = new Sketch(quantised);
    boolean ids =
        architecture.readsText() && start.rank() == 2 && steps.get(0).op().equals("embed");
    long[] shape = start.shape().stream().mapToLong(Long::longValue).toArray();
    Wire wire = sketch.input("x", ids ? ElementType.INT64 : ElementType.FLOAT32, shape);
    wire = ids ? wire : sketch.bracket(wire);
    for (Step step : steps) {
      wire = apply(sketch, wire, step);
    }
    return new Piece(id(architecture, number), architecture.name(), sketch.build(List.of(wire)));
  }

  private static Wire apply(Sketch sketch, Wire wire, Step step) {
    return SequenceBlocks.has(step.op())
        ? new SequenceBlocks(sketch).apply(wire, step)
        : new PictureBlocks(sketch).apply(wire, step);
  }

  private Step vary(Step step) {
    double width = Math.exp(span(point[WIDTH], Math.log(0.4), Math.log(1.5)));
    width *= Math.exp(0.25 * random.nextGaussian());
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < step.numbers().size(); i++) {
      numbers.add(isWidth(step, i) ? rounded(step.number(i) * width, step) : step.number(i));
    }
    Map<Character, Integer> keys = new HashMap<>(step.keys());
    boolean window =
        Set.of("conv", "dw", "mb", "inception", "factor", "convnext").contains(step.op());
    if (window && step.key('k', 3) < 9 && step.key('k', 3) > 1 && random.nextDouble() < 0.2) {
      keys.put('k', List.of(3, 5, 7).get(random.nextInt(3)));
    }
    if (step.op().equals("mb") && step.key('e', 6) > 1 && random.nextDouble() < 0.3) {
      keys.put('e', 2 + random.nextInt(5));
    }
    return new Step(step.op(), numbers, keys, words(step));
  }

  private Set<String> words(Step step) {
    String activation = step.activation();
    if (activation.isEmpty() || random.nextDouble() > 0.12) {
      return step.words();
    }
    Set<String> words = new HashSet<>(step.words());
    words.remove(activation);
    List<String> others = List.of("relu", "relu6", "leaky", "hswish", "silu", "sigmoid", "gelu");
    words.add(others.get(random.nextInt(others.size())));
    return words;
  }

  /** Vocabularies and heads are no widths. */
  private static boolean isWidth(Step step, int index) {
    return switch (step.op()) {
      case "embed", "encoder" -> index == 1;
      case "conv" -> step.number(0) > 3;
      default -> true;
    };
  }

  /** Runtimes like round widths, and so do designers, mostly. */
  private long rounded(double width, Step step) {
    if (step.op().equals("embed")) {
      return Math.max(48, 48 * Math.round(width / 48));
    }
    int multiple = step.key('g', List.of(16, 8, 8, 8, 4, 2).get(random.nextInt(6)));
    return Math.max(multiple, multiple * Math.round(width / multiple));
  }
}
