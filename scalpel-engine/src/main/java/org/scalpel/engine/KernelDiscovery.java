package org.scalpel.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.HashSet;
import java.util.Set;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.NodeProto;

/**
 * Learns the kernels of a model: the runtime optimises it at the portable level, and the tensors
 * that are still there afterwards are the borders of the kernels.
 *
 * <pre>
 *   before   x ─ Conv ─ a ─ BatchNormalization ─ b ─ Relu ─ y        surviving: x, y
 *   after    x ─ FusedConv ─ y                                       one kernel of three layers
 * </pre>
 */
final class KernelDiscovery {
  private static final EngineOptions PORTABLE =
      EngineOptions.DEFAULT.withLevel(OptimizationLevel.EXTENDED);

  private KernelDiscovery() {}

  static KernelGraph discover(LayerGraph layers) {
    return KernelGraph.of(layers, survivors(layers.model()));
  }

  private static Set<String> survivors(OnnxModel model) {
    try (OptimisedGraph optimised = new OptimisedGraph();
        SessionOptions options = NativeRuntime.options(PORTABLE)) {
      optimised.request(options);
      try (OrtSession session = NativeRuntime.open(model.proto(), model.folder(), options)) {
        Set<String> names = new HashSet<>(session.getOutputNames());
        model.inputs().forEach(i -> names.add(i.name()));
        for (NodeProto node : optimised.read().getNodeList()) {
          names.addAll(node.getInputList());
          names.addAll(node.getOutputList());
        }
        return names;
      }
    } catch (OrtException e) {
      throw NativeRuntime.failure(model.label(), "the runtime refuses the model", e);
    }
  }
}
