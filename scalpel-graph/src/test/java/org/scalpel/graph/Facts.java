package org.scalpel.graph;

import java.util.HashMap;
import java.util.Map;

/** Stands in for a run: a plausible fact for every tensor. */
final class Facts {
  private Facts() {}

  static Map<String, TensorFact> guess(KernelGraph kernels) {
    Map<String, TensorFact> facts = new HashMap<>();
    for (LayerGraph.Tensor tensor : kernels.layers().tensors()) {
      facts.put(tensor.name(), TensorFact.of(ElementType.FLOAT32, 1, 8));
    }
    OnnxModel model = kernels.layers().model();
    model.inputs().forEach(v -> facts.put(v.name(), v.fact()));
    model.outputs().forEach(v -> facts.put(v.name(), v.fact()));
    return facts;
  }
}
