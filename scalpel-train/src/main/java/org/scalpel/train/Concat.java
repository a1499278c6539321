package org.scalpel.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.scalpel.graph.ModelBuilder;

/** The channels of several tensors, one after the other. */
record Concat(List<Value> from, Value to) implements Step {
  Concat {
    from = List.copyOf(from);
  }

  @Override
  public NDArray run(NDList inputs, Weights weights, boolean training) {
    return NDArrays.concat(inputs, 1);
  }

  @Override
  public void write(ModelBuilder model, Weights weights) {
    model.node(
        ModelBuilder.node(
                to.name() + "/concat",
                "Concat",
                from.stream().map(Value::name).toList(),
                List.of(to.name()))
            .addAttribute(ModelBuilder.attribute("axis", 1L))
            .build());
  }
}
