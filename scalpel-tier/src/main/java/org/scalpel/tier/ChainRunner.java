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
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.TensorData;
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
  static final class Timing {
    final long arrived = System.nanoTime();
    long queueNs;
    long computeNs;
    long codecNs;
  }

  /** One request: what it carries, what it used, when it must be over. */
  record Work(
      PreparedPlan plan, Carried carried, Deadline deadline, Timing timing, Passage passage) {}

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
    Passage passage = plan.gates().enter(carried, deadline);
    Work work = new Work(plan, carried, deadline, new Timing(), passage);
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
    Work work = new Work(plan, carried, deadline, new Timing(), Passage.OPEN);
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

  static void guarded(CompletableFuture<Answered> answer, Runnable step) {
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
        work.passage.isOpen()
            ? pool.dilated(() -> step(work, parts, forwards, codec))
            : untilExit(work, parts, codec);
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

  private static Map<Session, Map<String, TensorData>> step(
      Work work, List<PreparedPlan.Part> parts, boolean forwards, long[] codec) {
    long start = System.nanoTime();
    for (PreparedPlan.Part part : parts) {
      for (OnnxModel.Value value : part.session().inputs()) {
        if (work.carried.image(value.name()).isPresent()) {
          work.carried.tensor(value.name());
        }
      }
    }
    codec[0] += System.nanoTime() - start;
    var outputs = work.plan.run(parts, work.carried);
    if (forwards) {
      codec[0] += Encodings.makeReady(work.plan, work.carried);
    }
    return outputs;
  }

  /** Session by session, no farther than to the exit at which the request leaves. */
  private Map<Session, Map<String, TensorData>> untilExit(
      Work work, List<PreparedPlan.Part> parts, long[] codec) {
    Map<Session, Map<String, TensorData>> made = new LinkedHashMap<>();
    for (PreparedPlan.Part part : parts) {
      made.putAll(pool.dilated(() -> step(work, List.of(part), false, codec)));
      if (work.passage.ends(part)) {
        return made;
      }
    }
    codec[0] += pool.dilated(() -> Encodings.makeReady(work.plan, work.carried));
    return made;
  }

  private void goOn(
      Work work, Map<Session, Map<String, TensorData>> made, CompletableFuture<Answered> answer) {
    PreparedPlan plan = work.plan;
    Map<String, TensorData> outputs = new LinkedHashMap<>();
    for (String name : plan.ownResults()) {
      if (work.carried.has(name)) {
        outputs.put(name, work.carried.tensor(name));
      }
    }
    Optional<ExitTaken> left = work.passage.left();
    if (left.isPresent() || !plan.goesOn()) {
      if (left.isEmpty()) {
        work.passage.wentOn();
      }
      answer.complete(
          answered(work, outputs, List.of(), Answered.Hop.NONE, made, () -> {})
              .leaving(left.map(taken -> new Answered.Leave(taken, false))));
      return;
    }
    new Onward(this, work, outputs, made, answer).start();
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

  static Answered answered(
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
