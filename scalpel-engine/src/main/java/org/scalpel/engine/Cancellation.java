package org.scalpel.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Stops runs: when somebody says so, or at a deadline. One object may guard several runs, in
 * several sessions; thread-safe. Once cancelled it stays cancelled.
 */
public final class Cancellation {
  private final long deadlineNanos;
  private final boolean bounded;
  private final List<Runnable> watchers = new ArrayList<>();
  private boolean cancelled;

  private Cancellation(boolean bounded, long deadlineNanos) {
    this.bounded = bounded;
    this.deadlineNanos = deadlineNanos;
  }

  /** Stops nothing until {@link #cancel()} is called. */
  public static Cancellation manual() {
    return new Cancellation(false, 0);
  }

  /** Stops what is still running after this time from now. */
  public static Cancellation after(Duration time) {
    return new Cancellation(true, System.nanoTime() + time.toNanos());
  }

  /** Stops the runs under way and refuses later ones. */
  public void cancel() {
    List<Runnable> toTell;
    synchronized (this) {
      cancelled = true;
      toTell = List.copyOf(watchers);
    }
    toTell.forEach(Runnable::run);
  }

  /** Whether it was cancelled or its deadline has passed. */
  public synchronized boolean isCancelled() {
    return cancelled || (bounded && System.nanoTime() - deadlineNanos >= 0);
  }

  boolean bounded() {
    return bounded;
  }

  long remainingNanos() {
    return deadlineNanos - System.nanoTime();
  }

  synchronized void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  synchronized void forget(Runnable watcher) {
    watchers.remove(watcher);
  }
}
