package org.scalpel.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** The progress of one task on stderr. Thread-safe. */
public final class Progress implements AutoCloseable {
  /** Set by the launchers when stderr is a terminal: Java cannot tell on every version. */
  private static final String TERMINAL = "scalpel.terminal";

  private static final Duration LINE_EVERY = Duration.ofSeconds(2);

  private final String task;
  private final @Nullable PrintWriter err;
  private final @Nullable ProgressBar bar;
  private long steps;
  private long done;
  private long lastLineNanos;
  private long startNanos;
  private long startDone = -1;

  private Progress(String task, long steps, @Nullable PrintWriter err, @Nullable ProgressBar bar) {
    this.task = task;
    this.steps = steps;
    this.err = err;
    this.bar = bar;
    this.lastLineNanos = System.nanoTime();
  }

  static Progress start(String task, long steps, @Nullable PrintWriter err) {
    boolean terminal = err != null && Boolean.getBoolean(TERMINAL) && System.getenv("TERM") != null;
    if (!terminal) {
      if (err != null) {
        err.println(task + " …");
        err.flush();
      }
      return new Progress(task, steps, err, null);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(100)
            .build();
    return new Progress(task, steps, null, bar);
  }

  /** So many steps are done, out of so many. */
  public synchronized void at(long stepsDone, long stepsInAll) {
    done = stepsDone;
    steps = stepsInAll;
    if (bar != null) {
      bar.maxHint(stepsInAll).stepTo(stepsDone);
    }
    line();
  }

  /** This part of the whole is done, in a phase that the cautious may ignore. */
  public void at(String phase, double fraction) {
    long percent = 100;
    at(Math.round(fraction * percent), percent);
  }

  /** One more step is done. */
  public synchronized void step() {
    at(done + 1, steps);
  }

  private void line() {
    long now = System.nanoTime();
    if (err != null && now - lastLineNanos >= LINE_EVERY.toNanos()) {
      lastLineNanos = now;
      err.println(task + " … " + done + (steps > 0 ? " of " + steps + left(now) : ""));
      err.flush();
    }
  }

  /** How long the rest takes at the pace since the first step that was told. */
  private String left(long now) {
    if (startDone < 0) {
      startDone = done;
      startNanos = now;
    }
    if (done <= startDone || done >= steps) {
      return "";
    }
    double seconds = (now - startNanos) / 1e9 * (steps - done) / (done - startDone);
    return String.format(Locale.ROOT, ", about %.0f s left", Math.ceil(seconds));
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
