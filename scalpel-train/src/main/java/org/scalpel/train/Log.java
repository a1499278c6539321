package org.scalpel.train;

import java.io.PrintWriter;
import java.util.Locale;

/** Tells people how far a training has come: a line now and then, as it may run for an hour. */
final class Log {
  private static final double EVERY_S = 10;
  private static final double MINUTE_S = 60;
  private static final double RECENT = 50;

  private final PrintWriter err;
  private double mean;
  private double first = -1;
  private long firstNanos;
  private long lastNanos = System.nanoTime();

  Log(PrintWriter err) {
    this.err = err;
  }

  synchronized void line(String text) {
    err.println(text);
    err.flush();
  }

  /** So much of the whole is done; what is left is judged by the pace since the first such call. */
  synchronized void progress(double done, double whole, double loss) {
    long now = System.nanoTime();
    mean = mean == 0 ? loss : mean + (loss - mean) / RECENT;
    if (first < 0) {
      first = done;
      firstNanos = now;
    }
    if ((now - lastNanos) / 1e9 < EVERY_S || done <= first) {
      return;
    }
    lastNanos = now;
    double left = (now - firstNanos) / 1e9 * (whole - done) / (done - first);
    line(
        String.format(
            Locale.ROOT,
            "  %.2f of %s epochs, loss %.3f, about %.0f min left",
            done,
            whole,
            mean,
            Math.ceil(left / MINUTE_S)));
  }
}
