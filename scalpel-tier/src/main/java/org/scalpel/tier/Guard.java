package org.scalpel.tier;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.Set;

/** Asks every call of gRPC for its token, and every message of a stream whether it still counts. */
final class Guard implements ServerInterceptor {
  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String INFERENCE = "inference.GRPCInferenceService/";
  private static final String CONTROL = "scalpel.control.TierControl/";

  /** Whatever is not named here needs the role of an admin. */
  private static final Set<String> INFER =
      Set.of(
          INFERENCE + "ServerLive",
          INFERENCE + "ServerReady",
          INFERENCE + "ModelReady",
          INFERENCE + "ServerMetadata",
          INFERENCE + "ModelMetadata",
          INFERENCE + "ModelConfig",
          INFERENCE + "ModelInfer",
          INFERENCE + "ModelStreamInfer",
          INFERENCE + "ModelStatistics",
          INFERENCE + "RepositoryIndex",
          CONTROL + "Status",
          CONTROL + "Beat",
          CONTROL + "Ping");

  private final Access access;

  Guard(Access access) {
    this.access = access;
  }

  static Role needed(String method) {
    return INFER.contains(method) || method.startsWith("grpc.reflection.")
        ? Role.INFER
        : Role.ADMIN;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (method.startsWith("grpc.health.")) {
      // Says no more than whether somebody is there; probes of clusters have no tokens.
      return next.startCall(call, headers);
    }
    Role needed = needed(method);
    Access.Pass pass = access.pass(headers.get(AUTHORIZATION));
    Optional<Status> refusal = pass.refusal(needed);
    if (refusal.isPresent()) {
      call.close(refusal.get(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return next.startCall(call, headers);
    }
    Watchful<Q, A> watched = new Watchful<>(call);
    return new Stream<>(watched, next.startCall(watched, headers), pass, needed);
  }

  /** A call that may be ended under the hands of those who serve it: to them it was cancelled. */
  private static final class Watchful<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private volatile boolean over;

    Watchful(ServerCall<Q, A> call) {
      super(call);
    }

    void end(Status why) {
      over = true;
      super.close(why, new Metadata());
    }

    @Override
    public void sendMessage(A message) {
      if (!over) {
        super.sendMessage(message);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!over) {
        super.close(status, trailers);
      }
    }

    @Override
    public boolean isCancelled() {
      return over || super.isCancelled();
    }
  }

  private static final class Stream<Q, A> extends SimpleForwardingServerCallListener<Q> {
    private final Watchful<Q, A> call;
    private final Access.Pass pass;
    private final Role needed;

    Stream(Watchful<Q, A> call, ServerCall.Listener<Q> inside, Access.Pass pass, Role needed) {
      super(inside);
      this.call = call;
      this.pass = pass;
      this.needed = needed;
    }

    @Override
    public void onMessage(Q message) {
      if (!call.over) {
        Optional<Status> refusal = pass.refusal(needed);
        if (refusal.isEmpty()) {
          super.onMessage(message);
          return;
        }
        call.end(refusal.get());
        super.onCancel();
      }
      if (message instanceof InferMessage<?> inference) {
        inference.release();
      }
    }

    @Override
    public void onHalfClose() {
      if (!call.over) {
        super.onHalfClose();
      }
    }
  }
}
