package org.scalpel.engine;

import java.util.List;
import java.util.Map;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * A model, or a part of one, ready to run. Thread-safe: several threads may run it at a time, each
 * request on its own buffers.
 *
 * <p><b>Buffers.</b> Inputs are read in place, without a copy, and must not change during a run.
 * Outputs are new direct buffers that belong to the caller; a caller that has no more use for them
 * may {@link #recycle} them, which spares the next run their allocation.
 */
public interface Session extends AutoCloseable {
  /** What a run needs, in the model's order; -1 stands for a dimension that a run may choose. */
  List<OnnxModel.Value> inputs();

  /** What a run answers, in the model's order. */
  List<OnnxModel.Value> outputs();

  /**
   * Runs once.
   *
   * @param inputs by name: all that the model needs, no others
   * @return every output by name, in the model's order
   * @throws EngineException an input is missing, unknown, or of another type or shape; or the
   *     runtime failed
   */
  Map<String, TensorData> run(Map<String, TensorData> inputs);

  /**
   * Runs once, unless and until it is cancelled.
   *
   * @throws EngineException also when the run was stopped
   */
  Map<String, TensorData> run(Map<String, TensorData> inputs, Cancellation cancellation);

  /**
   * Gives output buffers of an earlier run back for reuse. The caller must not touch them, nor
   * views of them, afterwards.
   */
  void recycle(Map<String, TensorData> outputs);

  /** Waits for the runs under way, then frees the native memory. Idempotent. */
  @Override
  void close();
}
