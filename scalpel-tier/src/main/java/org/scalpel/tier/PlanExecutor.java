package org.scalpel.tier;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.scalpel.graph.TensorData;

/** One plan, ready on every tier. Thread-safe; made by {@link DeviceTier#prepare}. */
public final class PlanExecutor implements AutoCloseable {
  PlanExecutor() {}

  /** The id of the plan on every tier. */
  public String plan() {
    return "";
  }

  /**
   * Runs one request and waits for its answer, at most the configured request time.
   *
   * @param inputs of the model, by name
   * @throws TierException a tier was lost, refused, was too late or lied
   */
  public Execution execute(Map<String, TensorData> inputs) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs one request without waiting for its answer. When the window of requests in flight is full,
   * the call waits for room.
   */
  public CompletableFuture<Execution> submit(Map<String, TensorData> inputs) {
    throw new UnsupportedOperationException();
  }

  /** Forgets the plan on every tier. */
  @Override
  public void close() {}
}
