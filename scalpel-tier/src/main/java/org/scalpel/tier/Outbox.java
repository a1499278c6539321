package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * What other threads send over a {@link Lane}: its thread is called once for all that came since it
 * last looked, and they leave together. As bounded as what may be in flight.
 */
final class Outbox {
  private final Queue<Handed> handed = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean called = new AtomicBoolean();
  private final Executor loop;
  private final BiConsumer<ByteBuf, Runnable> enqueue;
  private final Runnable drain;

  private record Handed(ByteBuf body, Runnable sent) {}

  /** {@code enqueue} takes a message, {@code drain} writes what was taken, both on the loop. */
  Outbox(Executor loop, BiConsumer<ByteBuf, Runnable> enqueue, Runnable drain) {
    this.loop = loop;
    this.enqueue = enqueue;
    this.drain = drain;
  }

  /**
   * Hands a message over.
   *
   * @throws RejectedExecutionException the loop has ended; the message is let go
   */
  void hand(ByteBuf body, Runnable sent) {
    handed.add(new Handed(body, sent));
    if (!called.compareAndSet(false, true)) {
      return;
    }
    try {
      loop.execute(this::take);
    } catch (RejectedExecutionException e) {
      called.set(false);
      for (Handed next = handed.poll(); next != null; next = handed.poll()) {
        next.body.release();
      }
      throw e;
    }
  }

  private void take() {
    // Before the queue is emptied: who comes after that calls anew.
    called.set(false);
    for (Handed next = handed.poll(); next != null; next = handed.poll()) {
      enqueue.accept(next.body, next.sent);
    }
    drain.run();
  }
}
