package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.scalpel.live.RequestStream;
import org.scalpel.live.StreamAnswer;
import org.scalpel.live.StreamOptions;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;

/**
 * Requests that come at an even pace whether or not the earlier ones are answered, as a camera's
 * do. Nine are under way or wait at most; of those that wait the oldest is given up for a new one.
 * A request's latency runs from the moment at which it was due.
 */
final class OpenLoad {
  /** Under way and waiting together: the same for any window, so that waits are comparable. */
  private static final int PRESENT = 9;

  /**
   * What became of the requests.
   *
   * @param answeredPerS answers within the time in which requests came, by that time
   * @param dropped part of the requests that were given up
   * @param failed requests
   */
  record Result(List<Double> latenciesMs, double answeredPerS, double dropped, int failed) {
    /** Not a number where nothing was answered. */
    double quantile(boolean tail) {
      if (latenciesMs.isEmpty()) {
        return Double.NaN;
      }
      return tail ? Figure.p95(latenciesMs) : Figure.median(latenciesMs);
    }
  }

  private final Map<Long, Long> due = new ConcurrentHashMap<>();
  private final List<Double> latencies = Collections.synchronizedList(new ArrayList<>());
  private long ends = Long.MAX_VALUE;
  private int inTime;
  private int dropped;
  private int failed;

  private OpenLoad() {}

  /** Everything ends before this returns. */
  static Result run(
      Function<Inputs, CompletableFuture<Execution>> tiers,
      Inputs inputs,
      int window,
      double stepMs,
      Duration time) {
    OpenLoad load = new OpenLoad();
    StreamOptions options =
        new StreamOptions(
            false, window, Math.max(1, PRESENT - window), StreamOptions.Overflow.DROP_OLDEST);
    long sent = 0;
    try (RequestStream stream = RequestStream.open(tiers, options, load::take)) {
      long start = System.nanoTime();
      long count = Math.max(3, Math.round(time.toNanos() / 1e6 / stepMs));
      load.end(start + (long) (count * stepMs * 1e6));
      Pace pace = new Pace(stepMs);
      for (; sent < count; sent++) {
        load.due.put(sent, pace.await());
        stream.send(inputs);
      }
    }
    return load.result(sent, sent * stepMs);
  }

  private synchronized void end(long at) {
    ends = at;
  }

  private synchronized void take(StreamAnswer answer) {
    long now = System.nanoTime();
    if (answer instanceof StreamAnswer.Answered done) {
      done.execution().release();
      latencies.add((now - due.getOrDefault(done.number(), now)) / 1e6);
      inTime += now <= ends ? 1 : 0;
    } else if (answer instanceof StreamAnswer.Dropped gone) {
      dropped += Math.toIntExact(gone.count());
    } else {
      failed++;
    }
  }

  private synchronized Result result(long sent, double ms) {
    return new Result(List.copyOf(latencies), inTime / ms * 1000, (double) dropped / sent, failed);
  }
}
