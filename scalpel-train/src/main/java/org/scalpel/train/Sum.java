package org.scalpel.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import java.util.List;
import org.scalpel.graph.ModelBuilder;

/** A shortcut's end: two tensors added, and perhaps a rectifier. */
record Sum(Value left, Value right, Value to, boolean relu) implements Step {
  @Override
  public List<Value> from() {
    return List.of(left, right);
  }

  @Override
  public NDArray run(NDList inputs, Weights weights, boolean training) {
    NDArray sum = inputs.get(0).add(inputs.get(1));
    return relu ? Activation.relu(sum) : sum;
  }

  @Override
  public void write(ModelBuilder model, Weights weights) {
    String sum = relu ? to.name() + "/sum" : to.name();
    model.node(
        ModelBuilder.node(
                to.name() + "/add", "Add", List.of(left.name(), right.name()), List.of(sum))
            .build());
    if (relu) {
      model.node(
          ModelBuilder.node(to.name() + "/relu", "Relu", List.of(sum), List.of(to.name())).build());
    }
  }
}
