package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.scalpel.live.SmoothShares;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;

/**
 * Requests as fast as a window takes them, shared out over the partitions of a plan, until the time
 * between two answers is known well enough. The first answers, which find the pipeline empty, do
 * not count.
 */
final class PeriodRuns {
  private static final int BATCHES = 5;

  /** A partition that is ready, and the part of the requests that it takes. */
  record Ready(PlanExecutor plan, double share) {}

  /**
   * What was measured.
   *
   * @param periods times between answers in ms, each the mean of a batch of consecutive ones
   * @param answers that counted
   */
  record Result(List<Double> periods, int answers) {}

  private final List<Ready> plans;
  private final Inputs inputs;
  private final int window;
  private final SmoothShares turns;
  private final ConcurrentLinkedQueue<Long> answeredAt = new ConcurrentLinkedQueue<>();

  private PeriodRuns(List<Ready> plans, Inputs inputs, int window) {
    this.plans = plans;
    this.inputs = inputs;
    this.window = window;
    turns = new SmoothShares(plans.stream().map(Ready::share).toList());
  }

  /**
   * Measures; when it returns everything has been answered.
   *
   * @param window requests in flight
   * @param stop after so many answers at least
   */
  static Result run(List<Ready> plans, Inputs inputs, int window, InterleavedRuns.Stop stop) {
    return new PeriodRuns(plans, inputs, window).measure(stop);
  }

  private Result measure(InterleavedRuns.Stop stop) {
    List<CompletableFuture<?>> open = new ArrayList<>();
    long end = System.nanoTime() + stop.time().toNanos();
    while (!enough(stop, end)) {
      if (open.size() >= window) {
        CompletableFuture.anyOf(open.toArray(CompletableFuture[]::new)).join();
      } else {
        open.add(plans.get(turns.next()).plan().submit(inputs).thenAccept(this::answered));
      }
      open.removeIf(CompletableFuture::isDone);
    }
    Result result = new Result(periods(), answeredAt.size() - window);
    open.forEach(CompletableFuture::join);
    return result;
  }

  private void answered(Execution done) {
    answeredAt.add(System.nanoTime());
    done.release();
  }

  private boolean enough(InterleavedRuns.Stop stop, long end) {
    int counted = answeredAt.size() - window;
    return counted > stop.least()
        && (System.nanoTime() > end || Interval.of(periods()).relative() <= stop.precision());
  }

  private List<Double> periods() {
    long[] at = answeredAt.stream().skip(window).mapToLong(ns -> ns).sorted().toArray();
    List<Double> periods = new ArrayList<>();
    int batches = Math.min(BATCHES, at.length - 1);
    for (int b = 0; b < batches; b++) {
      int from = b * (at.length - 1) / batches;
      int to = (b + 1) * (at.length - 1) / batches;
      periods.add((at[to] - at[from]) / 1e6 / (to - from));
    }
    return periods;
  }
}
