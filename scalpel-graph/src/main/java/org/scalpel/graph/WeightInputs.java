package org.scalpel.graph;

import java.util.HashSet;
import java.util.Set;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.ValueInfoProto;

/** Old exporters list every weight among the inputs, as the standard wanted before IR version 4. */
final class WeightInputs {
  /** From this version on initialisers need not be listed as inputs. */
  static final long MIN_IR_VERSION = 4;

  private WeightInputs() {}

  /** The model with real inputs only, at a version that allows it; others are left as they are. */
  static ModelProto removed(ModelProto model) {
    GraphProto graph = model.getGraph();
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().forEach(t -> weights.add(t.getName()));
    graph.getSparseInitializerList().forEach(t -> weights.add(t.getValues().getName()));
    if (graph.getInputList().stream().noneMatch(v -> weights.contains(v.getName()))) {
      return model;
    }
    GraphProto.Builder kept = graph.toBuilder().clearInput();
    for (ValueInfoProto input : graph.getInputList()) {
      if (!weights.contains(input.getName())) {
        kept.addInput(input);
      }
    }
    return model.toBuilder()
        .setGraph(kept)
        .setIrVersion(
            model.getIrVersion() < 3
                ? model.getIrVersion()
                : Math.max(MIN_IR_VERSION, model.getIrVersion()))
        .build();
  }
}
