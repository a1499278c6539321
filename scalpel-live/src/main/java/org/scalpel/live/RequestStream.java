package org.scalpel.live;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.scalpel.live.StreamAnswer.Answered;
import org.scalpel.live.StreamAnswer.Dropped;
import org.scalpel.live.StreamAnswer.Failed;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.TierException;
import org.scalpel.tier.TierException.Kind;

/**
 * Requests of one source, answered in order or as they are ready; several streams may share a
 * client. Every request that was taken has exactly one {@link StreamAnswer}: answered, failed or
 * dropped.
 *
 * <pre>
 *   send ─▶ waiting (bounded) ─▶ window (bounded) ─▶ tiers ─▶ in order ─▶ answers, one at a time
 *     ▲          │ full: wait, drop the oldest, or refuse                        │
 *     └──────────┴─────────────── a place is free again ◀────────────────────────┘
 * </pre>
 *
 * <p>A place in the window is free again when the answer was taken, so a slow taker slows the
 * source down, or has it drop. Requests are sent by one thread; answers are given to the taker by
 * another, one after the other. Thread-safe.
 */
public final class RequestStream implements AutoCloseable {
  private final Function<Inputs, CompletableFuture<Execution>> tiers;
  private final StreamOptions options;
  private final Semaphore places;
  private final AnswerQueue answers;
  private final ArrayDeque<Numbered> waiting = new ArrayDeque<>();
  private final Thread sending;
  private final Thread giving;
  private long sent;
  private boolean ended;

  /** One request and its place in the stream. */
  private record Numbered(long number, Inputs inputs) {}

  private RequestStream(
      Function<Inputs, CompletableFuture<Execution>> tiers,
      StreamOptions options,
      Consumer<StreamAnswer> taker) {
    this.tiers = tiers;
    this.options = options;
    this.places = new Semaphore(options.window());
    this.answers = new AnswerQueue(options.ordered());
    this.sending = daemon("scalpel-stream-send", this::sendAll);
    this.giving = daemon("scalpel-stream-give", () -> giveAll(taker));
  }

  /**
   * A stream over anything that answers requests, a {@link
   * org.scalpel.tier.PlanExecutor#submit(Inputs) fixed plan} for instance.
   *
   * @param tiers takes a request; it may wait
   * @param taker is given every answer, one at a time; it may wait. What it throws ends nothing
   */
  public static RequestStream open(
      Function<Inputs, CompletableFuture<Execution>> tiers,
      StreamOptions options,
      Consumer<StreamAnswer> taker) {
    RequestStream stream = new RequestStream(tiers, options, taker);
    stream.sending.start();
    stream.giving.start();
    return stream;
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * One more request. Waits only with {@link StreamOptions.Overflow#WAIT}, while too many wait.
   *
   * @return its number
   * @throws TierException the stream was closed or the caller interrupted; with {@link
   *     StreamOptions.Overflow#REFUSE} too many wait: the request has no number and no answer
   */
  public synchronized long send(Inputs inputs) {
    try {
      while (!ended
          && waiting.size() >= options.waiting()
          && options.overflow() == StreamOptions.Overflow.WAIT) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException(Kind.LOST, "the request was interrupted", e);
    }
    if (ended) {
      throw new TierException(Kind.INVALID, "the stream was closed; it takes no more requests");
    }
    if (waiting.size() >= options.waiting()) {
      if (options.overflow() == StreamOptions.Overflow.REFUSE) {
        throw refused();
      }
      answers.add(new Dropped(waiting.removeFirst().number(), 1));
    }
    waiting.addLast(new Numbered(sent, inputs));
    notifyAll();
    return sent++;
  }

  private TierException refused() {
    return new TierException(
        Kind.OVERLOADED,
        options.waiting()
            + " requests of the stream wait already, and "
            + options.window()
            + " are under way");
  }

  private void sendAll() {
    try {
      while (true) {
        places.acquire();
        Numbered next = next();
        if (next == null) {
          return;
        }
        send(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The request that waits longest; waits for one. Null at the end. */
  private synchronized @Nullable Numbered next() throws InterruptedException {
    while (waiting.isEmpty()) {
      if (ended) {
        return null;
      }
      wait();
    }
    notifyAll();
    return waiting.removeFirst();
  }

  private void send(Numbered request) {
    CompletableFuture<Execution> answer;
    try {
      answer = tiers.apply(request.inputs);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var unused =
        answer.whenComplete(
            (done, fault) ->
                answers.add(
                    done != null
                        ? new Answered(request.number, done)
                        : new Failed(request.number, known(fault))));
  }

  private static RuntimeException known(Throwable fault) {
    Throwable cause =
        fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
    return cause instanceof RuntimeException known
        ? known
        : new TierException(Kind.INTERNAL, String.valueOf(cause.getMessage()), cause);
  }

  private void giveAll(Consumer<StreamAnswer> taker) {
    try {
      for (StreamAnswer answer = answers.take(); answer != null; answer = answers.take()) {
        try {
          taker.accept(answer);
        } catch (RuntimeException e) {
          org.slf4j.LoggerFactory.getLogger(RequestStream.class)
              .warn("the taker of request {} failed", answer.number(), e);
        }
        if (!(answer instanceof Dropped)) {
          places.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes no more requests and waits until all that were sent are answered and taken. */
  @Override
  public void close() {
    synchronized (this) {
      ended = true;
      answers.end(sent);
      notifyAll();
    }
    try {
      giving.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sending.interrupt();
  }
}
