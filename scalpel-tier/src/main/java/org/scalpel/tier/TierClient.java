package org.scalpel.tier;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.scalpel.control.PingRequest;
import org.scalpel.control.PrepareRequest;
import org.scalpel.control.PrepareResponse;
import org.scalpel.control.ProfileUpdate;
import org.scalpel.control.RetireRequest;
import org.scalpel.control.StatusRequest;
import org.scalpel.control.StatusResponse;
import org.scalpel.control.TierControlGrpc;
import org.scalpel.control.TierControlGrpc.TierControlBlockingStub;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Progress;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelMetadataRequest;
import org.scalpel.oip.ModelMetadataResponse;
import org.scalpel.tier.TierException.Kind;

/**
 * A neighbour: what a tier or a tool says to another tier. Reconnects by itself. Thread-safe. Every
 * call is bounded by the times of the configuration and fails with a {@link TierException}.
 */
public final class TierClient implements AutoCloseable {
  private static final Duration QUICK = Duration.ofSeconds(10);
  private static final Duration PROFILE = Duration.ofMinutes(15);

  private final TierConfig config;
  private final Connection connection;

  private TierClient(Endpoint endpoint, TierConfig config, EventLoopGroup loop) {
    this.config = config;
    this.connection = new Connection(endpoint, config, loop);
  }

  /** A client of the tier at an address; nothing is sent yet. */
  public static TierClient of(Endpoint endpoint, TierConfig config) {
    return of(endpoint, config, Loops.shared());
  }

  /** The same, with its tensors moved by a thread of the caller. */
  static TierClient of(Endpoint endpoint, TierConfig config, EventLoopGroup loop) {
    return new TierClient(endpoint, config, loop);
  }

  Connection connection() {
    return connection;
  }

  <T> T control(Duration limit, Function<TierControlBlockingStub, T> call) {
    return onChannel(
        channel ->
            call.apply(
                TierControlGrpc.newBlockingStub(channel)
                    .withMaxInboundMessageSize(config.limits().messageBytes())
                    .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)));
  }

  private <T> T onChannel(Function<ManagedChannel, T> call) {
    ManagedChannel channel = connection.channel();
    connection.begin();
    try {
      return call.apply(channel);
    } catch (StatusRuntimeException e) {
      throw connection.explain(channel, e.getStatus());
    } finally {
      connection.end();
    }
  }

  /** What the tier is, holds and does. */
  public TierStatus status() {
    StatusResponse s = control(QUICK, stub -> stub.status(StatusRequest.getDefaultInstance()));
    List<TierStatus.Model> models = new ArrayList<>();
    s.getModelsList()
        .forEach(
            m -> models.add(new TierStatus.Model(m.getName(), m.getRequests(), m.getFailures())));
    List<TierStatus.PreparedPlan> plans = new ArrayList<>();
    s.getPlansList()
        .forEach(
            p ->
                plans.add(
                    new TierStatus.PreparedPlan(
                        p.getId(),
                        p.getModel(),
                        List.copyOf(p.getSegmentsList()),
                        p.getBytes(),
                        p.getRequests())));
    return new TierStatus(
        s.getTier(),
        s.getVersion(),
        s.getRuntime(),
        s.getThreads(),
        s.getWorkers(),
        s.getSlowdown(),
        s.getNext(),
        models,
        plans,
        new TierStatus.Load(s.getQueued(), s.getQueueCapacity(), s.getDraining()),
        s.getStoreBytes());
  }

  /** Whether the tier can be heard; kept up to date by its heartbeat while the tier is in use. */
  public Circuit circuit() {
    return connection.pulse().circuit();
  }

  /**
   * The links from here on, nearest first, as the tensors that went over them and the heartbeats
   * show them. Short while the neighbour has not been heard yet.
   */
  public List<LinkState> links() {
    return connection.pulse().links();
  }

  /**
   * Sends so many bytes that nobody needs over a link, so that {@link #links} sees what it carries.
   *
   * @param link 0 for that to this tier, 1 for the one behind it, …
   * @param limit how long to wait for their arrival
   * @return how long they took there and an empty answer back, in ms, on the clock of who sent them
   */
  public double probe(int link, int bytes, Duration limit) {
    if (link > 0) {
      PingRequest onward = PingRequest.newBuilder().setOnward(link).setOnwardBytes(bytes).build();
      return control(limit, stub -> stub.ping(onward)).getOnwardNs() / 1e6;
    }
    PingRequest filler =
        PingRequest.newBuilder().setPayload(ByteString.copyFrom(new byte[bytes])).build();
    long begun = System.nanoTime();
    control(limit, stub -> stub.ping(filler));
    return (System.nanoTime() - begun) / 1e6;
  }

  /** Measures the link with messages of our own: rates both ways and the round trip. */
  public LinkMeasurement measureLink() {
    return new LinkProbe(this).measure();
  }

  /**
   * Sends a model to the tier's store unless it is there; continues an upload that broke off.
   *
   * @return the bytes that were sent
   */
  public long put(OnnxModel model) {
    return put(ModelBlobs.of(model));
  }

  private long put(ModelBlobs blobs) {
    return onChannel(channel -> new ModelSender(connection, channel).send(blobs));
  }

  /**
   * Profiles a model on the tier; sends it there first if need be.
   *
   * @param kernels the list that is measured, the same on every tier
   * @param inputs representative inputs
   */
  public Profile profile(
      KernelGraph kernels,
      Map<String, TensorData> inputs,
      ProfileOptions options,
      Progress progress) {
    ModelBlobs blobs = ModelBlobs.of(kernels.layers().model());
    put(blobs);
    var request = Specs.profile(kernels, blobs.ref(), inputs, options);
    return control(
        PROFILE,
        stub -> {
          for (Iterator<ProfileUpdate> updates = stub.profile(request); updates.hasNext(); ) {
            ProfileUpdate update = updates.next();
            if (!update.getProfileJson().isEmpty()) {
              return Profile.ofJson(update.getProfileJson(), connection.peer());
            }
            progress.at(update.getProgress().getPhase(), update.getProgress().getFraction());
          }
          throw new TierException(Kind.PROTOCOL, connection.peer() + " ended without a profile");
        });
  }

  /** Makes a plan ready on the neighbour, whatever it is, and on those behind. */
  PrepareResponse prepare(PrepareRequest request, Supplier<ModelBlobs> model, Chain chain) {
    Optional<PrepareResponse> ready =
        onChannel(
            channel -> {
              try {
                return Optional.of(prepareOn(channel, request));
              } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                  return Optional.of(prepareStranger(channel, chain, request.getTier()));
                }
                if (!missesBlob(e.getStatus())) {
                  throw e;
                }
                return Optional.empty();
              }
            });
    if (ready.isPresent()) {
      return ready.get();
    }
    put(model.get());
    return onChannel(c -> prepareOn(c, request));
  }

  /** It does not know our service: then it may serve the segments as models of its own. */
  private PrepareResponse prepareStranger(ManagedChannel channel, Chain chain, int tier) {
    ForeignTier stranger = ForeignTier.meet(connection, channel, chain, tier);
    connection.met(stranger);
    return stranger.prepared(chain, tier);
  }

  private static boolean missesBlob(Status status) {
    return status.getCode() == Status.Code.FAILED_PRECONDITION
        && String.valueOf(status.getDescription()).startsWith("blob ");
  }

  private PrepareResponse prepareOn(ManagedChannel channel, PrepareRequest request) {
    // A chain of tiers prepares one after the other, uploads included.
    Duration limit = config.times().prepare();
    PrepareResponse ready =
        TierControlGrpc.newBlockingStub(channel)
            .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
            .prepare(request);
    connection.metOurs();
    return ready;
  }

  boolean retire(String plan) {
    Optional<ForeignTier> stranger = connection.foreign();
    if (stranger.isPresent()) {
      return stranger.get().forget(plan);
    }
    return control(QUICK, stub -> stub.retire(RetireRequest.newBuilder().setPlan(plan).build()))
        .getFound();
  }

  /** A model that the tier publishes, to be called many times; asks for its outputs once. */
  public PublishedModel published(String model) {
    ModelMetadataResponse metadata =
        onChannel(
            channel ->
                GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(QUICK.toMillis(), TimeUnit.MILLISECONDS)
                    .modelMetadata(ModelMetadataRequest.newBuilder().setName(model).build()));
    Map<String, TensorFact> outputs = new HashMap<>();
    metadata
        .getOutputsList()
        .forEach(
            o ->
                outputs.put(
                    o.getName(),
                    new TensorFact(ElementType.ofOip(o.getDatatype()), o.getShapeList())));
    return new PublishedModel(model, connection, config, outputs);
  }

  /**
   * One inference on a model that the tier publishes, as any client of the protocol would ask it.
   */
  public Map<String, TensorData> infer(String model, Map<String, TensorData> inputs) {
    PublishedModel published = published(model);
    InferMessage<ModelInferResponse> answer =
        onChannel(
            channel ->
                ClientCalls.blockingUnaryCall(
                    channel,
                    connection.methods().infer(),
                    CallOptions.DEFAULT.withDeadlineAfter(
                        config.times().request().toMillis(), TimeUnit.MILLISECONDS),
                    PublishedModel.request(model, inputs)));
    return published.read(answer);
  }

  @Override
  public void close() {
    connection.close();
  }
}
