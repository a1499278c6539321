package org.scalpel.tier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.scalpel.engine.Session;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.TierException.Kind;

/**
 * One request on one tier whose sessions overlap with the links: a session runs when its inputs are
 * here, what the next tier needs is sent as soon as it exists, and never waits for a computation
 * that does not make it.
 *
 * <pre>
 *   portions ─▶ carried ─▶ the first session that can run ─▶ carried …
 *                  └─▶ what goes on and was not sent yet ─▶ next tier ─▶ outputs
 * </pre>
 *
 * <p>Sessions of one request run one after the other; requests take turns between them.
 */
final class PieceRun {
  private final ChainRunner runner;
  private final PreparedPlan plan;
  private final Deadline deadline;
  private final Carried carried;
  private final String key = UUID.randomUUID().toString();
  private final CompletableFuture<Answered> answer = new CompletableFuture<>();
  private final AtomicBoolean expires = new AtomicBoolean();

  private final List<PreparedPlan.Part> waiting;
  private final Set<String> unsent;
  private final Map<Session, Map<String, TensorData>> made = new LinkedHashMap<>();
  private final Map<String, TensorData> beyond = new LinkedHashMap<>();
  private final List<Runnable> releases = new ArrayList<>();
  private List<Span> spans = List.of();
  private boolean nothingSent = true;
  private boolean computing;
  private int replies;
  private long queuedSince;
  private long queueNs;
  private long computeNs;
  private long codecNs;
  private long sentAt;
  private long repliedAt;
  private long sentBytes;
  private long receivedBytes;

  /** Keeps the plan until the answer is there. */
  PieceRun(ChainRunner runner, PreparedPlan plan, Deadline deadline, RequestTrace trace) {
    this.runner = runner;
    this.plan = plan;
    this.deadline = deadline;
    this.carried = new Carried(plan.fits()).under(trace);
    this.waiting = new ArrayList<>(plan.parts());
    this.unsent = new LinkedHashSet<>(plan.onward().keySet());
    plan.keep();
    var unused = answer.whenComplete((done, fault) -> plan.release());
  }

  CompletableFuture<Answered> answer() {
    return answer;
  }

  /** Gives up at the deadline, then does this. */
  void expire(Runnable then) {
    if (expires.compareAndSet(false, true)) {
      var unused =
          answer
              .copy()
              .orTimeout(Math.max(1, deadline.leftNanos()), TimeUnit.NANOSECONDS)
              .whenComplete(
                  (done, fault) -> {
                    if (fault instanceof TimeoutException) {
                      fail(
                          new TierException(
                              Kind.DEADLINE, "the rest of a request did not come in time"));
                    }
                    if (fault != null) {
                      then.run();
                    }
                  });
    }
  }

  /**
   * Tensors came.
   *
   * @param release gives their memory back
   * @return whether all that this tier and those behind it need is here
   */
  boolean arrive(Carried more, Runnable release) {
    boolean complete;
    synchronized (this) {
      if (carried.overlaps(more)) {
        throw Refusal.invalid("a portion of a request brings a tensor a second time");
      }
      carried.addAll(more);
      releases.add(release);
      complete = plan.entry().keySet().stream().allMatch(carried::has);
    }
    advance();
    return complete;
  }

  private void fail(Throwable fault) {
    answer.completeExceptionally(fault);
  }

  /** Whatever can happen now. Sending comes first: it takes no time of the one who computes. */
  private void advance() {
    try {
      List<String> portion = new ArrayList<>();
      PreparedPlan.Part part = null;
      boolean sends;
      synchronized (this) {
        if (answer.isDone()) {
          return;
        }
        unsent.stream().filter(carried::has).forEach(portion::add);
        portion.forEach(unsent::remove);
        sends = plan.goesOn() && (!portion.isEmpty() || (nothingSent && unsent.isEmpty()));
        if (sends) {
          nothingSent = false;
          replies++;
        }
        if (!computing) {
          part = startable();
        }
      }
      if (sends) {
        send(portion);
      }
      if (part != null) {
        PreparedPlan.Part next = part;
        plan.keep();
        try {
          runner.pool().execute(() -> run(next));
        } catch (RuntimeException e) {
          plan.release();
          throw e;
        }
      }
      finish();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private PreparedPlan.@Nullable Part startable() {
    Optional<PreparedPlan.Part> first =
        waiting.stream()
            .filter(p -> p.session().inputs().stream().allMatch(v -> carried.has(v.name())))
            .findFirst();
    first.ifPresent(
        p -> {
          waiting.remove(p);
          computing = true;
          queuedSince = System.nanoTime();
        });
    return first.orElse(null);
  }

  private void run(PreparedPlan.Part part) {
    try {
      long start = System.nanoTime();
      deadline.check("before it was computed");
      long[] decoding = new long[1];
      var outputs =
          runner
              .pool()
              .dilated(
                  () -> {
                    long decoded = System.nanoTime();
                    part.session().inputs().forEach(v -> carried.tensor(v.name()));
                    decoding[0] = System.nanoTime() - decoded;
                    return plan.run(List.of(part), carried);
                  });
      synchronized (this) {
        made.putAll(outputs);
        queueNs += start - queuedSince;
        long codec = (long) (decoding[0] * runner.slowdown());
        codecNs += codec;
        long end = System.nanoTime();
        computeNs += Math.max(0, end - start - codec);
        carried.trace().step("queue", queuedSince, start);
        carried.trace().step("compute", start, end);
        computing = false;
      }
      advance();
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      plan.release();
    }
  }

  private void send(List<String> names) {
    Connection neighbour = runner.neighbour(plan);
    boolean whole = names.size() == plan.onward().size();
    RequestTrace hop = carried.trace().forward(neighbour.peer());
    var message =
        hop.orEnd(
            () ->
                runner.request(
                    plan,
                    carried,
                    deadline,
                    names,
                    request -> {
                      hop.into(request);
                      if (!whole) {
                        request.putParameters(Params.PORTION, Params.of(key));
                      }
                    }));
    long now = System.nanoTime();
    synchronized (this) {
      sentAt = sentAt == 0 ? now : sentAt;
      sentBytes += ChainRunner.bytes(message.raw());
    }
    // Whatever happens ends in the answer, so nobody waits for this one.
    var unused =
        hop.orEnd(() -> neighbour.send(message, deadline))
            .whenComplete(
                (reply, fault) -> {
                  try {
                    hop.end(fault);
                    if (fault != null) {
                      throw ChainRunner.unwrapped(fault);
                    }
                    replied(neighbour, reply);
                  } catch (RuntimeException e) {
                    fail(e);
                  }
                });
  }

  private void replied(Connection neighbour, Answer reply) {
    Map<String, TensorData> outputs = Beyond.of(neighbour, plan, reply, false).outputs();
    synchronized (this) {
      beyond.putAll(outputs);
      receivedBytes += ChainRunner.bytes(reply.raw());
      repliedAt = System.nanoTime();
      replies--;
      String text = Tensors.text(reply.header().getParametersMap().get(Params.SPANS));
      // Only the answer to the last portion has been everywhere.
      if (!outputs.isEmpty() || plan.resultsBeyond().isEmpty() || spans.isEmpty()) {
        spans = Span.read(text);
      }
      releases.add(reply::release);
    }
    finish();
  }

  private void finish() {
    Answered done;
    synchronized (this) {
      if (!waiting.isEmpty() || computing || replies > 0 || !unsent.isEmpty() || answer.isDone()) {
        return;
      }
      if (plan.goesOn() && !beyond.keySet().equals(plan.resultsBeyond().keySet())) {
        fail(
            new TierException(
                Kind.PROTOCOL,
                "the tiers behind answered "
                    + beyond.keySet()
                    + " instead of "
                    + plan.resultsBeyond().keySet()));
        return;
      }
      Map<String, TensorData> outputs = new LinkedHashMap<>();
      plan.ownResults().forEach(name -> outputs.put(name, carried.tensor(name)));
      outputs.putAll(beyond);
      done = answered(outputs);
    }
    answer.complete(done);
  }

  private Answered answered(Map<String, TensorData> outputs) {
    Answered.Hop hop = new Answered.Hop(sentBytes, receivedBytes, Math.max(0, repliedAt - sentAt));
    Runnable crossing =
        () -> made.forEach((s, all) -> s.recycle(ChainRunner.part(all, outputs, false)));
    Runnable results =
        () -> {
          made.forEach((s, all) -> s.recycle(ChainRunner.part(all, outputs, true)));
          releases.forEach(Runnable::run);
        };
    return new Answered(outputs, spans, queueNs, computeNs, codecNs, hop, crossing, results);
  }
}
