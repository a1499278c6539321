package org.scalpel.tier;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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
 * @param taken the exit at which the request left, of a plan with exits: the outputs are then those
 *     that were made up to there
 */
public record Execution(
    Map<String, TensorData> outputs,
    String plan,
    double totalMs,
    List<Stage> stages,
    RequestTimes times,
    Runnable releaser,
    Optional<ExitTaken> taken) {
  /** The answer of a plan without exits. */
  public Execution(
      Map<String, TensorData> outputs,
      String plan,
      double totalMs,
      List<Stage> stages,
      RequestTimes times,
      Runnable releaser) {
    this(outputs, plan, totalMs, stages, times, releaser, Optional.empty());
  }

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
    double ms = (System.nanoTime() - begun) / 1e6;
    return new Execution(outputs, plan, ms, stages, times, releaser, taken);
  }

  /** The exit that answered, the model's own end included; empty for plans without exits. */
  public Optional<String> exit() {
    return taken.map(ExitTaken::name);
  }

  /** How sure the answer is, 0 … 1; empty for plans without exits. */
  public OptionalDouble confidence() {
    return taken.stream().mapToDouble(ExitTaken::confidence).findFirst();
  }

  /** Whether less than the whole model was run. */
  public boolean isEarly() {
    return taken.map(ExitTaken::isEarly).orElse(false);
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
