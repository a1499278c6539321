package org.scalpel.tier;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelStreamInferResponse;

/**
 * The two calls that carry tensors. Requests are read on the transport's thread, checked there and
 * handed to the workers; nothing here waits.
 */
final class InferHandlers {
  /** Requests of one stream that may be under way; the next is read when one is answered. */
  private static final int AHEAD = 64;

  private static final long FOREVER_MS = 3_600_000;

  /** As clients of Triton ask for it. */
  private static final Metadata.Key<String> STRICT =
      Metadata.Key.of("triton_grpc_error", Metadata.ASCII_STRING_MARSHALLER);

  private final InferCalls calls;
  private final Set<Streaming> streams = ConcurrentHashMap.newKeySet();

  InferHandlers(InferCalls calls) {
    this.calls = calls;
  }

  ServerCallHandler<InferMessage<ModelInferRequest>, InferMessage<ModelInferResponse>> unary() {
    return (call, headers) -> {
      call.request(2);
      return new Unary(call, calls.tracing().caller(headers));
    };
  }

  ServerCallHandler<InferMessage<ModelInferRequest>, InferMessage<ModelStreamInferResponse>>
      streaming() {
    return (call, headers) -> {
      call.sendHeaders(new Metadata());
      call.request(AHEAD);
      Streaming streaming = new Streaming(call, "true".equals(headers.get(STRICT)));
      streams.add(streaming);
      return streaming;
    };
  }

  /** Ends every stream as soon as its last request is answered. */
  void drain() {
    streams.forEach(Streaming::onHalfClose);
  }

  /** Whether every stream has ended. */
  boolean idle() {
    return streams.isEmpty();
  }

  private static Deadline limit() {
    io.grpc.Deadline given = Context.current().getDeadline();
    long ms =
        given == null
            ? FOREVER_MS
            : Math.min(FOREVER_MS, given.timeRemaining(TimeUnit.MILLISECONDS));
    return Deadline.in(java.time.Duration.ofMillis(Math.max(0, ms)));
  }

  private final class Unary extends ServerCall.Listener<InferMessage<ModelInferRequest>> {
    private final ServerCall<InferMessage<ModelInferRequest>, InferMessage<ModelInferResponse>>
        call;
    private final io.opentelemetry.context.Context caller;
    private @Nullable InferMessage<ModelInferRequest> request;

    Unary(
        ServerCall<InferMessage<ModelInferRequest>, InferMessage<ModelInferResponse>> call,
        io.opentelemetry.context.Context caller) {
      this.call = call;
      this.caller = caller;
    }

    @Override
    public void onMessage(InferMessage<ModelInferRequest> message) {
      request = message;
    }

    @Override
    public void onHalfClose() {
      InferMessage<ModelInferRequest> given = request;
      if (given == null) {
        call.close(
            Status.INTERNAL.withDescription("the call came without a request"), new Metadata());
        return;
      }
      var unused =
          calls
              .answer(given, limit(), caller)
              .whenComplete(
                  (reply, fault) -> {
                    synchronized (call) {
                      if (call.isCancelled()) {
                        return;
                      }
                      if (fault != null) {
                        call.close(Refusal.status(InferCalls.cause(fault)), new Metadata());
                        return;
                      }
                      call.sendHeaders(new Metadata());
                      call.sendMessage(reply.message());
                      call.close(Status.OK, new Metadata());
                    }
                    reply.written().run();
                  });
    }
  }

  private final class Streaming extends ServerCall.Listener<InferMessage<ModelInferRequest>> {
    private final ServerCall<
            InferMessage<ModelInferRequest>, InferMessage<ModelStreamInferResponse>>
        call;
    // The first error ends the stream with its status instead of being told in it.
    private final boolean strict;
    private int underWay;
    private int held;
    private boolean halfClosed;
    private boolean closed;

    Streaming(
        ServerCall<InferMessage<ModelInferRequest>, InferMessage<ModelStreamInferResponse>> call,
        boolean strict) {
      this.call = call;
      this.strict = strict;
    }

    @Override
    public void onMessage(InferMessage<ModelInferRequest> message) {
      synchronized (call) {
        underWay++;
      }
      var unused =
          calls
              .answer(message, limit())
              .whenComplete((reply, fault) -> answered(message, reply, fault));
    }

    private void answered(
        InferMessage<ModelInferRequest> request,
        InferCalls.@Nullable Reply reply,
        @Nullable Throwable fault) {
      synchronized (call) {
        underWay--;
        if (closed || call.isCancelled()) {
          return;
        }
        if (strict && fault != null) {
          closed = true;
          streams.remove(this);
          call.close(Refusal.status(InferCalls.cause(fault)), new Metadata());
          return;
        }
        call.sendMessage(reply != null ? wrap(reply) : error(request.header(), fault));
        // A caller that does not read its answers gets no more of its requests read.
        if (call.isReady()) {
          call.request(1);
        } else {
          held++;
        }
        finish();
      }
      if (reply != null) {
        reply.written().run();
      }
    }

    private void finish() {
      if (halfClosed && underWay == 0 && !closed) {
        closed = true;
        streams.remove(this);
        call.close(Status.OK, new Metadata());
      }
    }

    @Override
    public void onReady() {
      synchronized (call) {
        if (held > 0 && !closed) {
          call.request(held);
          held = 0;
        }
      }
    }

    @Override
    public void onHalfClose() {
      synchronized (call) {
        halfClosed = true;
        finish();
      }
    }

    @Override
    public void onCancel() {
      streams.remove(this);
      synchronized (call) {
        closed = true;
      }
    }
  }

  static InferMessage<ModelStreamInferResponse> wrap(InferCalls.Reply reply) {
    ModelStreamInferResponse header =
        ModelStreamInferResponse.newBuilder().setInferResponse(reply.message().header()).build();
    return InferMessage.of(header, reply.message().raw());
  }

  static InferMessage<ModelStreamInferResponse> error(
      ModelInferRequest request, @Nullable Throwable fault) {
    Status status =
        Refusal.status(
            fault == null ? new IllegalStateException("no answer") : InferCalls.cause(fault));
    String text =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    ModelInferResponse about =
        ModelInferResponse.newBuilder()
            .setModelName(request.getModelName())
            .setId(request.getId())
            .putParameters(Params.CODE, Params.of(status.getCode().name()))
            .build();
    ModelStreamInferResponse header =
        ModelStreamInferResponse.newBuilder().setErrorMessage(text).setInferResponse(about).build();
    return InferMessage.of(header, java.util.List.of());
  }
}
