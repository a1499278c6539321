package org.scalpel.learn;

import static org.scalpel.graph.ModelBuilder.attribute;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.learn.Sketch.Window;

/** The blocks of networks for pictures, [batch, channels, height, width]. */
final class PictureBlocks {
  private static final Window POINT = Window.of(1, 1);
  private static final Window THREE = Window.of(3, 1);
  private final Sketch sketch;

  PictureBlocks(Sketch sketch) {
    this.sketch = sketch;
  }

  Wire apply(Wire x, Step step) {
    return switch (step.op()) {
      case "conv" -> conv(x, step);
      case "dw" -> depthwise(x, step.key('k', 3), step.key('s', 1), step.activation());
      case "factor" -> factored(x, step);
      case "deconv" -> sketch.deconv(x, step.number(0), step.key('s', 2));
      case "maxpool" -> sketch.pool(x, "MaxPool", window(x, step));
      case "avgpool" -> sketch.pool(x, "AveragePool", window(x, step));
      case "gap" -> sketch.globalPool(x);
      case "lrn" -> sketch.map("LRN", x, attribute("size", (long) step.key('k', 5)));
      case "act" -> sketch.activate(x, step.activation());
      case "basic" -> basic(x, step);
      case "bottleneck" -> bottleneck(x, step);
      case "inception" -> inception(x, step);
      case "fire" -> fire(x, step);
      case "mb" -> inverted(x, step);
      case "dense" -> denseLayer(x, step);
      case "transition" -> transition(x, step);
      case "shuffle" -> shuffle(x, step);
      case "csp" -> crossStage(x, step);
      case "focus" -> focus(x, step);
      case "up" -> resize(x, step);
      case "unet" -> unet(x, step);
      case "convnext" -> convNext(x, step);
      default -> throw new LearnException("block '" + step.op() + "' is unknown for pictures");
    };
  }

  private static Window window(Wire x, Step step) {
    long side = Math.min(step.key('k', 2), Math.min(x.dim(2), x.dim(3)));
    return new Window(side, side, step.key('s', 2), 1);
  }

  private Wire conv(Wire x, Step step) {
    long groups = step.groups(x.channels(), step.number(0));
    Window window =
        new Window(step.key('k', 3), step.key('k', 3), step.key('s', 1), step.key('d', 1));
    return sketch.conv(x, step.number(0), window, groups, step.activation());
  }

  private Wire depthwise(Wire x, long side, long stride, String activation) {
    return sketch.conv(x, x.channels(), Window.of(side, stride), x.channels(), activation);
  }

  private Wire point(Wire x, long channels, String activation) {
    return sketch.conv(x, channels, POINT, 1, activation);
  }

  /** A row and then a column instead of a square. */
  private Wire factored(Wire x, Step step) {
    long side = step.key('k', 7);
    Wire row = sketch.conv(x, step.number(0), new Window(1, side, 1, 1), 1, step.activation());
    return sketch.conv(row, step.number(0), new Window(side, 1, 1, 1), 1, step.activation());
  }

  private Wire sum(Wire x, Wire y, String activation) {
    return sketch.bracket(sketch.activate(sketch.binary("Add", x, y), activation), activation);
  }

  private Wire shortcut(Wire x, long channels, long stride) {
    return stride == 1 && x.channels() == channels
        ? x
        : sketch.conv(x, channels, Window.of(1, stride), 1, "");
  }

  private Wire basic(Wire x, Step step) {
    long stride = step.key('s', 1);
    Wire y = sketch.conv(x, step.number(0), Window.of(3, stride), 1, step.activation());
    y = sketch.conv(y, step.number(0), THREE, 1, "");
    return sum(y, shortcut(x, step.number(0), stride), step.activation());
  }

  private Wire bottleneck(Wire x, Step step) {
    long stride = step.key('s', 1);
    long inner = step.number(1);
    Wire y = point(x, inner, step.activation());
    y =
        sketch.conv(
            y,
            inner,
            Window.of(step.key('k', 3), stride),
            step.groups(inner, inner),
            step.activation());
    y = step.flag("se") ? squeeze(y, Math.max(8, x.channels() / 4), "relu", "sigmoid") : y;
    y = point(y, step.number(0), "");
    return sum(y, shortcut(x, step.number(0), stride), step.activation());
  }

  /** Channels weighed by what is in all of them. */
  private Wire squeeze(Wire x, long inner, String first, String second) {
    Wire y = point(point(sketch.globalPool(x), inner, first), x.channels(), second);
    return sketch.bracket(sketch.binary("Mul", x, y));
  }

  private Wire inception(Wire x, Step step) {
    String activation = step.activation();
    List<Wire> branches = new ArrayList<>();
    branches.add(point(x, step.number(0), activation));
    Wire three = point(x, step.number(1), activation);
    branches.add(sketch.conv(three, step.number(2), THREE, 1, activation));
    Wire five = point(x, step.number(3), activation);
    branches.add(sketch.conv(five, step.number(4), Window.of(step.key('k', 5), 1), 1, activation));
    Wire pooled = sketch.pool(x, step.flag("avg") ? "AveragePool" : "MaxPool", THREE);
    branches.add(point(pooled, step.number(5), activation));
    return sketch.concat(branches, 1);
  }

  private Wire fire(Wire x, Step step) {
    Wire squeezed = point(x, step.number(0), step.activation());
    Wire one = point(squeezed, step.number(1), step.activation());
    Wire three = sketch.conv(squeezed, step.number(1), THREE, 1, step.activation());
    return sketch.concat(List.of(one, three), 1);
  }

  private Wire inverted(Wire x, Step step) {
    String activation = step.activation();
    long inner = step.key('e', 6) == 1 ? x.channels() : Step.even(x.channels() * step.key('e', 6));
    Wire y = step.key('e', 6) == 1 ? x : point(x, inner, activation);
    y = depthwise(y, step.key('k', 3), step.key('s', 1), activation);
    if (step.flag("se")) {
      y =
          squeeze(
              y,
              Math.max(8, inner / 16 * 4),
              activation.equals("silu") ? "silu" : "relu",
              activation.equals("silu") ? "sigmoid" : "hsigmoid");
    }
    y = point(y, step.number(0), "");
    boolean same = step.key('s', 1) == 1 && x.channels() == step.number(0);
    return same ? sum(y, x, "") : y;
  }

  private Wire denseLayer(Wire x, Step step) {
    Wire y = point(sketch.activate(sketch.batchNorm(x), "relu"), 4 * step.number(0), "relu");
    return sketch.concat(List.of(x, sketch.conv(y, step.number(0), THREE, 1, "")), 1);
  }

  private Wire transition(Wire x, Step step) {
    Wire y = point(sketch.activate(sketch.batchNorm(x), "relu"), step.number(0), "");
    return sketch.pool(y, "AveragePool", Window.of(2, 2));
  }

  /** Half of the channels pass, or are halved in size; then both halves are mixed. */
  private Wire shuffle(Wire x, Step step) {
    long half = Step.even(step.number(0) / 2.0);
    long stride = step.key('s', 1);
    Wire left = x;
    Wire right = x;
    if (stride == 1 && x.channels() % 2 == 0) {
      List<Wire> halves = sketch.split(x, 1, 2);
      left = halves.get(0);
      right = halves.get(1);
    } else {
      left = point(depthwise(x, 3, stride, ""), half, "relu");
    }
    right = depthwise(point(right, half, "relu"), 3, stride, "");
    Wire joined = sketch.concat(List.of(left, point(right, half, "relu")), 1);
    return mixed(joined);
  }

  private Wire mixed(Wire x) {
    if (x.channels() % 2 != 0) {
      return x;
    }
    Wire y = sketch.reshape(x, x.dim(0), 2L, x.channels() / 2, x.dim(2), x.dim(3));
    y = sketch.transpose(y, 0, 2, 1, 3, 4);
    return sketch.reshape(y, x.dim(0), x.channels(), x.dim(2), x.dim(3));
  }

  private Wire crossStage(Wire x, Step step) {
    long half = Step.even(step.number(0) / 2.0);
    Wire left = point(x, half, step.activation());
    Wire right = point(x, half, step.activation());
    Wire y = sketch.conv(point(left, half, step.activation()), half, THREE, 1, step.activation());
    Wire joined = sketch.concat(List.of(sum(y, left, ""), right), 1);
    return point(joined, step.number(0), step.activation());
  }

  /** Every second row and column, four times, as channels. */
  private Wire focus(Wire x, Step step) {
    long height = x.dim(2) / 2 * 2;
    long width = x.dim(3) / 2 * 2;
    List<Wire> parts = new ArrayList<>();
    for (long corner = 0; corner < 4; corner++) {
      String from = sketch.longs(corner / 2, corner % 2);
      String to = sketch.longs(height, width);
      parts.add(
          sketch.node(
              "Slice",
              List.of(x.name(), from, to, sketch.longs(2, 3), sketch.longs(2, 2)),
              List.of(x.dim(0), x.dim(1), height / 2, width / 2)));
    }
    return sketch.conv(sketch.concat(parts, 1), step.number(0), THREE, 1, step.activation());
  }

  private Wire resize(Wire x, Step step) {
    long factor = step.key('s', 2);
    List<Long> shape = List.of(x.dim(0), x.dim(1), x.dim(2) * factor, x.dim(3) * factor);
    String sizes = sketch.longs(shape.stream().mapToLong(Long::longValue).toArray());
    boolean linear = step.flag("linear");
    return sketch.node(
        "Resize",
        List.of(x.name(), "", "", sizes),
        shape,
        attribute("mode", linear ? "linear" : "nearest"),
        attribute("coordinate_transformation_mode", linear ? "half_pixel" : "asymmetric"),
        attribute("nearest_mode", "floor"));
  }

  /** Down, up again, and joined with what was there before. */
  private Wire unet(Wire x, Step step) {
    long height = x.dim(2) / 2 * 2;
    long width = x.dim(3) / 2 * 2;
    if (height != x.dim(2) || width != x.dim(3)) {
      return sketch.conv(x, step.number(0), THREE, 1, step.activation());
    }
    Wire down = sketch.pool(x, "MaxPool", new Window(2, 2, 2, 1));
    down = sketch.conv(down, step.number(0), THREE, 1, step.activation());
    Wire up = step.flag("deconv") ? sketch.deconv(down, step.number(0), 2) : resize(down, step);
    Wire joined = sketch.concat(List.of(x, up), 1);
    return sketch.conv(joined, step.number(0), THREE, 1, step.activation());
  }

  private Wire convNext(Wire x, Step step) {
    Wire y = sketch.transpose(depthwise(x, step.key('k', 7), 1, ""), 0, 2, 3, 1);
    y = sketch.dense(sketch.layerNorm(y), 4 * x.channels(), "gelu");
    y = sketch.dense(y, x.channels(), "");
    y = sketch.node("Mul", List.of(y.name(), sketch.weight(2, y.last())), y.shape());
    return sketch.binary("Add", x, sketch.transpose(y, 0, 3, 1, 2));
  }
}
