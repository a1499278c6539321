package org.scalpel.tier;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
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

  private final String peer;
  private final int capacity;
  private final ClientCall<InferMessage<ModelInferRequest>, InferMessage<ModelStreamInferResponse>>
      call;
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private final Object sending = new Object();
  private volatile boolean ended;
  private volatile Status end = Status.UNAVAILABLE.withDescription("stream ended");

  private record Waiting(CompletableFuture<Answer> answer, Deadline deadline) {}

  InferStream(
      String peer, ManagedChannel channel, Methods methods, int capacity, Consumer<Status> onEnd) {
    this.peer = peer;
    this.capacity = capacity;
    this.call = channel.newCall(methods.stream(), CallOptions.DEFAULT);
    call.start(new Listener(onEnd), new Metadata());
    call.request(ANSWERS_AHEAD);
  }

  boolean isEnded() {
    return ended;
  }

  /** Sends a request; its id must be new. The buffers must not change until the answer is there. */
  CompletableFuture<Answer> send(InferMessage<ModelInferRequest> request, Deadline deadline) {
    String id = request.header().getId();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    if (waiting.size() >= capacity) {
      answer.completeExceptionally(
          new TierException(
              Kind.OVERLOADED, peer + " has " + capacity + " requests under way already"));
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
          ended
              ? Refusal.fromPeer(peer, end)
              : new TierException(Kind.LOST, peer + ": sending failed: " + e.getMessage(), e));
      return answer;
    }
    if (ended) {
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
            w.answer.completeExceptionally(
                new TierException(
                    Kind.DEADLINE, peer + " did not answer before the deadline of the request"));
          }
        });
  }

  void cancel(String why) {
    call.cancel(why, null);
  }

  private void failAll() {
    waiting.forEach(
        (id, w) -> {
          if (waiting.remove(id, w)) {
            w.answer.completeExceptionally(Refusal.fromPeer(peer, end));
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
        call.cancel(message.problem(), null);
        return;
      }
      call.request(1);
      ModelStreamInferResponse header = message.header();
      Waiting found = waiting.remove(header.getInferResponse().getId());
      if (found == null) {
        // Late: its request was given up.
        message.release();
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
    return Refusal.fromPeer(peer, code.toStatus().withDescription(header.getErrorMessage()));
  }
}
