package org.scalpel.tier;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.scalpel.control.PrepareResponse;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.tier.TierException.Kind;

/**
 * One plan, ready on every tier. Thread-safe; made by {@link DeviceTier#prepare}.
 *
 * <p>A tier that was restarted has forgotten the plan: it is prepared again and the request is
 * asked once more, which is safe because inference changes nothing.
 */
public final class PlanExecutor implements AutoCloseable {
  private final DeviceTier device;
  private final Deployment deployment;
  private final String model;
  private final PreparedPlan plan;
  private final PrepareResponse remote;
  private final Semaphore window;
  private final Map<String, TensorFact> inputs;
  private final AtomicLong preparations = new AtomicLong();
  private final AtomicReference<CompletableFuture<Long>> preparing = new AtomicReference<>();

  PlanExecutor(
      DeviceTier device, Deployment deployment, PreparedPlan plan, PrepareResponse remote) {
    this.device = device;
    this.deployment = deployment;
    this.model = deployment.modelName();
    this.plan = plan;
    this.remote = remote;
    this.window = new Semaphore(device.config().window());
    this.inputs = plan.chain().inputFacts();
  }

  /** The id of the plan on every tier. */
  public String plan() {
    return plan.chain().plan();
  }

  /** What was deployed. */
  public Deployment deployment() {
    return deployment;
  }

  /** How long every tier behind the device took to make the plan ready, by the tier's own name. */
  public Map<String, Double> preparedMs() {
    Map<String, Double> ms = new LinkedHashMap<>();
    remote.getTiersList().forEach(t -> ms.put(t.getName(), t.getPrepareMs()));
    return ms;
  }

  /**
   * Runs one request and waits for its answer, at most the configured request time.
   *
   * @param given inputs of the model, by name
   * @throws TierException a tier was lost, refused, was too late or lied
   */
  public Execution execute(Map<String, TensorData> given) {
    return execute(Inputs.of(given));
  }

  /** The same with the files that pictures were read from. */
  public Execution execute(Inputs given) {
    Deadline deadline = Deadline.in(device.config().times().request());
    CompletableFuture<Execution> answer = start(given, deadline, true);
    try {
      // The runner keeps the deadline; the margin is for a fault in it.
      return answer.get(deadline.leftNanos() + TimeUnit.SECONDS.toNanos(1), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw known(InferCalls.cause(e.getCause() == null ? e : e.getCause()));
    } catch (TimeoutException e) {
      throw new TierException(Kind.DEADLINE, "the request was not answered before its deadline", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException(Kind.LOST, "the request was interrupted", e);
    }
  }

  /**
   * Runs one request without waiting for its answer. When the window of requests in flight is full,
   * the call waits for room, at most the configured request time. What is chained to the answer
   * must not block: it may run on the transport's thread.
   */
  public CompletableFuture<Execution> submit(Map<String, TensorData> given) {
    return submit(Inputs.of(given));
  }

  /** The same with the files that pictures were read from. */
  public CompletableFuture<Execution> submit(Inputs given) {
    return start(given, Deadline.in(device.config().times().request()), false);
  }

  /** The same with less time than usual: at most {@code limit}. */
  public CompletableFuture<Execution> submit(Inputs given, Duration limit) {
    Duration usual = device.config().times().request();
    return start(given, Deadline.in(limit.compareTo(usual) < 0 ? limit : usual), false);
  }

  private CompletableFuture<Execution> start(Inputs given, Deadline deadline, boolean here) {
    check(given.tensors());
    long begun = System.nanoTime();
    RequestTrace trace = device.tracing().device(model, plan());
    try {
      if (!window.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS)) {
        throw new TierException(
            Kind.OVERLOADED,
            device.config().window() + " requests are in flight and none was answered in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException(Kind.LOST, "the request was interrupted", e);
    }
    CompletableFuture<Execution> answer;
    try {
      answer = attempt(new Attempt(given, deadline, begun, here, true, trace));
    } catch (RuntimeException e) {
      window.release();
      throw e;
    }
    return answer.whenComplete(
        (done, fault) -> {
          window.release();
          trace.end(fault);
        });
  }

  private void check(Map<String, TensorData> given) {
    for (Map.Entry<String, TensorFact> input : inputs.entrySet()) {
      TensorData tensor = given.get(input.getKey());
      if (tensor == null || !tensor.fact().equals(input.getValue())) {
        throw new TierException(
            Kind.INVALID,
            "input '"
                + input.getKey()
                + "' is "
                + (tensor == null ? "missing" : tensor.fact())
                + "; the plan expects "
                + input.getValue());
      }
    }
    for (String name : given.keySet()) {
      if (!inputs.containsKey(name)) {
        throw new TierException(
            Kind.INVALID, "input '" + name + "' is unknown; the model has " + inputs.keySet());
      }
    }
  }

  /** One try of a request; a second one never prepares again. */
  private record Attempt(
      Inputs given,
      Deadline deadline,
      long begun,
      boolean here,
      boolean mayPrepare,
      RequestTrace trace) {
    Attempt second() {
      return new Attempt(given, deadline, begun, false, false, trace);
    }
  }

  private CompletableFuture<Execution> attempt(Attempt attempt) {
    long preparation = preparations.get();
    plan.hold();
    CompletableFuture<Answered> answer;
    try {
      Carried carried = carried(attempt.given).under(attempt.trace);
      answer =
          attempt.here
              ? device.runner().runHere(plan, carried, attempt.deadline)
              : device.runner().run(plan, carried, attempt.deadline);
    } catch (RuntimeException e) {
      plan.release();
      throw e;
    }
    CompletableFuture<Execution> result = new CompletableFuture<>();
    var unused =
        answer.whenComplete(
            (answered, fault) -> {
              plan.release();
              try {
                if (attempt.mayPrepare && forgotten(answered, fault)) {
                  var unusedRetry =
                      again(preparation)
                          .copy()
                          .orTimeout(attempt.deadline.leftNanos(), TimeUnit.NANOSECONDS)
                          .thenCompose(ready -> attempt(attempt.second()))
                          .exceptionally(
                              again -> {
                                if (answered == null) {
                                  throw known(InferCalls.cause(again));
                                }
                                return execution(attempt, answered);
                              })
                          .whenComplete((e, f) -> complete(result, e, f));
                } else if (answered != null) {
                  result.complete(execution(attempt, answered));
                } else {
                  result.completeExceptionally(known(InferCalls.cause(fault)));
                }
              } catch (RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  /** With the file of a picture where the plan sends it. */
  private Carried carried(Inputs given) {
    Carried carried = new Carried(plan.fits());
    carried.putAll(given.tensors());
    deployment
        .encodings()
        .forEach(
            (name, all) -> {
              ByteBuffer file = given.files().get(name);
              TensorFact fact = inputs.get(name);
              boolean asFile = all.stream().anyMatch(e -> e.codec().equals(CodecTime.FILE));
              if (file != null && fact != null && asFile) {
                carried.put(name, new Carried.Encoded(CodecTime.FILE, file, fact));
              }
            });
    return carried;
  }

  private static void complete(
      CompletableFuture<Execution> result,
      @org.jspecify.annotations.Nullable Execution done,
      @org.jspecify.annotations.Nullable Throwable fault) {
    if (done != null) {
      result.complete(done);
    } else if (fault != null) {
      result.completeExceptionally(known(InferCalls.cause(fault)));
    }
  }

  private static boolean forgotten(
      @org.jspecify.annotations.Nullable Answered answered,
      @org.jspecify.annotations.Nullable Throwable fault) {
    if (answered != null) {
      return answered
          .leave()
          .filter(leave -> leave.taken().reason() == ExitTaken.Reason.FORGOTTEN)
          .isPresent();
    }
    return fault != null
        && InferCalls.cause(fault) instanceof TierException e
        && e.kind() == Kind.NOT_FOUND;
  }

  /** Prepares the tiers behind again, once for all requests that found the plan gone. */
  private CompletableFuture<Long> again(long seen) {
    if (preparations.get() != seen) {
      return CompletableFuture.completedFuture(preparations.get());
    }
    CompletableFuture<Long> mine = new CompletableFuture<>();
    CompletableFuture<Long> other = preparing.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    Thread thread =
        new Thread(
            () -> {
              try {
                plan.nextTakes(device.prepareRemote(deployment, plan.chain()));
                mine.complete(preparations.incrementAndGet());
              } catch (RuntimeException e) {
                mine.completeExceptionally(e);
              } finally {
                preparing.set(null);
              }
            },
            "scalpel-prepare-" + plan());
    thread.setDaemon(true);
    thread.start();
    return mine;
  }

  private Execution execution(Attempt attempt, Answered answered) {
    Map<String, TensorData> given = attempt.given.tensors();
    Map<String, TensorData> outputs = new LinkedHashMap<>();
    for (String name : plan.chain().modelOutputs()) {
      TensorData tensor = answered.outputs().get(name);
      if (tensor == null && plan.chain().passedThrough().contains(name)) {
        tensor = given.get(name);
      }
      if (tensor != null) {
        outputs.put(name, tensor);
      }
    }
    answered.recycleCrossing().run();
    AtomicBoolean released = new AtomicBoolean();
    Runnable release =
        () -> {
          if (released.compareAndSet(false, true)) {
            answered.recycleOutputs().run();
          }
        };
    long total = System.nanoTime() - attempt.begun;
    List<Span> spans = new ArrayList<>();
    spans.add(answered.span(deployment.tiers().get(0), total));
    spans.addAll(answered.spans());
    RequestTimes times = new RequestTimes(deployment.tiers(), spans, deployment.predictedMs());
    return new Execution(
        outputs, plan(), total / 1e6, Stages.of(times), times, release, taken(answered));
  }

  /** The exit that answered; the model's own end where none did. */
  private Optional<ExitTaken> taken(Answered answered) {
    List<Deployment.Exit> exits = deployment.exits();
    if (exits.isEmpty() || answered.leave().isPresent()) {
      return answered.leave().map(Answered.Leave::taken);
    }
    Deployment.Exit end = exits.get(exits.size() - 1);
    TensorData probabilities = answered.outputs().get(end.output());
    double confidence = probabilities == null ? 0 : end.confidence(probabilities);
    return Optional.of(new ExitTaken(end.name(), confidence, ExitTaken.Reason.END));
  }

  /** Any fault as the kind of exception that this class promises. */
  static RuntimeException known(Throwable fault) {
    if (fault instanceof TierException tier) {
      return tier;
    }
    if (fault instanceof TimeoutException) {
      return new TierException(
          Kind.DEADLINE, "the plan was not prepared again before the request's deadline", fault);
    }
    if (fault instanceof io.grpc.StatusRuntimeException status) {
      return new TierException(
          Kind.INVALID, String.valueOf(status.getStatus().getDescription()), status);
    }
    return fault instanceof RuntimeException other
        ? other
        : new TierException(Kind.INTERNAL, String.valueOf(fault.getMessage()), fault);
  }

  /** Forgets the plan on every tier. */
  @Override
  public void close() {
    plan.forget();
    if (plan.goesOn()) {
      try {
        device.next().ifPresent(n -> n.retire(plan()));
      } catch (TierException e) {
        // A tier that is gone has forgotten it.
        org.slf4j.LoggerFactory.getLogger(PlanExecutor.class)
            .debug("retire {}: {}", plan(), e.getMessage());
      }
    }
  }
}
