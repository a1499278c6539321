package org.scalpel.tier;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Threads that look at the time. */
final class Clocks {
  private Clocks() {}

  /** One daemon thread; cancelled tasks leave at once. */
  static ScheduledThreadPoolExecutor daemon(String name) {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }
}
