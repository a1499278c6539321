package org.scalpel.app;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.TierException;

/** Sends requests with a bounded number in flight and collects the answers in order. */
final class RunLoad {
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
    for (int round = 0; round < repeat; round++) {
      for (Inputs request : requests) {
        window.acquireUninterruptibly();
        CompletableFuture<Execution> answer = executor.apply(request);
        answers.add(
            answer.whenComplete(
                (execution, fault) -> {
                  window.release();
                  progress.step();
                }));
      }
    }
    List<Execution> executions = new ArrayList<>();
    List<Throwable> faults = new ArrayList<>();
    for (CompletableFuture<Execution> answer : answers) {
      try {
        executions.add(answer.join());
      } catch (CompletionException fault) {
        faults.add(fault.getCause() == null ? fault : fault.getCause());
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (executions.isEmpty() && faults.get(0) instanceof TierException first) {
      throw first;
    }
    return new RunResult(executions, faults, seconds);
  }
}
