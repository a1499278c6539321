package org.scalpel.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import java.util.List;
import org.scalpel.graph.ModelBuilder;

/** The largest of 3×3 numbers around each, or around every other. */
record MaxPool(Value input, Value to, int stride) implements Step {
  private static final long SIDE = 3;

  @Override
  public List<Value> from() {
    return List.of(input);
  }

  @Override
  public NDArray run(NDList inputs, Weights weights, boolean training) {
    return Pool.maxPool2d(
        inputs.singletonOrThrow(),
        new Shape(SIDE, SIDE),
        new Shape(stride, stride),
        new Shape(1, 1),
        false);
  }

  @Override
  public void write(ModelBuilder model, Weights weights) {
    model.node(
        ModelBuilder.node(to.name() + "/max", "MaxPool", List.of(input.name()), List.of(to.name()))
            .addAttribute(ModelBuilder.attribute("kernel_shape", List.of(SIDE, SIDE)))
            .addAttribute(ModelBuilder.attribute("strides", List.of((long) stride, (long) stride)))
            .addAttribute(ModelBuilder.attribute("pads", List.of(1L, 1L, 1L, 1L)))
            .build());
  }
}
