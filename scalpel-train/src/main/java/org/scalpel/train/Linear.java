package org.scalpel.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.TensorData;

/** A fully connected layer: the logits of an exit. */
record Linear(Value input, Value to) implements Step {
  @Override
  public List<Value> from() {
    return List.of(input);
  }

  @Override
  public List<Learned> learned() {
    return List.of(
        Learned.of(name("weight"), Learned.Kind.WEIGHT, to.channels(), input.channels()),
        Learned.of(name("bias"), Learned.Kind.SHIFT, to.channels()));
  }

  private String name(String part) {
    return to.name() + "/" + part;
  }

  @Override
  public long macs() {
    return (long) input.channels() * to.channels();
  }

  @Override
  public NDArray run(NDList inputs, Weights weights, boolean training) {
    return ai.djl.nn.core.Linear.linear(
            inputs.singletonOrThrow(), weights.get(name("weight")), weights.get(name("bias")))
        .singletonOrThrow();
  }

  @Override
  public void write(ModelBuilder model, Weights weights) {
    float[] matrix = weights.floats(name("weight"));
    float[] bias = weights.floats(name("bias"));
    model.initializer(name("weight"), TensorData.ofFloats(matrix, to.channels(), input.channels()));
    model.initializer(name("bias"), TensorData.ofFloats(bias, bias.length));
    model.node(
        ModelBuilder.node(
                name("gemm"),
                "Gemm",
                List.of(input.name(), name("weight"), name("bias")),
                List.of(to.name()))
            .addAttribute(ModelBuilder.attribute("transB", 1L))
            .build());
  }
}
