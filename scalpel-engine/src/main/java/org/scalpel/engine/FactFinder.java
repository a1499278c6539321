package org.scalpel.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.TensorShapeProto;
import org.scalpel.onnx.TypeProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * Finds type and shape of every tensor. The model is rewritten so that every tensor is an output
 * and every input has the shape of its sample; what the exporter declared about shapes is dropped,
 * the runtime infers them anew. What it cannot infer (shapes that depend on data) is read off a
 * real run, some tensors at a time so that memory stays bounded.
 */
final class FactFinder {
  private static final EngineOptions PLAIN =
      EngineOptions.DEFAULT.withLevel(OptimizationLevel.NONE);
  private static final int TENSORS_PER_RUN = 64;
  private final LayerGraph layers;
  private final OnnxModel model;
  private final Map<String, TensorData> inputs;
  private final SessionSignature signature;

  FactFinder(LayerGraph layers, Map<String, TensorData> inputs) {
    this.layers = layers;
    this.model = layers.model();
    this.inputs = inputs;
    this.signature = new SessionSignature(model.label(), model.inputs(), model.outputs());
  }

  Map<String, TensorFact> find() {
    signature.check(inputs);
    try (SessionOptions options = NativeRuntime.options(PLAIN);
        OrtSession session = NativeRuntime.open(instrumented(), model.folder(), options)) {
      Map<String, TensorFact> facts = new LinkedHashMap<>();
      inputs.forEach((name, data) -> facts.put(name, data.fact()));
      List<String> open = new ArrayList<>();
      for (NodeInfo info : session.getOutputInfo().values()) {
        TensorTypes.fact(info)
            .ifPresent(
                fact -> {
                  // The runtime says [] for a scalar and for a shape of which it knows nothing.
                  if (fact.isStatic() && !fact.shape().isEmpty()) {
                    facts.put(info.getName(), fact);
                  } else {
                    open.add(info.getName());
                  }
                });
      }
      observe(session, open, facts);
      return Collections.unmodifiableMap(facts);
    } catch (OrtException e) {
      throw NativeRuntime.failure(model.label(), "shapes could not be found", e);
    }
  }

  private void observe(OrtSession session, List<String> names, Map<String, TensorFact> facts)
      throws OrtException {
    try (NativeTensors natives = NativeTensors.inputs(signature, inputs)) {
      for (int from = 0; from < names.size(); from += TENSORS_PER_RUN) {
        Set<String> some =
            Set.copyOf(names.subList(from, Math.min(names.size(), from + TENSORS_PER_RUN)));
        try (OrtSession.Result result = session.run(natives.byName(), some)) {
          result.forEach(
              entry -> {
                if (entry.getValue() instanceof OnnxTensor tensor) {
                  TensorTypes.fact(tensor.getInfo()).ifPresent(f -> facts.put(entry.getKey(), f));
                }
              });
        }
      }
    }
  }

  private ModelProto instrumented() {
    GraphProto.Builder graph = model.proto().getGraph().toBuilder();
    graph.clearValueInfo().clearOutput();
    for (int i = 0; i < graph.getInputCount(); i++) {
      TensorData sample = inputs.get(graph.getInput(i).getName());
      if (sample != null) {
        graph.setInput(i, bound(graph.getInput(i), sample.fact()));
      }
    }
    for (LayerGraph.Tensor tensor : layers.tensors()) {
      if (tensor.producer() >= 0) {
        graph.addOutput(ValueInfoProto.newBuilder().setName(tensor.name()));
      }
    }
    for (String name : layers.constantOutputs()) {
      graph.addOutput(ValueInfoProto.newBuilder().setName(name));
    }
    return model.proto().toBuilder().setGraph(graph).build();
  }

  private static ValueInfoProto bound(ValueInfoProto input, TensorFact fact) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : fact.shape()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor.Builder type = input.getType().getTensorType().toBuilder().setShape(shape);
    return input.toBuilder().setType(TypeProto.newBuilder().setTensorType(type)).build();
  }
}
