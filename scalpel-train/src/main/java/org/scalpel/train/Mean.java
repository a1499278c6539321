package org.scalpel.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.pooling.Pool;
import java.util.List;
import org.scalpel.graph.ModelBuilder;

/** The mean of every channel. */
record Mean(Value input, Value to) implements Step {
  @Override
  public List<Value> from() {
    return List.of(input);
  }

  @Override
  public NDArray run(NDList inputs, Weights weights, boolean training) {
    return Pool.globalAvgPool2d(inputs.singletonOrThrow());
  }

  @Override
  public void write(ModelBuilder model, Weights weights) {
    String mean = to.name() + "/mean";
    model.node(
        ModelBuilder.node(mean, "GlobalAveragePool", List.of(input.name()), List.of(mean)).build());
    model.node(
        ModelBuilder.node(to.name() + "/flatten", "Flatten", List.of(mean), List.of(to.name()))
            .addAttribute(ModelBuilder.attribute("axis", 1L))
            .build());
  }
}
