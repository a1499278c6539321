package org.scalpel.testbed;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Wakes an event loop at a moment exact to some tens of microseconds. Netty's portable event loop
 * waits in whole milliseconds, which at 1 Gbit/s is 125 kB; its native one is not on every machine.
 * A parked thread wakes 50–70 µs late on Linux, so this one parks for that much less and spins the
 * rest.
 */
final class Alarm implements AutoCloseable {
  private static final long PARK_SLACK_NANOS = 70_000;
  private static final long NEVER = Long.MAX_VALUE;

  private final Clock clock;
  private final Runnable ring;
  private final Thread thread;
  private final AtomicLong deadline = new AtomicLong(NEVER);
  private volatile boolean closed;

  /**
   * A running alarm.
   *
   * @param executor takes {@code ring} at each deadline
   */
  Alarm(String name, Clock clock, Consumer<Runnable> executor, Runnable ring) {
    this.clock = clock;
    this.ring = () -> executor.accept(ring);
    thread = new Thread(this::watch, name + "-clock");
    thread.setDaemon(true);
    thread.start();
  }

  /** Replaces the deadline; called by one thread only, the event loop. */
  void set(long nanos) {
    if (nanos < deadline.getAndSet(nanos)) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    while (!closed) {
      long due = deadline.get();
      long wait = due - clock.nanos();
      if (due == NEVER) {
        LockSupport.park(this);
      } else if (wait > PARK_SLACK_NANOS) {
        LockSupport.parkNanos(this, wait - PARK_SLACK_NANOS);
      } else if (wait > 0) {
        Thread.onSpinWait();
      } else if (deadline.compareAndSet(due, NEVER)) {
        ring();
      }
    }
  }

  private void ring() {
    try {
      ring.run();
    } catch (RejectedExecutionException e) {
      closed = true; // the event loop has ended
    }
  }
}
