package org.scalpel.tier;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.scalpel.control.HasRequest;
import org.scalpel.control.HasResponse;
import org.scalpel.control.Heartbeat;
import org.scalpel.control.PingRequest;
import org.scalpel.control.PingResponse;
import org.scalpel.control.PrepareRequest;
import org.scalpel.control.PrepareResponse;
import org.scalpel.control.ProfileRequest;
import org.scalpel.control.ProfileUpdate;
import org.scalpel.control.PutRequest;
import org.scalpel.control.PutResponse;
import org.scalpel.control.RetireRequest;
import org.scalpel.control.RetireResponse;
import org.scalpel.control.StatusRequest;
import org.scalpel.control.StatusResponse;
import org.scalpel.control.TierControlGrpc;
import org.scalpel.cost.Progress;

/** Our own service; runs on its own threads, never on the transport's or the workers'. */
final class ControlService extends TierControlGrpc.TierControlImplBase {
  private static final long LONGEST_PING_MS = 120_000;
  static final int MOST_PING_BYTES = 16 << 20;

  private final TierNode node;
  private final Repository repository;
  private final ComputePool pool;
  private final Heartbeats heartbeats;
  private volatile boolean draining;

  ControlService(TierNode node, Repository repository, ComputePool pool, Heartbeats heartbeats) {
    this.node = node;
    this.repository = repository;
    this.pool = pool;
    this.heartbeats = heartbeats;
  }

  void drain() {
    draining = true;
  }

  private static <T> void reply(StreamObserver<T> out, Supplier<T> work) {
    try {
      InferenceService.answer(out, work.get());
    } catch (RuntimeException e) {
      out.onError(Refusal.status(e).asRuntimeException());
    }
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> out) {
    reply(out, this::describe);
  }

  private StatusResponse describe() {
    TierConfig config = node.config();
    StatusResponse.Builder status =
        StatusResponse.newBuilder()
            .setTier(config.name())
            .setVersion(Catalog.RELEASE)
            .setRuntime(node.engine().runtimeVersion())
            .setThreads(config.threads())
            .setWorkers(config.workers())
            .setSlowdown(config.slowdown())
            .setNext(config.next().map(Endpoint::toString).orElse(""))
            .setQueued(pool.queued())
            .setQueueCapacity(pool.capacity())
            .setStoreBytes(node.store().bytes())
            .setDraining(draining)
            .addAllInputEncodings(Encodings.NAMES);
    for (String name : repository.modelNames()) {
      ModelStats stats = repository.stats(name);
      status
          .addModelsBuilder()
          .setName(name)
          .setRequests(stats.requests())
          .setFailures(stats.failures());
    }
    for (PreparedPlan plan : node.plans().all()) {
      StatusResponse.Plan.Builder entry =
          status
              .addPlansBuilder()
              .setId(plan.chain().plan())
              .setModel(plan.chain().model())
              .setBytes(plan.bytes())
              .setRequests(plan.requests());
      plan.parts().forEach(p -> entry.addSegments(p.name()));
    }
    return status.build();
  }

  @Override
  public StreamObserver<Heartbeat> beat(StreamObserver<Heartbeat> out) {
    return heartbeats.listen(out);
  }

  @Override
  public void ping(PingRequest request, StreamObserver<PingResponse> out) {
    reply(
        out,
        () -> {
          int bytes = request.getAnswerBytes();
          requirePing(bytes);
          requirePing(request.getPayload().size());
          PingResponse.Builder answer = PingResponse.newBuilder();
          if (request.getOnward() != 0) {
            answer.setOnwardNs(onward(request));
          }
          return answer.setPayload(ByteString.copyFrom(new byte[bytes])).build();
        });
  }

  private static void requirePing(int bytes) {
    if (bytes < 0 || bytes > MOST_PING_BYTES) {
      throw Refusal.invalid("a ping of " + bytes + " bytes; expected at most " + MOST_PING_BYTES);
    }
  }

  private long onward(PingRequest request) {
    requirePing(request.getOnwardBytes());
    if (request.getOnward() < 0 || request.getOnward() > LinkView.MOST_BEHIND) {
      throw Refusal.invalid(
          "a ping over "
              + request.getOnward()
              + " links; expected at most "
              + LinkView.MOST_BEHIND);
    }
    TierClient next =
        node.next()
            .orElseThrow(
                () -> Refusal.invalid("tier '" + node.config().name() + "' has none behind it"));
    io.grpc.Deadline callers = Context.current().getDeadline();
    long left = callers == null ? LONGEST_PING_MS : callers.timeRemaining(TimeUnit.MILLISECONDS);
    Duration limit = Duration.ofMillis(Math.max(1, Math.min(LONGEST_PING_MS, left)));
    return (long) (1e6 * next.probe(request.getOnward() - 1, request.getOnwardBytes(), limit));
  }

  @Override
  public void has(HasRequest request, StreamObserver<HasResponse> out) {
    reply(
        out,
        () ->
            HasResponse.newBuilder()
                .setBytesHeld(node.store().held(ModelStore.checkSha(request.getSha256())))
                .setComplete(node.store().complete(request.getSha256()))
                .build());
  }

  @Override
  public StreamObserver<PutRequest> put(StreamObserver<PutResponse> out) {
    return new Put(out);
  }

  private final class Put implements StreamObserver<PutRequest> {
    private final StreamObserver<PutResponse> out;
    private ModelStore.@Nullable Upload upload;
    private boolean refused;

    Put(StreamObserver<PutResponse> out) {
      this.out = out;
    }

    @Override
    public void onNext(PutRequest request) {
      if (refused) {
        return;
      }
      try {
        if (request.hasHeader() && upload == null) {
          PutRequest.Header header = request.getHeader();
          upload = node.store().upload(header.getSha256(), header.getSize(), header.getOffset());
        } else if (upload != null && !request.hasHeader()) {
          upload.write(request.getData().asReadOnlyByteBuffer());
        } else {
          throw Refusal.invalid("an upload is one header, then data");
        }
      } catch (RuntimeException | IOException e) {
        refuse(e);
      }
    }

    private void refuse(Exception why) {
      refused = true;
      close();
      out.onError(Refusal.status(why).asRuntimeException());
    }

    private void close() {
      if (upload != null) {
        upload.close();
        upload = null;
      }
    }

    @Override
    public void onError(Throwable gone) {
      // What came so far stays, for the next try.
      close();
    }

    @Override
    public void onCompleted() {
      ModelStore.Upload given = upload;
      if (refused) {
        return;
      }
      try {
        if (given == null) {
          throw Refusal.invalid("an upload without a header");
        }
        boolean complete = given.finish();
        close();
        InferenceService.answer(
            out,
            PutResponse.newBuilder().setBytesHeld(given.position()).setComplete(complete).build());
      } catch (RuntimeException | IOException e) {
        refuse(e);
      }
    }
  }

  @Override
  public void prepare(PrepareRequest request, StreamObserver<PrepareResponse> out) {
    reply(
        out,
        () -> {
          if (draining) {
            throw Refusal.of(
                Status.Code.UNAVAILABLE, "tier '" + node.config().name() + "' is closing");
          }
          return node.prepare(request);
        });
  }

  @Override
  public void retire(RetireRequest request, StreamObserver<RetireResponse> out) {
    reply(out, () -> RetireResponse.newBuilder().setFound(node.retire(request.getPlan())).build());
  }

  @Override
  public void profile(ProfileRequest request, StreamObserver<ProfileUpdate> out) {
    ServerCallStreamObserver<ProfileUpdate> call = (ServerCallStreamObserver<ProfileUpdate>) out;
    call.setOnCancelHandler(() -> {});
    Progress progress =
        (phase, fraction) -> {
          if (call.isCancelled()) {
            throw Refusal.of(Status.Code.CANCELLED, "nobody waits for the profile any more");
          }
          var step = ProfileUpdate.Progress.newBuilder().setPhase(phase).setFraction(fraction);
          out.onNext(ProfileUpdate.newBuilder().setProgress(step).build());
        };
    reply(
        out,
        () ->
            ProfileUpdate.newBuilder()
                .setProfileJson(node.profile(request, progress).toJson())
                .build());
  }
}
