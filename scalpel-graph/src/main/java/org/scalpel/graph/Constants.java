package org.scalpel.graph;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.scalpel.onnx.FunctionProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;

/**
 * Which nodes always give the same: Constant nodes, and nodes that read nothing but constants and
 * throw no dice. They are on every tier like the weights, so they are no layers.
 */
final class Constants {
  private static final Set<String> RANDOM =
      Set.of(
          "RandomNormal",
          "RandomUniform",
          "RandomNormalLike",
          "RandomUniformLike",
          "Multinomial",
          "Bernoulli");

  /** Domains whose other operators are known to be functions of their inputs. */
  private static final Set<String> KNOWN_DOMAINS =
      Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");

  private final boolean functionsAreRandom;
  private final Set<String> functions;

  Constants(ModelProto model) {
    boolean[] random = {false};
    Set<String> names = new HashSet<>();
    for (FunctionProto function : model.getFunctionsList()) {
      names.add(function.getDomain() + ":" + function.getName());
      Nodes.forEachDeep(function.getNodeList(), n -> random[0] |= isRandomOp(n));
    }
    functionsAreRandom = random[0];
    functions = Set.copyOf(names);
  }

  /** For every node of the wiring, whether it is constant. */
  boolean[] find(Wiring wiring) {
    boolean[] constant = new boolean[wiring.nodeCount()];
    for (int node : wiring.order()) {
      constant[node] =
          readsOnlyConstants(wiring, node, constant) && isDeterministic(wiring.node(node));
    }
    return constant;
  }

  private static boolean readsOnlyConstants(Wiring wiring, int node, boolean[] constant) {
    for (int tensor : wiring.reads(node)) {
      int producer = wiring.producer(tensor);
      if (producer == Wiring.INPUT || (producer >= 0 && !constant[producer])) {
        return false;
      }
    }
    return true;
  }

  private boolean isDeterministic(NodeProto node) {
    boolean[] dice = {false};
    Nodes.forEachDeep(List.of(node), n -> dice[0] |= mayDiffer(n));
    return !dice[0];
  }

  private boolean mayDiffer(NodeProto node) {
    if (functions.contains(node.getDomain() + ":" + node.getOpType())) {
      return functionsAreRandom;
    }
    return !KNOWN_DOMAINS.contains(node.getDomain()) || isRandomOp(node);
  }

  /** Dropout throws dice only when its third input switches training on. */
  private static boolean isRandomOp(NodeProto node) {
    return RANDOM.contains(node.getOpType())
        || (node.getOpType().equals("Dropout") && node.getInputCount() > 2);
  }
}
