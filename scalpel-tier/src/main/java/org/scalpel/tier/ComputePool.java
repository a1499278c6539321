package org.scalpel.tier;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.scalpel.tier.TierException.Kind;

/**
 * The workers of a tier: a fixed number, a bounded queue, and the declared dilation, which holds a
 * worker after a run for (f − 1) times what the run took of it, so that a fast machine can stand
 * for a slow one.
 */
final class ComputePool implements AutoCloseable {
  // What the system oversleeps, 0.13 ms in the median; the rest is waited for actively. On a
  // virtual
  // machine it is 2 ms now and then, which a long hold can afford to wait for, too.
  private static final long LEAST_SLACK_NS = 200_000;
  private static final long MOST_SLACK_NS = 2_500_000;
  private static final double SLACK_SHARE = 0.05;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final String tier;
  private final double slowdown;
  private final boolean byCpuTime;
  private final int capacity;
  private final Semaphore places;
  private final ThreadPoolExecutor workers;
  private final ThreadPoolExecutor passing;

  ComputePool(TierConfig config) {
    this.tier = config.name();
    this.slowdown = config.slowdown();
    this.capacity = config.queueCapacity();
    this.places = new Semaphore(config.workers());
    // Several threads of the runtime work for one run; their time is not this thread's.
    this.byCpuTime = config.threads() == 1 && THREADS.isCurrentThreadCpuTimeSupported();
    AtomicInteger number = new AtomicInteger();
    this.workers =
        new ThreadPoolExecutor(
            config.workers(),
            config.workers(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(capacity),
            task -> {
              Thread thread =
                  new Thread(task, "scalpel-" + tier + "-compute-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    workers.prestartAllCoreThreads();
    this.passing =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(capacity),
            task -> {
              Thread thread = new Thread(task, "scalpel-" + tier + "-pass");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * What follows on a run and is no computing. While others wait for a worker, a thread beside
   * passes it on, in order, so that the worker goes on computing; else the calling one does.
   */
  void pass(Runnable task) {
    if (workers.getQueue().isEmpty()) {
      task.run();
      return;
    }
    try {
      passing.execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  /**
   * Queues work, or refuses it when the queue is full or the tier is closing. A task keeps one of
   * the tier's places while it runs, whichever thread runs it.
   */
  void execute(Runnable task) {
    try {
      workers.execute(
          () -> {
            places.acquireUninterruptibly();
            try {
              task.run();
            } finally {
              places.release();
            }
          });
    } catch (RejectedExecutionException e) {
      String why = workers.isShutdown() ? "it is closing" : "its queue of " + capacity + " is full";
      throw new TierException(
          Kind.OVERLOADED, "tier '" + tier + "' takes no more requests: " + why, e);
    }
  }

  /**
   * Runs on the calling thread if a place is free and nobody waits for one, else as {@link
   * #execute}: a caller that would wait for the answer anyway is spared the change of threads.
   */
  void executeHere(Runnable task) {
    if (workers.isShutdown() || !workers.getQueue().isEmpty() || !places.tryAcquire()) {
      execute(task);
      return;
    }
    try {
      task.run();
    } finally {
      places.release();
    }
  }

  /** Runs on the calling worker and holds it as long as a slower machine would take. */
  <T> T dilated(Supplier<T> run) {
    if (slowdown == 1) {
      return run.get();
    }
    long cpu = byCpuTime ? THREADS.getCurrentThreadCpuTime() : 0;
    long start = System.nanoTime();
    T result = run.get();
    long wall = System.nanoTime() - start;
    long own = byCpuTime ? Math.min(THREADS.getCurrentThreadCpuTime() - cpu, wall) : wall;
    hold(start + wall + (long) ((slowdown - 1) * own));
    return result;
  }

  private static void hold(long until) {
    long whole = until - System.nanoTime();
    long slack = Math.max(LEAST_SLACK_NS, Math.min(MOST_SLACK_NS, (long) (SLACK_SHARE * whole)));
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      if (left > slack) {
        LockSupport.parkNanos(left - slack);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  int queued() {
    return workers.getQueue().size();
  }

  int capacity() {
    return capacity;
  }

  /** Finishes what is queued, at most for a while. */
  boolean drain(Duration limit) {
    workers.shutdown();
    try {
      long until = System.nanoTime() + limit.toNanos();
      boolean computed = workers.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
      passing.shutdown();
      long left = Math.max(1, until - System.nanoTime());
      boolean passed = passing.awaitTermination(left, TimeUnit.NANOSECONDS);
      return computed && passed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    passing.shutdownNow();
  }
}
