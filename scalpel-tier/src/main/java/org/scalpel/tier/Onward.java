package org.scalpel.tier;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.scalpel.engine.Session;
import org.scalpel.graph.TensorData;
import org.scalpel.oip.ModelInferRequest;

/**
 * A request that goes on to the tiers behind, and what this tier made of it. Where they cannot
 * answer, the best answer so far does, if this tier has an exit.
 */
final class Onward {
  private final ChainRunner runner;
  private final ChainRunner.Work work;
  private final Map<String, TensorData> outputs;
  private final Map<Session, Map<String, TensorData>> made;
  private final CompletableFuture<Answered> answer;

  /** Of {@code outputs}, which are added to. */
  Onward(
      ChainRunner runner,
      ChainRunner.Work work,
      Map<String, TensorData> outputs,
      Map<Session, Map<String, TensorData>> made,
      CompletableFuture<Answered> answer) {
    this.runner = runner;
    this.work = work;
    this.outputs = outputs;
    this.made = made;
    this.answer = answer;
  }

  void start() {
    try {
      forward();
    } catch (RuntimeException e) {
      giveUp(e);
    }
  }

  /** Without the tiers behind: the best answer so far where there is one, else the fault. */
  private void giveUp(RuntimeException fault) {
    Optional<ExitTaken> best = work.passage().insteadOf(fault);
    if (best.isEmpty()) {
      answer.completeExceptionally(fault);
      return;
    }
    ChainRunner.Timing t = work.timing();
    // The neighbour may still read what was sent, so nothing is recycled.
    answer.complete(
        new Answered(
            outputs,
            List.of(),
            t.queueNs,
            t.computeNs,
            t.codecNs,
            Answered.Hop.NONE,
            () -> {},
            () -> {},
            Optional.of(new Answered.Leave(best.get(), true))));
  }

  /** What the tiers behind made of it, or why not. */
  private void settle(@Nullable Throwable fault, Supplier<Answered> done) {
    ChainRunner.guarded(
        answer,
        () -> {
          try {
            if (fault != null) {
              throw ChainRunner.unwrapped(InferCalls.cause(fault));
            }
            Answered answered = done.get();
            if (answered.leave().isEmpty()) {
              work.passage().wentOn();
            }
            answer.complete(answered);
          } catch (RuntimeException e) {
            giveUp(e);
          }
        });
  }

  private void forward() {
    PreparedPlan plan = work.plan();
    Deadline deadline = work.passage().onward(work.deadline());
    Connection neighbour = runner.neighbour(plan);
    RequestTrace hop = work.carried().trace().forward(neighbour.peer());
    Optional<ForeignTier> foreign = neighbour.foreign();
    if (foreign.isPresent()) {
      var unused =
          strangersTurn(foreign.get(), hop)
              .whenComplete(
                  (turn, fault) ->
                      settle(
                          fault,
                          () ->
                              ChainRunner.answered(
                                      work, outputs, List.of(), turn.hop, made, turn.release)
                                  .leaving(
                                      turn.left.map(taken -> new Answered.Leave(taken, false)))));
      return;
    }
    InferMessage<ModelInferRequest> request =
        hop.orEnd(
            () ->
                runner.request(plan, work.carried(), deadline, plan.onward().keySet(), hop::into));
    long sentBytes = ChainRunner.bytes(request.raw());
    long sent = System.nanoTime();
    // Whatever happens ends in the answer, so nobody waits for this one.
    var unusedToo =
        hop.orEnd(() -> neighbour.send(request, deadline))
            .whenComplete(
                (reply, fault) -> {
                  hop.end(fault);
                  settle(
                      fault,
                      () -> {
                        Beyond beyond = Beyond.of(neighbour, plan, reply);
                        outputs.putAll(beyond.outputs());
                        Answered.Hop crossed =
                            new Answered.Hop(
                                sentBytes,
                                ChainRunner.bytes(reply.raw()),
                                System.nanoTime() - sent);
                        List<Span> spans =
                            Span.read(
                                Tensors.text(reply.header().getParametersMap().get(Params.SPANS)));
                        return ChainRunner.answered(
                                work, outputs, spans, crossed, made, reply::release)
                            .leaving(beyond.left().map(taken -> new Answered.Leave(taken, false)));
                      });
                });
  }

  /** What crossed to a server of another make, which tells nothing of where its time went. */
  private record Turn(Answered.Hop hop, Runnable release, Optional<ExitTaken> left) {}

  private CompletableFuture<Turn> strangersTurn(ForeignTier foreign, RequestTrace hop) {
    long begun = System.nanoTime();
    return hop.orEnd(
            () -> foreign.run(work.plan(), work.carried(), work.passage().onward(work.deadline())))
        .whenComplete((ran, fault) -> hop.end(fault))
        .thenApply(
            ran -> {
              outputs.putAll(ran.outputs());
              long took = System.nanoTime() - begun;
              return new Turn(
                  new Answered.Hop(ran.sentBytes(), ran.receivedBytes(), took),
                  ran::release,
                  ran.left());
            });
  }
}
