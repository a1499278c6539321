package org.scalpel.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * Output buffers that callers gave back, a few per type and shape, more of small ones: answers that
 * leave together hold one each. Thread-safe.
 */
final class BufferPool {
  private static final int KEPT_PER_FACT = 4;
  private static final int KEPT_SMALL = 64;
  private static final int SMALL_BYTES = 16 * 1024;
  private final Map<TensorFact, Deque<TensorData>> free = new HashMap<>();

  /** A buffer that nobody else holds. */
  TensorData take(TensorFact fact) {
    synchronized (free) {
      Deque<TensorData> buffers = free.get(fact);
      if (buffers != null && !buffers.isEmpty()) {
        return buffers.pop();
      }
    }
    return new TensorData(fact, TensorData.allocate(fact));
  }

  /** Takes a buffer back, or leaves it to the collector when there are enough. */
  void give(TensorData buffer) {
    synchronized (free) {
      Deque<TensorData> buffers = free.computeIfAbsent(buffer.fact(), f -> new ArrayDeque<>());
      if (buffers.size() < (buffer.fact().bytes() <= SMALL_BYTES ? KEPT_SMALL : KEPT_PER_FACT)) {
        buffers.push(buffer);
      }
    }
  }
}
