package org.scalpel.testbed;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Plays a trace onto a link: tells each new step to a listener, usually one that sets a {@link
 * LinkProxy}'s shape. Time is either the caller's ({@link #advanceTo}: simulations, tests) or the
 * machine's ({@link #play}).
 */
public final class TracePlayer implements AutoCloseable {
  private final Trace trace;
  private final Consumer<Trace.Step> listener;
  private final ScheduledExecutorService timer;
  private int told = -1;

  /** A player that has told nothing yet. */
  public TracePlayer(Trace trace, Consumer<Trace.Step> listener) {
    this.trace = trace;
    this.listener = listener;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "trace-" + trace.name());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Sets a link's rate both ways to the trace's, at a fixed round-trip time. */
  public static TracePlayer onto(LinkProxy link, Trace trace, double rttMs) {
    return new TracePlayer(trace, step -> link.shape(LinkShape.symmetric(step.mbps(), rttMs)));
  }

  /** It is so long after the start: tells the step in force unless it was the last one told. */
  public synchronized void advanceTo(double elapsedMs) {
    int now = trace.indexAt(elapsedMs);
    if (now != told) {
      told = now;
      listener.accept(trace.steps().get(now));
    }
  }

  /**
   * Follows the machine's clock from now until closed, in a daemon thread.
   *
   * @param speed 1 = as recorded, 10 = ten times as fast
   */
  public void play(double speed) {
    if (!(speed > 0 && speed <= 1000)) {
      throw new TestbedException("trace speed " + speed + ": expected above 0, up to 1000");
    }
    long start = System.nanoTime();
    advanceTo(0);
    var unused =
        timer.scheduleAtFixedRate(
            () -> advanceTo((System.nanoTime() - start) / 1e6 * speed),
            5,
            5,
            TimeUnit.MILLISECONDS);
  }

  /** Stops; the link stays as it is. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
