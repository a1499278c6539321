package org.scalpel.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import org.scalpel.graph.KernelGraph;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.NodeProto;

/**
 * Says to which kernel each node of an optimised graph belongs.
 *
 * <p>A node belongs to the kernel that makes, in the original model, a tensor of the same name. The
 * runtime renames in two cases: a node that works on blocked channels makes {@code reorder_…} and
 * is itself called {@code <original tensor>_nchwc}; and nodes that the runtime adds (reorders,
 * transposes, casts) belong to the kernel that reads what they make.
 */
final class NodeAttribution {
  private static final String BLOCKED = "_nchwc";

  /** A batch normalisation of blocked channels is a convolution called so. */
  private static final String BLOCKED_NORM = "_bn_nchwc";

  private final KernelGraph kernels;
  private final Map<String, Integer> kernelOfNode = new HashMap<>();
  private final Map<String, List<NodeProto>> readers = new HashMap<>();

  NodeAttribution(KernelGraph kernels, GraphProto optimised) {
    this.kernels = kernels;
    for (NodeProto node : optimised.getNodeList()) {
      for (String input : node.getInputList()) {
        readers.computeIfAbsent(input, i -> new ArrayList<>()).add(node);
      }
    }
    // Backward, so that a node that the runtime added finds its readers attributed.
    for (int i = optimised.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = optimised.getNode(i);
      OptionalInt kernel = attribute(node);
      kernel.ifPresent(k -> kernelOfNode.put(node.getName(), k));
    }
    for (NodeProto node : optimised.getNodeList()) {
      if (!kernelOfNode.containsKey(node.getName())) {
        byInputs(node).ifPresent(k -> kernelOfNode.put(node.getName(), k));
      }
    }
  }

  /** The kernel of the node of this name; empty for nodes inside the bodies of others. */
  OptionalInt kernel(String nodeName) {
    Integer kernel = kernelOfNode.get(nodeName);
    return kernel == null ? OptionalInt.empty() : OptionalInt.of(kernel);
  }

  private OptionalInt attribute(NodeProto node) {
    for (String suffix : List.of(BLOCKED, BLOCKED_NORM)) {
      if (node.getName().endsWith(suffix)) {
        OptionalInt kernel =
            producer(node.getName().substring(0, node.getName().length() - suffix.length()));
        if (kernel.isPresent()) {
          return kernel;
        }
      }
    }
    for (String output : node.getOutputList()) {
      OptionalInt kernel = producer(output);
      if (kernel.isPresent()) {
        return kernel;
      }
    }
    Matcher named = KernelTimer.NAME.matcher(node.getName());
    if (named.find()) {
      return original(Integer.parseInt(named.group(1)));
    }
    for (String output : node.getOutputList()) {
      for (NodeProto reader : readers.getOrDefault(output, List.of())) {
        Integer kernel = kernelOfNode.get(reader.getName());
        if (kernel != null) {
          return OptionalInt.of(kernel);
        }
      }
    }
    return OptionalInt.empty();
  }

  /** A node that kept its name: the kernel of what it made before the runtime renamed it. */
  private OptionalInt original(int index) {
    for (String output :
        kernels.layers().model().proto().getGraph().getNode(index).getOutputList()) {
      OptionalInt kernel = producer(output);
      if (kernel.isPresent()) {
        return kernel;
      }
    }
    return OptionalInt.empty();
  }

  private OptionalInt byInputs(NodeProto node) {
    return node.getInputList().stream()
        .map(this::producer)
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  private OptionalInt producer(String tensor) {
    return kernels
        .layers()
        .tensor(tensor)
        .filter(t -> t.producer() >= 0)
        .map(t -> OptionalInt.of(kernels.kernelOf(t.producer())))
        .orElse(OptionalInt.empty());
  }
}
