package org.scalpel.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells the runtime to end runs that were cancelled or whose deadline has passed. */
final class Watchdog implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  Watchdog() {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "scalpel-engine-deadline");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  Watch watch(Cancellation cancellation, RunOptions options) {
    Watch watch = new Watch(cancellation, options);
    cancellation.watch(watch);
    if (cancellation.bounded()) {
      long delay = Math.max(0, cancellation.remainingNanos());
      watch.alarm = timer.schedule(watch, delay, TimeUnit.NANOSECONDS);
    }
    return watch;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** One run under watch; after its end the options, which live in native memory, are let alone. */
  static final class Watch implements Runnable, AutoCloseable {
    private final Cancellation cancellation;
    private final RunOptions options;
    private boolean over;
    private @Nullable ScheduledFuture<?> alarm;

    Watch(Cancellation cancellation, RunOptions options) {
      this.cancellation = cancellation;
      this.options = options;
    }

    boolean isCancelled() {
      return cancellation.isCancelled();
    }

    @Override
    public synchronized void run() {
      if (over) {
        return;
      }
      try {
        options.setTerminate(true);
      } catch (OrtException e) {
        throw new EngineException("a run could not be stopped", e);
      }
    }

    @Override
    public void close() {
      synchronized (this) {
        over = true;
      }
      cancellation.forget(this);
      if (alarm != null) {
        alarm.cancel(false);
      }
    }
  }
}
