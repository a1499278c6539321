package org.scalpel.tier;

import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.scalpel.engine.Session;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;

/**
 * Turns one inference request into its answer, however it came: checked, queued, run, passed on.
 */
final class InferCalls {
  // Less than waking a worker and being woken by it. Answers to calls leave when all that was read
  // at once is done, so this is shorter than what a lane runs on its own thread.
  private static final long TINY_NS = 100_000;

  private final String tier;
  private final Duration longest;
  private final Repository repository;
  private final ComputePool pool;
  private final ChainRunner runner;
  private final TierMetrics metrics;
  private final Tracing tracing;
  private volatile boolean draining;

  InferCalls(TierConfig config, Repository repository, ComputePool pool, ChainRunner runner) {
    this.metrics = repository.metrics();
    this.tracing = new Tracing(config);
    this.tier = config.name();
    this.longest = config.times().request();
    this.repository = repository;
    this.pool = pool;
    this.runner = runner;
  }

  /** An answer and what to do when it has been written. */
  record Reply(InferMessage<ModelInferResponse> message, Runnable written) {}

  void drain() {
    draining = true;
  }

  /**
   * Answers a request; never throws. The request's buffers go back to the pool when the answer has
   * been written; after a failure they are left to the collector, a neighbour may still read them.
   */
  CompletableFuture<Reply> answer(InferMessage<ModelInferRequest> request, Deadline limit) {
    return answer(request, limit, Context.root());
  }

  /** The same for a call whose headers name the span that it belongs to. */
  CompletableFuture<Reply> answer(
      InferMessage<ModelInferRequest> request, Deadline limit, Context caller) {
    long arrived = System.nanoTime();
    metrics.begun();
    ModelInferRequest asked = request.header();
    RequestTrace trace =
        tracing.server(tier, asked.getModelName(), asked.getParametersMap(), caller);
    CompletableFuture<Reply> reply;
    try {
      reply = start(request, limit, new Arrival(arrived, trace));
    } catch (RuntimeException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    return reply.whenComplete(
        (done, fault) -> {
          metrics.ended();
          trace.end(fault);
          String name = asked.getModelName();
          if (fault != null) {
            metrics.failed(cause(fault));
            if (repository.signature(name).isPresent()) {
              repository.stats(name).failure(System.nanoTime() - arrived);
            }
          }
        });
  }

  /** When a request came, and its span. */
  private record Arrival(long atNs, RequestTrace trace) {}

  /** What every caller of the headers can learn about spans. */
  Tracing tracing() {
    return tracing;
  }

  private CompletableFuture<Reply> start(
      InferMessage<ModelInferRequest> request, Deadline limit, Arrival arrival) {
    if (!request.problem().isEmpty()) {
      throw Refusal.invalid(request.problem());
    }
    if (draining) {
      throw Refusal.of(io.grpc.Status.Code.UNAVAILABLE, "tier '" + tier + "' is closing");
    }
    ModelInferRequest header = request.header();
    Deadline deadline = Deadline.of(header, longest).sooner(limit);
    String name = header.getModelName();
    checkVersion(header);
    Optional<ServedModel> whole = repository.model(name);
    if (whole.isPresent()) {
      return held(whole.get(), request, deadline, arrival);
    }
    Repository.Found found = repository.segment(name).orElseThrow(() -> Refusal.unknownModel(name));
    CompletableFuture<Answered> answer;
    try {
      answer = runSegment(found, request, deadline, arrival.trace());
    } catch (RuntimeException e) {
      found.plan().release();
      throw e;
    }
    return answer
        .whenComplete((a, fault) -> found.plan().release())
        .thenApply(answered -> reply(request, answered, arrival.atNs()));
  }

  private CompletableFuture<Reply> held(
      ServedModel model,
      InferMessage<ModelInferRequest> request,
      Deadline deadline,
      Arrival arrival) {
    String name = request.header().getModelName();
    ServedModel.Lease lease = model.hold().orElseThrow(() -> Refusal.unloaded(name));
    CompletableFuture<Answered> answer;
    try {
      answer = runWhole(lease.session(), model, request, deadline, arrival.trace());
    } catch (RuntimeException e) {
      lease.release();
      throw e;
    }
    return answer
        .whenComplete((a, fault) -> lease.release())
        .thenApply(answered -> reply(request, answered, arrival.atNs()));
  }

  private CompletableFuture<Answered> runSegment(
      Repository.Found found,
      InferMessage<ModelInferRequest> request,
      Deadline deadline,
      RequestTrace trace) {
    PreparedPlan plan = found.plan();
    String portion = portion(request);
    if (!portion.isEmpty()) {
      Carried some = some(request, plan.entry(), plan.fits()).under(trace);
      return runner.runPortion(
          plan, portion, new ChainRunner.Portion(some, request::release), deadline);
    }
    if (Params.isTrue(request.header().getParametersMap(), Params.CONTINUE)) {
      RequestedOutputs.check(request.header(), plan.results());
      Carried carried = carried(request, plan.entry(), plan.fits()).under(trace);
      return runner.run(plan, carried, deadline);
    }
    String name = request.header().getModelName();
    PreparedPlan.Part part = found.part().orElseThrow(() -> Refusal.unknownModel(name));
    Repository.Signature signature = Repository.signature(plan, part);
    RequestedOutputs.check(request.header(), signature.outputs().keySet());
    Carried carried = carried(request, signature.inputs(), plan.fits()).under(trace);
    return runner.runPart(plan, part, carried, deadline);
  }

  /** Of which request this is a portion; empty where it is all of it. */
  private static String portion(InferMessage<ModelInferRequest> request) {
    var parameters = request.header().getParametersMap();
    return Params.isTrue(parameters, Params.CONTINUE)
        ? Tensors.text(parameters.get(Params.PORTION))
        : "";
  }

  private CompletableFuture<Answered> runWhole(
      Session session,
      ServedModel model,
      InferMessage<ModelInferRequest> request,
      Deadline deadline,
      RequestTrace trace) {
    RequestedOutputs.check(request.header(), model.outputs().keySet());
    Carried carried = carried(request, model.inputs(), model.fits()).under(trace);
    long arrived = System.nanoTime();
    CompletableFuture<Answered> answer = new CompletableFuture<>();
    Consumer<Runnable> worker = model.usual().isBelow(TINY_NS) ? pool::executeHere : pool::execute;
    worker.accept(
        () -> {
          try {
            deadline.check("before it was computed");
            long begun = System.nanoTime();
            Map<String, TensorData> inputs = new LinkedHashMap<>();
            session.inputs().forEach(v -> inputs.put(v.name(), carried.tensor(v.name())));
            long decoded = System.nanoTime();
            Map<String, TensorData> outputs = pool.dilated(() -> session.run(inputs));
            long end = System.nanoTime();
            model.usual().took(end - begun);
            trace.step("queue", arrived, begun);
            trace.step("compute", begun, end);
            answer.complete(
                new Answered(
                    outputs,
                    List.of(),
                    begun - arrived,
                    end - decoded,
                    decoded - begun,
                    Answered.Hop.NONE,
                    () -> {},
                    () -> session.recycle(outputs)));
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  /** Exactly the expected tensors, each of the expected type, shape and size. */
  private static Carried carried(
      InferMessage<ModelInferRequest> request,
      Map<String, TensorFact> expected,
      Map<String, Preprocessing.Fit> fits) {
    Carried carried = some(request, expected, fits);
    for (String name : expected.keySet()) {
      if (!carried.has(name)) {
        throw Refusal.invalid(
            "expected input '"
                + name
                + "' for model '"
                + request.header().getModelName()
                + "', it is missing");
      }
    }
    return carried;
  }

  /** Some of them, none else. */
  private static Carried some(
      InferMessage<ModelInferRequest> request,
      Map<String, TensorFact> expected,
      Map<String, Preprocessing.Fit> fits) {
    String model = request.header().getModelName();
    Carried carried = new Carried(fits);
    Map<String, TensorData> plain =
        Tensors.read(
            request,
            name -> {
              TensorFact fact = expected.get(name);
              if (fact == null) {
                throw Refusal.invalid(
                    "unexpected inference input '"
                        + name
                        + "' for model '"
                        + model
                        + "'; expected "
                        + expected.keySet());
              }
              return fact;
            },
            carried);
    carried.putAll(plain);
    return carried;
  }

  private static void checkVersion(ModelInferRequest header) {
    String version = header.getModelVersion();
    if (!version.isEmpty() && !version.equals(Catalog.VERSION)) {
      throw Refusal.of(
          io.grpc.Status.Code.NOT_FOUND,
          "Request for unknown model: '"
              + header.getModelName()
              + "' version "
              + version
              + " is not found");
    }
  }

  private Reply reply(InferMessage<ModelInferRequest> request, Answered answered, long arrived) {
    ModelInferRequest header = request.header();
    Map<String, TensorData> outputs =
        answered.leave().isPresent()
            ? RequestedOutputs.made(header, answered.outputs())
            : RequestedOutputs.of(header, answered.outputs());
    long total = System.nanoTime() - arrived;
    List<Span> spans = new ArrayList<>();
    spans.add(answered.span(tier, total));
    spans.addAll(answered.spans());
    ModelInferResponse.Builder builder =
        ModelInferResponse.newBuilder()
            .setModelName(header.getModelName())
            .setModelVersion(Catalog.VERSION)
            .setId(header.getId())
            .putParameters(Params.SPANS, Params.of(Span.write(spans)));
    if (Params.isTrue(header.getParametersMap(), Params.WANTS_FINAL)) {
      builder.putParameters(Params.IS_FINAL, Params.of(true));
    }
    answered.leave().ifPresent(leave -> mark(builder, leave.taken()));
    if (!answered.equals(Answered.NOTHING)) {
      repository.stats(header.getModelName()).success(answered, total);
      metrics.crossed(answered.hop());
    }
    Runnable written =
        () -> {
          answered.recycle();
          if (portion(request).isEmpty() && !answered.abandoned()) {
            // Else the tensors are still in use: the last portion's answer gives all of them back,
            // and those that a neighbour may still read are left to the collector.
            request.release();
          }
        };
    return new Reply(Tensors.answer(builder, outputs), written);
  }

  /** Says where the request left, and how sure the answer is. */
  private static void mark(ModelInferResponse.Builder answer, ExitTaken taken) {
    answer
        .putParameters(Params.EXIT, Params.of(taken.name()))
        .putParameters(Params.CONFIDENCE, Params.of(taken.confidence()))
        .putParameters(Params.EXIT_REASON, Params.of(taken.reason().text()));
  }

  /** What a failure of a future really was. */
  static Throwable cause(Throwable fault) {
    return fault instanceof java.util.concurrent.CompletionException && fault.getCause() != null
        ? fault.getCause()
        : fault;
  }
}
