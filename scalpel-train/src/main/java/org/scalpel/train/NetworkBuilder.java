package org.scalpel.train;

import java.util.ArrayList;
import java.util.List;

/** Writes networks down, step by step, and names what they make. */
final class NetworkBuilder {
  private static final int COLOURS = 3;
  private static final String END = "final";
  private static final String LOGITS = "logits";

  private final String name;
  private final Value input;
  private final int classes;
  private final List<Step> steps = new ArrayList<>();
  private final List<Network.Exit> exits = new ArrayList<>();

  /**
   * A network over square pictures.
   *
   * @param side of the pictures, in pixels
   */
  NetworkBuilder(String name, int side, int classes) {
    this.name = name;
    this.input = new Value("picture", COLOURS, side);
    this.classes = classes;
  }

  Value input() {
    return input;
  }

  private Value make(String kind, int channels, int side) {
    return new Value(kind + (steps.size() + 1), channels, side);
  }

  private Value add(Step step) {
    steps.add(step);
    return step.to();
  }

  private static int strided(int side, int stride) {
    return (side + stride - 1) / stride;
  }

  /** Convolution, batch normalisation, rectifier. */
  Value conv(Value from, int channels, int kernel, int stride) {
    Value to = make("conv", channels, strided(from.side(), stride));
    return add(new Convolution(from, to, kernel, stride, 1, true));
  }

  /** The same without the rectifier. */
  Value plain(Value from, int channels, int kernel, int stride) {
    Value to = make("conv", channels, strided(from.side(), stride));
    return add(new Convolution(from, to, kernel, stride, 1, false));
  }

  /** Every channel by itself, 3×3. */
  Value depthwise(Value from, int stride) {
    Value to = make("depthwise", from.channels(), strided(from.side(), stride));
    return add(new Convolution(from, to, 3, stride, from.channels(), true));
  }

  Value maxPool(Value from, int stride) {
    return add(
        new MaxPool(from, make("max", from.channels(), strided(from.side(), stride)), stride));
  }

  Value concat(List<Value> from) {
    int channels = from.stream().mapToInt(Value::channels).sum();
    return add(new Concat(from, make("concat", channels, from.get(0).side())));
  }

  Value sum(Value left, Value right, boolean relu) {
    return add(new Sum(left, right, make("sum", left.channels(), left.side()), relu));
  }

  /** An exit here: a convolution of its own, the mean of its channels, a fully connected layer. */
  void exit(Value after, int channels) {
    String exit = "exit" + (exits.size() + 1);
    Value own = new Value(exit + "/conv", channels, strided(after.side(), 2));
    add(new Convolution(after, own, 3, 2, 1, true));
    Value logits = head(own, exit + "/logits");
    exits.add(new Network.Exit(exit, after.name(), logits.name()));
  }

  /** The end: nothing comes after it. */
  Network end(Value last) {
    Value logits = head(last, LOGITS);
    exits.add(new Network.Exit(END, last.name(), logits.name()));
    return new Network(name, input, steps, exits);
  }

  private Value head(Value from, String logits) {
    Value mean = new Value(logits + "/features", from.channels(), 0);
    add(new Mean(from, mean));
    return add(new Linear(mean, new Value(logits, classes, 0)));
  }
}
