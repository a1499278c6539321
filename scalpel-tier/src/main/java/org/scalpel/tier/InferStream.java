package org.scalpel.tier;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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
  private static final int ANSWERS_AHEAD = 64;
  // A tier refuses single requests in words; a whole stream ends so only when its bytes are wrong.
  private static final Set<Status.Code> BREAKS =
      EnumSet.of(
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN,
          Status.Code.DATA_LOSS,
          Status.Code.RESOURCE_EXHAUSTED);

  private final Supplier<String> peer;
  private final int capacity;
  private final ClientCall<InferMessage<ModelInferRequest>, InferMessage<ModelStreamInferResponse>>
      call;
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger givenUp = new AtomicInteger();
  private final Object sending = new Object();
  private volatile boolean ended;
  private volatile Status end = Status.UNAVAILABLE.withDescription("stream ended");
  private volatile @Nullable TierException verdict;

  private record Waiting(CompletableFuture<Answer> answer, Deadline deadline) {}

  InferStream(
      Supplier<String> peer,
      ManagedChannel channel,
      Methods methods,
      int capacity,
      Consumer<Status> onEnd) {
    this.peer = peer;
    this.capacity = capacity;
    this.call = channel.newCall(methods.stream(), CallOptions.DEFAULT);
    call.start(new Listener(onEnd), new Metadata());
    call.request(ANSWERS_AHEAD);
  }

  boolean isEnded() {
    return ended || verdict != null;
  }

  /** Sends a request; its id must be new. The buffers must not change until the answer is there. */
  CompletableFuture<Answer> send(InferMessage<ModelInferRequest> request, Deadline deadline) {
    String id = request.header().getId();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    if (waiting.size() >= capacity) {
      answer.completeExceptionally(
          new TierException(
              Kind.OVERLOADED, peer.get() + " has " + capacity + " requests under way already"));
      return answer;
    }
    waiting.put(id, new Waiting(answer, deadline));
    try {
      synchronized (sending) {
        call.sendMessage(request);
      }
    } catch (RuntimeException e) {
      waiting.remove(id);
      answer.completeExceptionally(
          ended || verdict != null
              ? why()
              : new TierException(
                  Kind.LOST, peer.get() + ": sending failed: " + e.getMessage(), e));
      return answer;
    }
    if (ended || verdict != null) {
      // The end may have come between the look and the entry.
      failAll();
    }
    return answer;
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

  /** Ends the stream; everything under way, and whatever comes later, fails with the reason. */
  void cutOff(TierException why) {
    verdict = why;
    call.cancel(why.getMessage(), null);
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

  private final class Listener extends ClientCall.Listener<InferMessage<ModelStreamInferResponse>> {
    private final Consumer<Status> onEnd;

    Listener(Consumer<Status> onEnd) {
      this.onEnd = onEnd;
    }

    @Override
    public void onMessage(InferMessage<ModelStreamInferResponse> message) {
      if (!message.problem().isEmpty()) {
        broken("sent what cannot be read (" + message.problem() + ")");
        return;
      }
      call.request(1);
      ModelStreamInferResponse header = message.header();
      Waiting found = waiting.remove(header.getInferResponse().getId());
      if (found == null) {
        message.release();
        // Late, if its request was given up.
        if (givenUp.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
          broken("answered what it was not asked, or twice");
        }
      } else if (header.getErrorMessage().isEmpty()) {
        found.answer.complete(
            new Answer(header.getInferResponse(), message.raw(), message::release));
      } else {
        message.release();
        found.answer.completeExceptionally(refused(header));
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end = status.isOk() ? Status.UNAVAILABLE.withDescription("it closed the stream") : status;
      if (verdict == null && BREAKS.contains(status.getCode())) {
        broken("sent what cannot be read, or a message too large (" + Refusal.line(status) + ")");
      }
      ended = true;
      failAll();
      onEnd.accept(end);
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
