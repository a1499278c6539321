package org.scalpel.learn;

import static org.scalpel.graph.ModelBuilder.attribute;

import java.util.ArrayList;
import java.util.List;

/** The blocks of networks for sequences, [batch, steps, features], and the ends of all networks. */
final class SequenceBlocks {
  private final Sketch sketch;

  SequenceBlocks(Sketch sketch) {
    this.sketch = sketch;
  }

  /** Whether this class has the block. */
  static boolean has(String op) {
    return List.of(
            "tokens",
            "embed",
            "fc",
            "linear",
            "softmax",
            "mean",
            "ln",
            "encoder",
            "mixer",
            "lstm",
            "gru",
            "plainnorm",
            "integer")
        .contains(op);
  }

  Wire apply(Wire x, Step step) {
    return switch (step.op()) {
      case "tokens" -> tokens(x);
      case "embed" -> embed(x, step);
      case "fc" -> sketch.dense(flat(x), step.number(0), step.activation());
      case "linear" -> sketch.dense(tokens(x), step.number(0), step.activation());
      case "softmax" -> sketch.map("Softmax", x, attribute("axis", -1L));
      case "mean" -> mean(tokens(x));
      case "ln" -> sketch.layerNorm(tokens(x));
      case "plainnorm" -> plainNorm(tokens(x));
      case "integer" -> integerProduct(tokens(x), step.number(0));
      case "encoder" -> encoder(tokens(x), step);
      case "mixer" -> mixer(tokens(x), step);
      case "lstm" -> recurrent(tokens(x), step, "LSTM", 4);
      case "gru" -> recurrent(tokens(x), step, "GRU", 3);
      default -> throw new LearnException("block '" + step.op() + "' is unknown for sequences");
    };
  }

  private Wire flat(Wire x) {
    long rest = x.elements() / x.dim(0);
    return x.rank() == 2 ? x : sketch.node("Flatten", List.of(x.name()), List.of(x.dim(0), rest));
  }

  /** The places of a picture one after the other. */
  private Wire tokens(Wire x) {
    if (x.rank() == 4) {
      Wire flat = sketch.reshape(x, x.dim(0), x.dim(1), x.dim(2) * x.dim(3));
      return sketch.transpose(flat, 0, 2, 1);
    }
    return x.rank() == 2 ? sketch.reshape(x, x.dim(0), 1L, x.dim(1)) : x;
  }

  /** Rows of a table, with places added. */
  private Wire embed(Wire ids, Step step) {
    long features = step.number(1);
    String table = sketch.weight(2, step.number(0), features);
    Wire rows =
        sketch.node(
            "Gather",
            List.of(table, ids.name()),
            List.of(ids.dim(0), ids.dim(1), features),
            attribute("axis", 0L));
    String places = sketch.weight(3, 1, ids.dim(1), features);
    return sketch.layerNorm(sketch.node("Add", List.of(rows.name(), places), rows.shape()));
  }

  private Wire mean(Wire x) {
    return sketch.node(
        "ReduceMean",
        List.of(x.name()),
        List.of(x.dim(0), x.dim(2)),
        attribute("axes", List.of(1L)),
        attribute("keepdims", 0L));
  }

  /** A layer normalisation as older exporters write it. */
  private Wire plainNorm(Wire x) {
    List<Long> thin = List.of(x.dim(0), x.dim(1), 1L);
    Wire mean = reduceLast(x, thin);
    Wire off = sketch.binary("Sub", x, mean);
    Wire square = sketch.node("Pow", List.of(off.name(), sketch.scalar(2)), x.shape());
    Wire variance =
        sketch.node("Add", List.of(reduceLast(square, thin).name(), sketch.scalar(1e-5f)), thin);
    Wire scaled = sketch.binary("Div", off, sketch.map("Sqrt", variance));
    Wire weighed =
        sketch.node("Mul", List.of(scaled.name(), sketch.weight(1, x.dim(2))), x.shape());
    return sketch.node("Add", List.of(weighed.name(), sketch.weight(100, x.dim(2))), x.shape());
  }

  private Wire reduceLast(Wire x, List<Long> shape) {
    return sketch.node("ReduceMean", List.of(x.name()), shape, attribute("axes", List.of(-1L)));
  }

  /** A product whose left side is quantised at run time, as in quantised encoders. */
  private Wire integerProduct(Wire x, long features) {
    List<String> made = List.of(sketch.fresh("bits"), sketch.fresh("scale"), sketch.fresh("zero"));
    sketch.nodes("DynamicQuantizeLinear", List.of(x.name()), made);
    String weights = sketch.bytes(x.dim(2), features);
    List<Long> shape = List.of(x.dim(0), x.dim(1), features);
    Wire product = sketch.node("MatMulInteger", List.of(made.get(0), weights, made.get(2)), shape);
    Wire plain = sketch.map("Cast", product, attribute("to", 1L));
    Wire scale = sketch.node("Mul", List.of(made.get(1), sketch.scalar(0.01f)), List.of());
    Wire scaled = sketch.binary("Mul", plain, scale);
    return sketch.node("Add", List.of(scaled.name(), sketch.weight(100, features)), shape);
  }

  private Wire linear(Wire x, long features, Step step) {
    return step.flag("int") ? integerProduct(x, features) : sketch.dense(x, features, "");
  }

  private Wire norm(Wire x, Step step) {
    return step.flag("plain") ? plainNorm(x) : sketch.layerNorm(x);
  }

  /** A layer of a transformer; the normalisation before or after its two parts. */
  private Wire encoder(Wire x, Step step) {
    boolean before = step.flag("pre");
    Wire attended = attention(before ? norm(x, step) : x, step);
    Wire y = sketch.binary("Add", attended, x);
    y = before ? y : norm(y, step);
    Wire inner = linear(before ? norm(y, step) : y, step.number(1), step);
    Wire outer = linear(sketch.activate(inner, step.activation()), x.dim(2), step);
    Wire sum = sketch.binary("Add", outer, y);
    return before ? sum : norm(sum, step);
  }

  private Wire attention(Wire x, Step step) {
    long heads = x.dim(2) % step.number(0) == 0 ? step.number(0) : 1;
    long size = x.dim(2) / heads;
    if (step.flag("fused")) {
      Wire q = linear(x, x.dim(2), step);
      Wire k = linear(x, x.dim(2), step);
      Wire v = linear(x, x.dim(2), step);
      return linear(sketch.attention(q, k, v, heads), x.dim(2), step);
    }
    Wire query = heads(linear(x, x.dim(2), step), heads, 0, 2, 1, 3);
    Wire key = heads(linear(x, x.dim(2), step), heads, 0, 2, 3, 1);
    Wire value = heads(linear(x, x.dim(2), step), heads, 0, 2, 1, 3);
    List<Long> square = List.of(x.dim(0), heads, x.dim(1), x.dim(1));
    Wire scores = sketch.node("MatMul", List.of(query.name(), key.name()), square);
    String root = sketch.scalar((float) Math.sqrt(size));
    Wire scaled = sketch.node("Div", List.of(scores.name(), root), square);
    Wire shares = sketch.map("Softmax", scaled, attribute("axis", -1L));
    Wire mixed = sketch.node("MatMul", List.of(shares.name(), value.name()), value.shape());
    Wire joined = sketch.transpose(mixed, 0, 2, 1, 3);
    return linear(sketch.reshape(joined, x.dim(0), x.dim(1), x.dim(2)), x.dim(2), step);
  }

  private Wire heads(Wire x, long heads, int... order) {
    return sketch.transpose(sketch.reshape(x, x.dim(0), x.dim(1), heads, x.dim(2) / heads), order);
  }

  /** Products along the steps, then along the features. */
  private Wire mixer(Wire x, Step step) {
    Wire turned = sketch.transpose(sketch.layerNorm(x), 0, 2, 1);
    Wire inner = sketch.dense(turned, step.number(0), step.activation());
    Wire back = sketch.transpose(sketch.dense(inner, x.dim(1), ""), 0, 2, 1);
    Wire y = sketch.binary("Add", back, x);
    inner = sketch.dense(sketch.layerNorm(y), step.number(1), step.activation());
    return sketch.binary("Add", sketch.dense(inner, x.dim(2), ""), y);
  }

  private Wire recurrent(Wire x, Step step, String op, long gates) {
    long hidden = step.number(0);
    long directions = step.flag("bi") ? 2 : 1;
    Wire turned = sketch.transpose(x, 1, 0, 2);
    List<String> inputs = new ArrayList<>();
    inputs.add(turned.name());
    inputs.add(sketch.weight(x.dim(2), directions, gates * hidden, x.dim(2)));
    inputs.add(sketch.weight(hidden, directions, gates * hidden, hidden));
    Wire y =
        sketch.node(
            op,
            inputs,
            List.of(x.dim(1), directions, x.dim(0), hidden),
            attribute("hidden_size", hidden),
            attribute("direction", directions == 2 ? "bidirectional" : "forward"));
    Wire merged = sketch.transpose(y, 2, 0, 1, 3);
    return sketch.reshape(merged, x.dim(0), x.dim(1), directions * hidden);
  }
}
