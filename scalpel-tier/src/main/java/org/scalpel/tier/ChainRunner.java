package org.scalpel.tier;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.scalpel.engine.Session;
import org.scalpel.graph.Segment;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferRequest.InferInputTensor;
import org.scalpel.tier.TierException.Kind;

/**
 * Runs a request from one tier on: this tier's segments on its workers, then the rest through the
 * neighbour, then both results together. The same on the device and on a server.
 */
final class ChainRunner {
  // What the thread that moves bytes may be kept from it.
  private static final long SHORT_NS = 500_000;

  private final ComputePool pool;
  private final Optional<Connection> next;
  private final double slowdown;
  private final int messageBytes;
  private final String idPrefix = Long.toString(System.nanoTime() & 0xFFFFFF, 36) + "-";
  private final AtomicLong ids = new AtomicLong();
  private final Portions portions = new Portions();

  ChainRunner(TierConfig config, ComputePool pool, Optional<Connection> next) {
    this.pool = pool;
    this.next = next;
    this.slowdown = config.slowdown();
    this.messageBytes = config.limits().messageBytes();
  }

  /** Times of one request on this tier, filled as it goes. */
  private static final class Timing {
    final long arrived = System.nanoTime();
    long queueNs;
    long computeNs;
    long codecNs;
  }

  /** One request: what it carries, what it used, when it must be over. */
  private record Work(PreparedPlan plan, Carried carried, Deadline deadline, Timing timing) {}

  /**
   * Runs this tier's segments and all behind. The plan must be held until the answer is there. What
   * is known to be short is run by the caller, for which a worker would have to be woken.
   */
  CompletableFuture<Answered> run(PreparedPlan plan, Carried carried, Deadline deadline) {
    boolean isShort = plan.usual().isBelow(SHORT_NS);
    return run(plan, carried, deadline, isShort ? pool::executeHere : pool::execute);
  }

  /** The same from a thread that waits for the answer: it may do the computing itself. */
  CompletableFuture<Answered> runHere(PreparedPlan plan, Carried carried, Deadline deadline) {
    return run(plan, carried, deadline, pool::executeHere);
  }

  private CompletableFuture<Answered> run(
      PreparedPlan plan, Carried carried, Deadline deadline, Executor executor) {
    boolean ours = next.flatMap(Connection::foreign).isEmpty() || !plan.goesOn();
    if (ours && plan.chain().overlaps() && plan.encodings().isEmpty()) {
      PieceRun run = new PieceRun(this, plan, deadline, carried.trace());
      run.arrive(carried, () -> {});
      return run.answer();
    }
    CompletableFuture<Answered> answer = new CompletableFuture<>();
    Work work = new Work(plan, carried, deadline, new Timing());
    if (plan.parts().isEmpty() && Encodings.areReady(plan, carried)) {
      // Only a relay: nothing to wait for.
      guarded(answer, () -> goOn(work, Map.of(), answer));
    } else {
      executor.execute(
          () ->
              guarded(
                  answer,
                  () -> {
                    var made = compute(work, plan.parts(), true);
                    Runnable onward = () -> guarded(answer, () -> goOn(work, made, answer));
                    if (plan.usual().isBelow(SHORT_NS)) {
                      onward.run();
                    } else {
                      pool.pass(onward);
                    }
                  }));
    }
    return answer;
  }

  /**
   * A request that comes in portions: nothing is answered to all but the one that brings the last
   * tensor.
   */
  CompletableFuture<Answered> runPortion(
      PreparedPlan plan, String key, Portion portion, Deadline deadline) {
    return portions.arrive(
        key, portion, () -> new PieceRun(this, plan, deadline, portion.carried().trace()));
  }

  /** Some of a request's tensors and what gives their memory back. */
  record Portion(Carried carried, Runnable release) {}

  ComputePool pool() {
    return pool;
  }

  Connection neighbour(PreparedPlan plan) {
    return next.orElseThrow(
        () ->
            new TierException(
                Kind.INVALID,
                "plan " + plan.chain().plan() + " goes on, but this tier has none behind it"));
  }

  double slowdown() {
    return slowdown;
  }

  /** Runs one segment only: the call of an ordinary client. */
  CompletableFuture<Answered> runPart(
      PreparedPlan plan, PreparedPlan.Part part, Carried carried, Deadline deadline) {
    CompletableFuture<Answered> answer = new CompletableFuture<>();
    Work work = new Work(plan, carried, deadline, new Timing());
    pool.execute(
        () ->
            guarded(
                answer,
                () -> {
                  var made = compute(work, List.of(part), false);
                  Map<String, TensorData> outputs = new LinkedHashMap<>();
                  made.values().forEach(outputs::putAll);
                  answer.complete(
                      answered(work, outputs, List.of(), Answered.Hop.NONE, made, () -> {}));
                }));
    return answer;
  }

  private static void guarded(CompletableFuture<Answered> answer, Runnable step) {
    try {
      step.run();
    } catch (Throwable e) {
      answer.completeExceptionally(e);
      if (e instanceof VirtualMachineError) {
        throw e;
      }
    }
  }

  private Map<Session, Map<String, TensorData>> compute(
      Work work, List<PreparedPlan.Part> parts, boolean forwards) {
    Timing timing = work.timing;
    long begun = System.nanoTime();
    timing.queueNs = begun - timing.arrived;
    work.deadline.check("before it was computed");
    long[] codec = new long[1];
    var made =
        pool.dilated(
            () -> {
              long start = System.nanoTime();
              for (PreparedPlan.Part part : parts) {
                part.session().inputs().stream()
                    .filter(v -> work.carried.image(v.name()).isPresent())
                    .forEach(v -> work.carried.tensor(v.name()));
              }
              codec[0] = System.nanoTime() - start;
              var outputs = work.plan.run(parts, work.carried);
              if (forwards) {
                codec[0] += Encodings.makeReady(work.plan, work.carried);
              }
              return outputs;
            });
    timing.codecNs = (long) (codec[0] * slowdown);
    long took = System.nanoTime() - begun;
    work.carried.trace().step("queue", timing.arrived, begun);
    work.carried.trace().step("compute", begun, begun + took);
    timing.computeNs = Math.max(0, took - timing.codecNs);
    if (forwards) {
      work.plan.usual().took(took);
    }
    return made;
  }

  private void goOn(
      Work work, Map<Session, Map<String, TensorData>> made, CompletableFuture<Answered> answer) {
    PreparedPlan plan = work.plan;
    Map<String, TensorData> outputs = new LinkedHashMap<>();
    plan.ownResults().forEach(name -> outputs.put(name, work.carried.tensor(name)));
    if (!plan.goesOn()) {
      answer.complete(answered(work, outputs, List.of(), Answered.Hop.NONE, made, () -> {}));
      return;
    }
    Connection neighbour = neighbour(plan);
    RequestTrace hop = work.carried.trace().forward(neighbour.peer());
    Optional<ForeignTier> foreign = neighbour.foreign();
    if (foreign.isPresent()) {
      var unused =
          strangersTurn(foreign.get(), work, hop, outputs)
              .whenComplete(
                  (turn, fault) ->
                      guarded(
                          answer,
                          () -> {
                            if (fault != null) {
                              throw unwrapped(InferCalls.cause(fault));
                            }
                            answer.complete(
                                answered(work, outputs, List.of(), turn.hop, made, turn.release));
                          }));
      return;
    }
    InferMessage<ModelInferRequest> request =
        hop.orEnd(
            () -> request(plan, work.carried, work.deadline, plan.onward().keySet(), hop::into));
    long sentBytes = bytes(request.raw());
    long sent = System.nanoTime();
    // Whatever happens ends in the answer, so nobody waits for this one.
    var unusedToo =
        hop.orEnd(() -> neighbour.send(request, work.deadline))
            .whenComplete(
                (reply, fault) ->
                    guarded(
                        answer,
                        () -> {
                          hop.end(fault);
                          if (fault != null) {
                            throw unwrapped(fault);
                          }
                          outputs.putAll(trusted(neighbour, plan, reply));
                          Answered.Hop crossed =
                              new Answered.Hop(
                                  sentBytes, bytes(reply.raw()), System.nanoTime() - sent);
                          List<Span> spans =
                              Span.read(
                                  Tensors.text(
                                      reply.header().getParametersMap().get(Params.SPANS)));
                          answer.complete(
                              answered(work, outputs, spans, crossed, made, reply::release));
                        }));
  }

  /** What crossed to a server of another make, which tells nothing of where its time went. */
  private record Turn(Answered.Hop hop, Runnable release) {}

  private static CompletableFuture<Turn> strangersTurn(
      ForeignTier foreign, Work work, RequestTrace hop, Map<String, TensorData> outputs) {
    long begun = System.nanoTime();
    return hop.orEnd(() -> foreign.run(work.plan, work.carried, work.deadline))
        .whenComplete((ran, fault) -> hop.end(fault))
        .thenApply(
            ran -> {
              outputs.putAll(ran.outputs());
              long took = System.nanoTime() - begun;
              return new Turn(
                  new Answered.Hop(ran.sentBytes(), ran.receivedBytes(), took), ran::release);
            });
  }

  static RuntimeException unwrapped(Throwable fault) {
    return fault instanceof RuntimeException known
        ? known
        : new TierException(Kind.INTERNAL, String.valueOf(fault.getMessage()), fault);
  }

  /**
   * Some of what goes to the next tier.
   *
   * @param more adds parameters
   */
  InferMessage<ModelInferRequest> request(
      PreparedPlan plan,
      Carried carried,
      Deadline deadline,
      Collection<String> names,
      Consumer<ModelInferRequest.Builder> more) {
    Chain chain = plan.chain();
    Segment target = chain.firstBeyond(plan.tier()).orElseThrow();
    deadline.check("before it was passed on");
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder()
            .setModelName(chain.name(target))
            .setId(idPrefix + ids.incrementAndGet())
            .putParameters(Params.CONTINUE, Params.of(true))
            .putParameters(Params.DEADLINE_MS, Params.of(deadline.forNextHopMs()));
    more.accept(request);
    List<ByteBuffer> raw = new ArrayList<>();
    for (String name : names) {
      InferInputTensor input = Tensors.input(name, chain.fact(name));
      Optional<Carried.Encoded> image = carried.image(name);
      if (image.isPresent()) {
        request.addInputs(
            input.toBuilder().putParameters(Params.ENCODING, Params.of(image.get().encoding())));
        raw.add(image.get().file());
      } else {
        request.addInputs(input);
        raw.add(carried.tensor(name).data());
      }
    }
    InferMessage<ModelInferRequest> message = InferMessage.of(request.build(), raw);
    long bytes = bytes(raw);
    if (bytes + message.header().getSerializedSize() + 64L * raw.size() > messageBytes) {
      throw new TierException(
          Kind.INVALID,
          "a request of " + bytes + " bytes is over the message limit of " + messageBytes);
    }
    return message;
  }

  /** The neighbour's outputs, if they are exactly those that the plan expects. */
  private static Map<String, TensorData> trusted(
      Connection neighbour, PreparedPlan plan, Answer reply) {
    return trusted(neighbour, plan, reply, true);
  }

  /** The same; to a portion of a request a neighbour may answer some of them. */
  static Map<String, TensorData> trusted(
      Connection neighbour, PreparedPlan plan, Answer reply, boolean all) {
    Map<String, TensorFact> expected = plan.resultsBeyond();
    try {
      Map<String, TensorData> outputs =
          Tensors.read(
              reply.header(),
              reply.raw(),
              name -> {
                TensorFact fact = expected.get(name);
                if (fact == null) {
                  throw Refusal.invalid("output '" + name + "' was not asked for");
                }
                return fact;
              });
      if (all && !outputs.keySet().equals(expected.keySet())) {
        throw Refusal.invalid("outputs " + outputs.keySet() + " instead of " + expected.keySet());
      }
      return outputs;
    } catch (io.grpc.StatusRuntimeException e) {
      String why = String.valueOf(e.getStatus().getDescription());
      TierException lie =
          new TierException(
              Kind.PROTOCOL, neighbour.peer() + " answered against the plan: " + why, e);
      neighbour.cutOff(lie);
      throw lie;
    }
  }

  private static Answered answered(
      Work work,
      Map<String, TensorData> outputs,
      List<Span> spans,
      Answered.Hop hop,
      Map<Session, Map<String, TensorData>> made,
      Runnable releaseReply) {
    Runnable crossing =
        () -> made.forEach((session, all) -> session.recycle(part(all, outputs, false)));
    Runnable results =
        () -> {
          made.forEach((session, all) -> session.recycle(part(all, outputs, true)));
          releaseReply.run();
        };
    Timing t = work.timing;
    return new Answered(outputs, spans, t.queueNs, t.computeNs, t.codecNs, hop, crossing, results);
  }

  static Map<String, TensorData> part(
      Map<String, TensorData> all, Map<String, TensorData> outputs, boolean answered) {
    Map<String, TensorData> some = new LinkedHashMap<>(all);
    some.keySet().removeIf(name -> outputs.containsKey(name) != answered);
    return some;
  }

  static long bytes(List<ByteBuffer> raw) {
    long total = 0;
    for (ByteBuffer buffer : raw) {
      total += buffer.remaining();
    }
    return total;
  }
}
