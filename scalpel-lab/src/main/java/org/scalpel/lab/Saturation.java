package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Stage;

/**
 * Sends requests as fast as they are taken and counts what comes back. The source of requests waits
 * itself while its window is full.
 */
final class Saturation {
  private final Object lock = new Object();
  private final List<Long> answeredAt = new ArrayList<>();
  private final Map<String, Load> loads = new HashMap<>();
  private int failed;
  private boolean counting;

  private Saturation() {}

  /** What the answers of one plan say about every tier. */
  private static final class Load {
    private final Map<String, Double> sums = new HashMap<>();
    private int answers;
  }

  /**
   * What came back in the time that counts.
   *
   * @param periodMs between two answers, in the mean
   * @param tiersMs by plan and tier, what computing took in the mean
   * @param answers by plan
   * @param busy by tier, the part of the time in which it computed
   */
  record Result(
      double periodMs,
      Map<String, Map<String, Double>> tiersMs,
      Map<String, Integer> answers,
      Map<String, Double> busy,
      int failed) {
    int answered() {
      return answers.values().stream().mapToInt(count -> count).sum();
    }
  }

  /** Everything ends before this returns. */
  static Result run(Supplier<CompletableFuture<Execution>> next, Duration warmUp, Duration time) {
    Saturation saturation = new Saturation();
    saturation.send(next, warmUp, () -> {});
    saturation.send(
        next,
        time,
        () -> {
          synchronized (saturation.lock) {
            saturation.counting = true;
          }
        });
    return saturation.result();
  }

  private void send(Supplier<CompletableFuture<Execution>> next, Duration time, Runnable begin) {
    begin.run();
    long until = System.nanoTime() + time.toNanos();
    List<CompletableFuture<?>> open = new ArrayList<>();
    while (System.nanoTime() < until) {
      open.add(next.get().whenComplete(this::answered));
      open.removeIf(CompletableFuture::isDone);
    }
    synchronized (lock) {
      last = counting ? open : last;
    }
  }

  private List<CompletableFuture<?>> last = List.of();

  private void answered(
      @org.jspecify.annotations.Nullable Execution done,
      @org.jspecify.annotations.Nullable Throwable fault) {
    long now = System.nanoTime();
    synchronized (lock) {
      if (done == null) {
        failed++;
      } else if (counting) {
        answeredAt.add(now);
        Load load = loads.computeIfAbsent(done.plan(), plan -> new Load());
        load.answers++;
        for (Stage stage : done.stages()) {
          load.sums.merge(stage.name(), stage.measuredMs(), Double::sum);
        }
      }
    }
    if (done != null) {
      done.release();
    }
  }

  private Result result() {
    long end = System.nanoTime();
    synchronized (lock) {
      counting = false;
    }
    CompletableFuture.allOf(last.toArray(CompletableFuture[]::new))
        .exceptionally(fault -> null)
        .join();
    synchronized (lock) {
      Map<String, Map<String, Double>> tiers = new HashMap<>();
      Map<String, Integer> answers = new HashMap<>();
      Map<String, Double> busy = new HashMap<>();
      double ms = period(end) * answeredAt.size();
      loads.forEach(
          (plan, load) -> {
            load.sums.forEach((stage, sum) -> busy.merge(stage, sum / ms, Double::sum));
            Map<String, Double> means = new HashMap<>(load.sums);
            means.replaceAll((stage, sum) -> sum / load.answers);
            tiers.put(plan, means);
            answers.put(plan, load.answers);
          });
      return new Result(period(end), tiers, answers, busy, failed);
    }
  }

  /** From answer to answer, so that no end cuts one in pieces. */
  private double period(long end) {
    long[] times =
        answeredAt.stream().mapToLong(at -> at).filter(at -> at <= end).sorted().toArray();
    if (times.length < 2) {
      throw new IllegalStateException(
          "only " + times.length + " answers came back: " + Arrays.toString(times));
    }
    return (times[times.length - 1] - times[0]) / 1e6 / (times.length - 1);
  }
}
