package org.scalpel.live;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.scalpel.plan.Partition;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.Execution;
import org.scalpel.tier.ExitTaken;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.TierException;
import org.scalpel.tier.TierException.Kind;

/**
 * Runs a model over its tiers while networks, load and machines change. Every request is answered
 * exactly once or fails with a {@link TierException}: one whose tier is lost under way is finished
 * on what is left, within its own time. Thread-safe.
 */
public final class LiveClient implements AutoCloseable {
  private static final int MOST_TRIES = 3;

  private final DeviceTier device;
  private final Adaptation adaptation;
  private final Semaphore window;
  private final ThreadPoolExecutor rescue;
  private final Optional<Duration> promised;
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong rescued = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /**
   * How it goes.
   *
   * @param rescued answered requests that lost a tier under way and were finished elsewhere
   */
  public record Counts(long answered, long rescued, long failed) {}

  private LiveClient(DeviceTier device, Adaptation adaptation, Optional<Duration> promised) {
    this.promised = promised;
    this.device = device;
    this.adaptation = adaptation;
    int most = device.config().window();
    this.window = new Semaphore(most);
    this.rescue =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(most),
            task -> {
              Thread thread = new Thread(task, "scalpel-rescue");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Plans for what is known now and makes the plan ready on all tiers. Where one cannot be reached
   * yet, the device works alone until it comes.
   *
   * @param device stays the caller's: it is not closed with this
   * @throws TierException a tier refuses, or is missing and the device must not work alone
   * @throws org.scalpel.plan.InfeasibleException no plan satisfies the constraints
   */
  public static LiveClient open(DeviceTier device, LiveSetup setup) {
    return new LiveClient(device, Adaptation.start(setup, device), setup.promised());
  }

  /**
   * One request.
   *
   * @throws TierException the inputs are wrong, or it could not be answered in time
   */
  public Execution infer(Inputs inputs) {
    CompletableFuture<Execution> answer = submit(inputs);
    try {
      return answer.get(device.config().times().request().toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw known(e);
    } catch (TimeoutException e) {
      throw new TierException(Kind.DEADLINE, "the request was not answered before its deadline", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException(Kind.LOST, "the request was interrupted", e);
    }
  }

  /**
   * One request, without waiting for the answer; waits only while the window is full. What is
   * chained to the answer must not block.
   */
  public CompletableFuture<Execution> submit(Inputs inputs) {
    return submit(inputs, device.config().times().request());
  }

  /** The same with less time than usual: at most {@code limit}. */
  public CompletableFuture<Execution> submit(Inputs inputs, Duration limit) {
    long begun = System.nanoTime();
    Duration usual = device.config().times().request();
    long until = begun + (limit.compareTo(usual) < 0 ? limit : usual).toNanos();
    acquire(until - begun);
    Asked asked = new Asked(inputs, begun, until, new CompletableFuture<>());
    CompletableFuture<Execution> settled =
        asked.answer.whenComplete(
            (done, fault) -> {
              window.release();
              (fault == null ? answered : failed).incrementAndGet();
            });
    attempt(asked, take(), 1);
    return settled;
  }

  /**
   * A stream of requests of one source.
   *
   * @param taker is given every answer, one at a time; while it waits, so does the stream
   */
  public RequestStream stream(StreamOptions options, Consumer<StreamAnswer> taker) {
    return RequestStream.open(request -> submit(request), options, taker);
  }

  private void acquire(long nanos) {
    try {
      if (!window.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        throw new TierException(
            Kind.OVERLOADED,
            device.config().window() + " requests are in flight and none was answered in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException(Kind.LOST, "the request was interrupted", e);
    }
  }

  /** One request on its way to an answer; times on this machine's clock. */
  private record Asked(Inputs inputs, long begun, long until, CompletableFuture<Execution> answer) {
    Duration left() {
      return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
    }
  }

  private WarmPlan take() {
    while (true) {
      WarmPlan plan = adaptation.route().next();
      if (plan.uses().begin()) {
        return plan;
      }
      // It was retired just now, so there is another route.
      Thread.onSpinWait();
    }
  }

  private void attempt(Asked asked, WarmPlan plan, int tries) {
    CompletableFuture<Execution> answer;
    try {
      answer = plan.executor().submit(asked.inputs, limit(asked, plan));
    } catch (TierException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var unused =
        answer.whenComplete(
            (done, fault) -> {
              plan.uses().end();
              if (done != null) {
                observe(done, plan);
                asked.answer.complete(done.since(asked.begun));
              } else {
                rescue(asked, plan, known(fault), tries);
              }
            });
  }

  /**
   * What is left of a request's time; where the device has an answer anyway, of the time that the
   * plan promises. Without one a late answer is better than none.
   */
  private Duration limit(Asked asked, WarmPlan plan) {
    Duration left = asked.left();
    if (promised.isEmpty() || !plan.answersHere()) {
      return left;
    }
    Duration soon = promised.get().minusNanos(System.nanoTime() - asked.begun);
    return soon.isNegative() || soon.compareTo(left) > 0 ? left : soon;
  }

  /** An answer that left early says nothing of what a whole one takes, and perhaps of a loss. */
  private void observe(Execution done, WarmPlan plan) {
    if (!done.isEarly()) {
      adaptation.factors().observe(done, plan.profiledMs());
      plan.measured().observe(done);
    } else if (done.taken().filter(t -> t.reason() == ExitTaken.Reason.LOST).isPresent()) {
      adaptation.poke();
    }
  }

  private void rescue(Asked asked, WarmPlan plan, RuntimeException fault, int tries) {
    if (tries >= MOST_TRIES || !isLoss(fault) || asked.left().isZero()) {
      asked.answer.completeExceptionally(fault);
      return;
    }
    adaptation.poke();
    try {
      rescue.execute(
          () -> {
            Optional<WarmPlan> rest = adaptation.without(firstSuspect(plan, tries));
            if (rest.isPresent() && rest.get().uses().begin()) {
              rescued.incrementAndGet();
              attempt(asked, rest.get(), tries + 1);
            } else {
              asked.answer.completeExceptionally(fault);
            }
          });
    } catch (RejectedExecutionException e) {
      asked.answer.completeExceptionally(fault);
    }
  }

  private static boolean isLoss(RuntimeException fault) {
    return fault instanceof TierException e
        && (e.kind() == Kind.UNREACHABLE || e.kind() == Kind.LOST || e.kind() == Kind.PROTOCOL);
  }

  /** The link that is avoided: the one seen lost, else the plan's last, at the second time all. */
  private int firstSuspect(WarmPlan plan, int tries) {
    List<org.scalpel.cost.Network.LinkSpec> links = adaptation.situation().links();
    for (int k = 0; k < links.size(); k++) {
      if (links.get(k).upMbps() == 0) {
        return k;
      }
    }
    int last = plan.executor().deployment().lastTier() - 1;
    return tries > 1 ? 0 : Math.max(0, last);
  }

  private static RuntimeException known(Throwable fault) {
    Throwable cause = fault;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof RuntimeException known
        ? known
        : new TierException(Kind.INTERNAL, String.valueOf(cause.getMessage()), cause);
  }

  /** The partitions that new requests take, with their shares. */
  public List<Partition> partitions() {
    return adaptation.route().partitions();
  }

  /** How many partitions are ready on all tiers, those in use included. */
  public int readyPlans() {
    return adaptation.ready();
  }

  /** The world as it is seen now. */
  public Situation situation() {
    return adaptation.situation();
  }

  /** Every change of the plan so far, oldest first; the last thousand. */
  public List<Switch> switches() {
    return adaptation.switches();
  }

  /** How often new requests took another plan. */
  public long switchCount() {
    return adaptation.moves();
  }

  /** How it went so far. */
  public Counts counts() {
    return new Counts(answered.get(), rescued.get(), failed.get());
  }

  @Override
  public void close() {
    rescue.shutdown();
    adaptation.close();
  }
}
