package org.scalpel.tier;

import java.util.List;
import java.util.Map;
import org.scalpel.graph.TensorData;

/**
 * One answered request.
 *
 * @param outputs of the model, by name
 * @param plan the id of the plan that answered
 * @param totalMs from the call to the answer, on the device's clock
 * @param stages in the order of the chain: device, link, edge, link, cloud
 */
public record Execution(
    Map<String, TensorData> outputs, String plan, double totalMs, List<Stage> stages) {
  /** Copies. */
  public Execution {
    outputs = Map.copyOf(outputs);
    stages = List.copyOf(stages);
  }

  /** The bytes of all tensors that left the device and came back. */
  public long bytesOnFirstLink() {
    return stages.stream()
        .filter(s -> s.name().contains("<->"))
        .findFirst()
        .map(Stage::bytes)
        .orElse(0L);
  }
}
