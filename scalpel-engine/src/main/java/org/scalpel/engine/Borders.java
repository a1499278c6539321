package org.scalpel.engine;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.NodeProto;

/**
 * Tells for every tensor between kernels whether it is still there in an optimised graph, in
 * another layout, or gone.
 *
 * <pre>
 *   kernels    conv ── c ── add ── y          c FUSED: the runtime adds inside the convolution
 *                     skip ─┘                 skip BLOCKED: in the layout of the convolutions
 * </pre>
 *
 * A kernel without a node of its own was absorbed by whoever makes its latest input.
 */
final class Borders {
  private final KernelGraph kernels;
  private final Set<String> surviving = new HashSet<>();
  private final Set<Integer> withNode = new HashSet<>();

  Borders(KernelGraph kernels, GraphProto optimised, NodeAttribution attribution) {
    this.kernels = kernels;
    for (NodeProto node : optimised.getNodeList()) {
      surviving.addAll(node.getInputList());
      surviving.addAll(node.getOutputList());
      attribution.kernel(node.getName()).ifPresent(withNode::add);
    }
  }

  Map<String, Border> find() {
    Map<String, Border> borders = new HashMap<>();
    for (KernelTensor tensor : kernels.tensors()) {
      boolean plain = tensor.producer() < 0 || surviving.contains(tensor.name());
      borders.put(tensor.name(), plain ? Border.PLAIN : Border.BLOCKED);
    }
    for (KernelGraph.Kernel kernel : kernels.kernels()) {
      if (!withNode.contains(kernel.index())) {
        latestLostInput(kernel.index()).ifPresent(name -> borders.put(name, Border.FUSED));
      }
    }
    return borders;
  }

  private Optional<String> latestLostInput(int kernel) {
    return kernels.kernels().get(kernel).layers().stream()
        .flatMap(l -> kernels.layers().layers().get(l).inputs().stream())
        .map(t -> kernels.layers().tensors().get(t))
        .filter(t -> t.producer() >= 0 && kernels.kernelOf(t.producer()) != kernel)
        .filter(t -> !surviving.contains(t.name()))
        .max(Comparator.comparingInt(t -> t.producer()))
        .map(t -> t.name());
  }
}
