package org.scalpel.app;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.scalpel.live.RequestStream;
import org.scalpel.live.StreamAnswer;
import org.scalpel.live.StreamOptions;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import picocli.CommandLine.Option;

/**
 * Requests as a stream: at a pace, in order, or with the oldest dropped when they come too fast.
 */
final class FlowOptions {
  private static final double MOST_FPS = 1e6;

  @Option(
      names = "--ordered",
      description = "Take answers in the order of the requests, not as they are ready.")
  private boolean ordered;

  @Option(
      names = "--drop-oldest",
      description =
          "Never wait for room: give up the request that waits longest, as a camera does.")
  private boolean dropOldest;

  @Option(
      names = "--fps",
      paramLabel = "N",
      description = "Send so many requests a second, instead of as many as there is room for.")
  private OptionalDouble fps = OptionalDouble.empty();

  /** Whether any of them was given. */
  boolean isStream() {
    return ordered || dropOldest || fps.isPresent();
  }

  /** What is wrong with them; empty when nothing is. */
  String problem() {
    boolean isPace = fps.isEmpty() || (fps.getAsDouble() > 0 && fps.getAsDouble() <= MOST_FPS);
    return isPace
        ? ""
        : "--fps: expected more than 0 requests a second, found " + fps.getAsDouble();
  }

  /** Sends all requests and waits for their answers. */
  RunResult run(
      Function<Inputs, CompletableFuture<Execution>> executor,
      List<Inputs> requests,
      int repeat,
      int inFlight,
      Progress progress) {
    List<StreamAnswer> answers = Collections.synchronizedList(new ArrayList<>());
    StreamOptions options = StreamOptions.DEFAULT.withOrder(ordered).withWindow(inFlight);
    if (dropOldest) {
      options = options.withOverflow(StreamOptions.Overflow.DROP_OLDEST, 1);
    }
    long start = System.nanoTime();
    try (RequestStream stream =
        RequestStream.open(
            executor,
            options,
            answer -> {
              answers.add(answer);
              for (long i = 0; i < requests(answer); i++) {
                progress.step();
              }
            })) {
      for (long i = 0; i < (long) repeat * requests.size(); i++) {
        await(start, i);
        stream.send(requests.get((int) (i % requests.size())));
      }
    }
    return result(answers, (System.nanoTime() - start) / 1e9);
  }

  private static long requests(StreamAnswer answer) {
    return answer instanceof StreamAnswer.Dropped dropped ? dropped.count() : 1;
  }

  private void await(long start, long number) {
    if (fps.isPresent()) {
      long due = start + (long) (number * 1e9 / fps.getAsDouble());
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
  }

  private static RunResult result(List<StreamAnswer> answers, double seconds) {
    List<Execution> executions = new ArrayList<>();
    List<Throwable> faults = new ArrayList<>();
    long dropped = 0;
    for (StreamAnswer answer : answers) {
      if (answer instanceof StreamAnswer.Answered one) {
        executions.add(one.execution());
      } else if (answer instanceof StreamAnswer.Failed one) {
        faults.add(one.fault());
      } else if (answer instanceof StreamAnswer.Dropped some) {
        dropped += some.count();
      }
    }
    if (executions.isEmpty() && !faults.isEmpty() && faults.get(0) instanceof RuntimeException f) {
      throw f;
    }
    return new RunResult(executions, faults, dropped, seconds);
  }
}
