package org.scalpel.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.TierException;

/** Sends requests with a bounded number in flight and collects the answers in order. */
final class RunLoad {
  /** How long a run goes on without any answer while its tiers cannot be reached. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private RunLoad() {}

  static RunResult run(
      Function<Inputs, CompletableFuture<Execution>> executor,
      List<Inputs> requests,
      int repeat,
      int inFlight,
      Progress progress) {
    Semaphore window = new Semaphore(inFlight);
    List<CompletableFuture<Execution>> answers = new ArrayList<>();
    long start = System.nanoTime();
    Silence silence = new Silence();
    for (int round = 0; round < repeat; round++) {
      for (Inputs request : requests) {
        window.acquireUninterruptibly();
        if (silence.tooLong()) {
          window.release();
          return result(answers, start);
        }
        CompletableFuture<Execution> answer = executor.apply(request);
        answers.add(
            answer.whenComplete(
                (execution, fault) -> {
                  silence.ended(fault);
                  window.release();
                  progress.step();
                }));
      }
    }
    return result(answers, start);
  }

  private static RunResult result(List<CompletableFuture<Execution>> answers, long start) {
    List<Execution> executions = new ArrayList<>();
    List<Throwable> faults = new ArrayList<>();
    for (CompletableFuture<Execution> answer : answers) {
      try {
        executions.add(answer.join());
      } catch (CompletionException fault) {
        faults.add(cause(fault));
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (executions.isEmpty() && faults.get(0) instanceof TierException first) {
      throw first;
    }
    return new RunResult(executions, faults, 0, seconds);
  }

  /** How long tiers have been out of reach: other faults are quick, and may differ by request. */
  private static final class Silence {
    private volatile long lastAnswer = System.nanoTime();

    void ended(@Nullable Throwable fault) {
      if (fault == null || Faults.exitCode(cause(fault)) != Faults.UNREACHABLE) {
        lastAnswer = System.nanoTime();
      }
    }

    boolean tooLong() {
      return System.nanoTime() - lastAnswer > PATIENCE.toNanos();
    }
  }

  private static Throwable cause(Throwable fault) {
    return fault instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : fault;
  }
}
