package org.scalpel.tier;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/**
 * Direct buffers that are used again: a fresh one costs zeroing and page faults, which for a few
 * megabytes is more than sending them.
 *
 * <p>Buffers come in sizes of a power of two; what is given back beyond the bound is left to the
 * garbage collector. A buffer that is never given back is only a lost chance, so callers give back
 * on the good path and forget it on every other.
 */
final class BufferPool {
  static final BufferPool SHARED = new BufferPool(256L << 20);

  private static final int SMALLEST_LOG = 10;
  private static final int LARGEST_LOG = 28;

  private final long bound;
  private final ArrayDeque<ByteBuffer>[] free;
  private long held;

  @SuppressWarnings({"unchecked", "rawtypes"})
  BufferPool(long bound) {
    this.bound = bound;
    this.free = new ArrayDeque[LARGEST_LOG - SMALLEST_LOG + 1];
    for (int i = 0; i < free.length; i++) {
      free[i] = new ArrayDeque<>();
    }
  }

  /** A little-endian direct buffer with position 0 and limit {@code bytes}; its content is old. */
  ByteBuffer take(int bytes) {
    int log = Math.max(SMALLEST_LOG, 32 - Integer.numberOfLeadingZeros(Math.max(0, bytes - 1)));
    if (log > LARGEST_LOG) {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    ByteBuffer buffer;
    synchronized (this) {
      buffer = free[log - SMALLEST_LOG].pollLast();
      if (buffer != null) {
        held -= buffer.capacity();
      }
    }
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(1 << log).order(ByteOrder.LITTLE_ENDIAN);
    }
    buffer.clear().limit(bytes);
    return buffer;
  }

  /** Gives back what {@link #take} gave; nobody may touch it any more. */
  void give(ByteBuffer buffer) {
    int capacity = buffer.capacity();
    int log = 31 - Integer.numberOfLeadingZeros(Math.max(1, capacity));
    if (log < SMALLEST_LOG || log > LARGEST_LOG || capacity != 1 << log) {
      return;
    }
    synchronized (this) {
      if (held + capacity <= bound) {
        held += capacity;
        free[log - SMALLEST_LOG].addLast(buffer);
      }
    }
  }

  synchronized long held() {
    return held;
  }
}
