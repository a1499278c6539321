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
 * @param times the same in all detail
 * @param releaser what {@link #release} does
 */
public record Execution(
    Map<String, TensorData> outputs,
    String plan,
    double totalMs,
    List<Stage> stages,
    RequestTimes times,
    Runnable releaser) {
  /** Copies. */
  public Execution {
    outputs = Map.copyOf(outputs);
    stages = List.copyOf(stages);
  }

  /**
   * Gives the memory of the outputs back for the next request, which spares it an allocation. Never
   * needed; afterwards the outputs, and views of them, must not be touched.
   */
  public void release() {
    releaser.run();
  }

  /** The same, timed from {@code begun} on {@link System#nanoTime}: a try before it counts too. */
  public Execution since(long begun) {
    return new Execution(outputs, plan, (System.nanoTime() - begun) / 1e6, stages, times, releaser);
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
