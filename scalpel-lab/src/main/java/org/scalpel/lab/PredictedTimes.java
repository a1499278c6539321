package org.scalpel.lab;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scalpel.cost.Profile;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;
import org.scalpel.learn.Predictor;
import org.scalpel.onnx.NodeProto;

/**
 * The profile that a learned predictor makes up for a model that it has not measured, where the
 * environment variable {@code SCALPEL_PREDICTOR} names one: {@code FILE} or {@code FILE#PLATFORM}.
 */
final class PredictedTimes {
  private static final Set<String> BY_ELEMENT = Set.of("Mul", "Sin");

  private PredictedTimes() {}

  /** At the mean. */
  static Optional<Profile> of(KernelGraph kernels, Map<String, TensorFact> facts) {
    return Optional.ofNullable(System.getenv("SCALPEL_PREDICTOR"))
        .map(
            text -> {
              int hash = text.lastIndexOf('#');
              Path file = Path.of(hash < 0 ? text : text.substring(0, hash));
              String platform = hash < 0 ? "" : text.substring(hash + 1);
              Map<String, TensorFact> all = new HashMap<>(weights(kernels.layers().model()));
              all.putAll(facts);
              return Predictor.read(file).on(platform).profile(kernels, all, 0);
            });
  }

  /** Shapes of the weights that are formulas ({@link MadeUpWeights}): no run shows them. */
  static Map<String, TensorFact> weights(OnnxModel model) {
    Map<String, List<Long>> shapes = new HashMap<>();
    Map<String, TensorFact> made = new HashMap<>();
    model
        .proto()
        .getGraph()
        .getInitializerList()
        .forEach(stored -> shapes.put(stored.getName(), stored.getDimsList()));
    for (NodeProto node : model.proto().getGraph().getNodeList()) {
      if (BY_ELEMENT.contains(node.getOpType())
          && shapes.keySet().containsAll(node.getInputList())) {
        List<Long> shape =
            node.getInputList().stream()
                .map(name -> shapes.getOrDefault(name, List.of()))
                .reduce(List.of(), PredictedTimes::broadcast);
        shapes.put(node.getOutput(0), shape);
        made.put(node.getOutput(0), new TensorFact(ElementType.FLOAT32, shape));
      }
    }
    return made;
  }

  private static List<Long> broadcast(List<Long> one, List<Long> other) {
    if (one.size() < other.size()) {
      return broadcast(other, one);
    }
    Long[] wide = one.toArray(Long[]::new);
    int shift = one.size() - other.size();
    for (int i = 0; i < other.size(); i++) {
      wide[i + shift] = Math.max(wide[i + shift], other.get(i));
    }
    return List.of(wide);
  }
}
