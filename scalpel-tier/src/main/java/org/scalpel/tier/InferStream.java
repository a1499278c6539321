package org.scalpel.tier;

import io.grpc.Status;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelStreamInferResponse;
import org.scalpel.tier.TierException.Kind;

/**
 * One ordered stream of requests to a neighbour; answers come back in any order and find their
 * request by its id. Ends once: then everything under way is lost, and the owner opens another.
 *
 * <p>Answers are completed on the transport's thread; whoever waits for them must not block there.
 */
final class InferStream {
  // A tier refuses single requests in words; a whole stream ends so only when its bytes are wrong.
  private static final Set<Status.Code> BREAKS =
      EnumSet.of(
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN,
          Status.Code.DATA_LOSS,
          Status.Code.RESOURCE_EXHAUSTED);

  private final Supplier<String> peer;
  private final int capacity;
  private final Consumer<Status> onEnd;
  private final ClientLane lane;
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger givenUp = new AtomicInteger();
  private volatile boolean ended;
  private volatile Status end = Status.UNAVAILABLE.withDescription("stream ended");
  private volatile @Nullable TierException verdict;

  private static final class Waiting {
    final CompletableFuture<Answer> answer = new CompletableFuture<>();
    final Deadline deadline;
    // On the lane's thread.
    boolean sent;

    Waiting(Deadline deadline) {
      this.deadline = deadline;
    }
  }

  /** Begins to connect. */
  InferStream(
      Supplier<String> peer,
      int capacity,
      Function<ClientLane.Owner, ClientLane> lane,
      Consumer<Status> onEnd) {
    this.peer = peer;
    this.capacity = capacity;
    this.onEnd = onEnd;
    this.lane = lane.apply(new Receiver());
  }

  boolean isEnded() {
    return ended || verdict != null;
  }

  /** Sends a request; its id must be new. The buffers must not change until the answer is there. */
  CompletableFuture<Answer> send(InferMessage<ModelInferRequest> request, Deadline deadline) {
    String id = request.header().getId();
    Waiting mine = new Waiting(deadline);
    if (waiting.size() >= capacity) {
      mine.answer.completeExceptionally(
          new TierException(
              Kind.OVERLOADED, peer.get() + " has " + capacity + " requests under way already"));
      return mine.answer;
    }
    waiting.put(id, mine);
    try {
      lane.send(request, () -> mine.sent = true);
    } catch (RuntimeException e) {
      waiting.remove(id);
      mine.answer.completeExceptionally(
          ended || verdict != null
              ? why()
              : new TierException(
                  Kind.LOST, peer.get() + ": sending failed: " + e.getMessage(), e));
      return mine.answer;
    }
    if (ended || verdict != null) {
      // The end may have come between the look and the entry.
      failAll();
    }
    return mine.answer;
  }

  int underWay() {
    return waiting.size();
  }

  /** Gives up on requests whose time is over; called now and then by the owner. */
  void expire() {
    waiting.forEach(
        (id, w) -> {
          if (w.deadline.over() && waiting.remove(id, w)) {
            givenUp.incrementAndGet();
            w.answer.completeExceptionally(
                new TierException(
                    Kind.DEADLINE,
                    peer.get() + " did not answer before the deadline of the request"));
          }
        });
  }

  /** Ends the stream as if the connection had been lost. */
  void cancel(String why) {
    lane.cancel(Status.UNAVAILABLE.withDescription(why));
  }

  /** Ends the stream; everything under way, and whatever comes later, fails with the reason. */
  void cutOff(TierException why) {
    verdict = why;
    lane.cancel(Status.CANCELLED.withDescription(why.getMessage()));
    failAll();
  }

  /** A peer that does not keep to the protocol is not listened to any further. */
  private void broken(String how) {
    cutOff(new TierException(Kind.PROTOCOL, peer.get() + " broke the protocol: it " + how));
  }

  private TierException why() {
    TierException given = verdict;
    return given == null
        ? Refusal.fromPeer(peer.get(), end)
        : new TierException(given.kind(), String.valueOf(given.getMessage()), given);
  }

  private void failAll() {
    waiting.forEach(
        (id, w) -> {
          if (waiting.remove(id, w)) {
            w.answer.completeExceptionally(why());
          }
        });
  }

  private final class Receiver implements ClientLane.Owner {
    @Override
    public void answered(InferMessage<ModelStreamInferResponse> message) {
      if (!message.problem().isEmpty()) {
        broken("sent what cannot be read (" + message.problem() + ")");
        return;
      }
      ModelStreamInferResponse header = message.header();
      Waiting found = waiting.remove(header.getInferResponse().getId());
      if (found == null) {
        message.release();
        // Late, if its request was given up.
        if (givenUp.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
          broken("answered what it was not asked, or twice");
        }
      } else if (!header.getErrorMessage().isEmpty()) {
        message.release();
        found.answer.completeExceptionally(refused(header));
      } else if (!found.sent) {
        message.release();
        broken("answered before it had the request");
        found.answer.completeExceptionally(why());
      } else {
        found.answer.complete(
            new Answer(header.getInferResponse(), message.raw(), message::release));
      }
    }

    @Override
    public void ended(Status status) {
      end = status;
      if (verdict == null && BREAKS.contains(status.getCode())) {
        broken("sent what cannot be read, or a message too large (" + Refusal.line(status) + ")");
      }
      ended = true;
      failAll();
      onEnd.accept(status);
    }
  }

  private TierException refused(ModelStreamInferResponse header) {
    String name = Tensors.text(header.getInferResponse().getParametersMap().get(Params.CODE));
    Status.Code code = Status.Code.UNKNOWN;
    for (Status.Code known : Status.Code.values()) {
      code = known.name().equals(name) ? known : code;
    }
    if (code == Status.Code.OK || (code == Status.Code.UNKNOWN && name.isEmpty())) {
      code = Status.Code.INVALID_ARGUMENT;
    }
    return Refusal.reported(peer.get(), code.toStatus().withDescription(header.getErrorMessage()));
  }
}
