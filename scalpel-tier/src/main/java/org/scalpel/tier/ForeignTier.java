package org.scalpel.tier;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.scalpel.control.PrepareResponse;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.Segment;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelMetadataRequest;
import org.scalpel.oip.ModelMetadataResponse;
import org.scalpel.oip.ModelMetadataResponse.TensorMetadata;
import org.scalpel.oip.ModelReadyRequest;
import org.scalpel.oip.RepositoryModelLoadRequest;
import org.scalpel.oip.ServerMetadataRequest;
import org.scalpel.oip.ServerMetadataResponse;
import org.scalpel.tier.TierException.Kind;

/**
 * A last tier that is any server of the protocol: it holds the plan's segments as ordinary models
 * (from {@code split --layout triton}) and knows nothing of plans, heartbeats or lanes. Its
 * segments are called one after the other, each as one unary request.
 */
final class ForeignTier {
  private static final long QUICK_S = 10;
  private static final long LOAD_S = 60;

  private final Connection connection;
  private final ServerMetadataResponse server;
  private final Dialect dialect;
  // The shapes that the server declares, by segment and tensor: it may not know scalars.
  private final Map<String, Map<String, TensorFact>> declared = new ConcurrentHashMap<>();

  private ForeignTier(Connection connection, ServerMetadataResponse server) {
    this.connection = connection;
    this.server = server;
    this.dialect = Dialect.of(server);
  }

  /** What a plan got from the foreign tier. The outputs are views until {@link #release}. */
  record Ran(
      Map<String, TensorData> outputs,
      long sentBytes,
      long receivedBytes,
      List<Runnable> releases,
      Optional<ExitTaken> left) {
    void release() {
      releases.forEach(Runnable::run);
    }
  }

  /**
   * Looks who is there and whether it serves the segments of a plan.
   *
   * @throws TierException it does not, or it cannot be the tier that the plan wants
   * @throws StatusRuntimeException it does not answer
   */
  static ForeignTier meet(Connection connection, ManagedChannel channel, Chain chain, int tier) {
    ServerMetadataResponse server =
        stub(channel, QUICK_S).serverMetadata(ServerMetadataRequest.getDefaultInstance());
    ForeignTier met =
        connection
            .foreign()
            .filter(known -> known.server.equals(server))
            .orElseGet(() -> new ForeignTier(connection, server));
    if (chain.lastTier() != tier) {
      throw new TierException(
          Kind.INVALID,
          met.name()
              + " passes nothing on: it can only be the last tier of a plan, which has "
              + chain.lastTier()
              + " behind the device");
    }
    for (Segment segment : chain.segmentsOf(tier)) {
      met.requireServed(channel, chain, segment);
    }
    return met;
  }

  private static GRPCInferenceServiceBlockingStub stub(ManagedChannel channel, long seconds) {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(seconds, TimeUnit.SECONDS);
  }

  private String name() {
    return "server '" + server.getName() + "' at " + connection.address();
  }

  /** As the tiers of ours answer a preparation. */
  PrepareResponse prepared(Chain chain, int tier) {
    PrepareResponse.Tier.Builder own =
        PrepareResponse.Tier.newBuilder().setName(server.getName()).setTier(tier);
    chain.segmentsOf(tier).forEach(s -> own.addSegments(chain.name(s)));
    return PrepareResponse.newBuilder().addTiers(own).build();
  }

  /** The plan will not be run any more; the server keeps its models. */
  boolean forget(String plan) {
    return declared.keySet().removeIf(model -> model.contains("." + plan + "."));
  }

  private void requireServed(ManagedChannel channel, Chain chain, Segment segment) {
    String model = chain.name(segment);
    if (!ready(channel, model) && !loaded(channel, model)) {
      throw new TierException(
          Kind.NOT_FOUND,
          name()
              + " does not serve model '"
              + model
              + "'. Maybe put what split --layout triton writes into its model repository");
    }
    ModelMetadataResponse metadata =
        stub(channel, QUICK_S)
            .modelMetadata(ModelMetadataRequest.newBuilder().setName(model).build());
    Map<String, TensorFact> facts = new LinkedHashMap<>();
    facts.putAll(declared(chain, model, segment.inputs(), metadata.getInputsList()));
    facts.putAll(declared(chain, model, segment.outputs(), metadata.getOutputsList()));
    declared.put(model, facts);
  }

  private static boolean ready(ManagedChannel channel, String model) {
    try {
      return stub(channel, QUICK_S)
          .modelReady(ModelReadyRequest.newBuilder().setName(model).build())
          .getReady();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
        throw e;
      }
      return false;
    }
  }

  /** Some servers load what they have only when they are told. */
  private boolean loaded(ManagedChannel channel, String model) {
    if (!server.getExtensionsList().contains("model_repository")) {
      return false;
    }
    try {
      var unused =
          stub(channel, LOAD_S)
              .repositoryModelLoad(
                  RepositoryModelLoadRequest.newBuilder().setModelName(model).build());
      return ready(channel, model);
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private Map<String, TensorFact> declared(
      Chain chain, String model, List<String> names, List<TensorMetadata> told) {
    Map<String, TensorFact> facts = new LinkedHashMap<>();
    for (String name : names) {
      TensorFact wanted = chain.fact(name);
      TensorFact found = wanted;
      for (TensorMetadata tensor : told) {
        if (tensor.getName().equals(name)) {
          found = fact(tensor);
        }
      }
      boolean named = told.isEmpty() || told.stream().anyMatch(t -> t.getName().equals(name));
      if (!named || found.type() != wanted.type() || !fits(found, wanted)) {
        throw new TierException(
            Kind.INVALID,
            name()
                + ": model '"
                + model
                + "' has "
                + (named ? "'" + name + "' as " + found : "no '" + name + "'")
                + "; the plan has it as "
                + wanted
                + ". Maybe it was split for another plan");
      }
      facts.put(name, found.shape().size() == wanted.shape().size() ? wanted : found);
    }
    return facts;
  }

  private TensorFact fact(TensorMetadata tensor) {
    try {
      return new TensorFact(ElementType.ofOip(tensor.getDatatype()), tensor.getShapeList());
    } catch (ModelException e) {
      throw new TierException(
          Kind.PROTOCOL, name() + ": tensor '" + tensor.getName() + "': " + e.getMessage(), e);
    }
  }

  /** Equal but for free dimensions; a scalar may be declared as one element. */
  private static boolean fits(TensorFact found, TensorFact wanted) {
    if (found.shape().size() != wanted.shape().size()) {
      return wanted.shape().isEmpty() && found.shape().equals(List.of(1L));
    }
    for (int d = 0; d < found.shape().size(); d++) {
      long dim = found.shape().get(d);
      if (dim >= 0 && dim != wanted.shape().get(d)) {
        return false;
      }
    }
    return true;
  }

  /** Runs the plan's segments here; never throws. The tensors must not change meanwhile. */
  CompletableFuture<Ran> run(PreparedPlan plan, Carried carried, Deadline deadline) {
    Running running = new Running(plan, carried, deadline);
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    for (Segment segment : plan.chain().segmentsOf(plan.tier() + 1)) {
      all = all.thenCompose(before -> running.call(segment));
    }
    return all.handle(
        (done, fault) -> {
          if (fault != null) {
            running.releases.forEach(Runnable::run);
            throw PlanExecutor.known(InferCalls.cause(fault));
          }
          return running.ran();
        });
  }

  private final class Running {
    private final PreparedPlan plan;
    private final Carried carried;
    private final Deadline deadline;
    private final Map<String, TensorData> made = new LinkedHashMap<>();
    private final List<Runnable> releases = new ArrayList<>();
    private long sent;
    private long received;
    private Optional<ExitTaken> left = Optional.empty();

    Running(PreparedPlan plan, Carried carried, Deadline deadline) {
      this.plan = plan;
      this.carried = carried;
      this.deadline = deadline;
    }

    CompletableFuture<Void> call(Segment segment) {
      if (left.isPresent()) {
        return CompletableFuture.completedFuture(null);
      }
      String model = plan.chain().name(segment);
      Map<String, TensorFact> facts = declared.getOrDefault(model, Map.of());
      InferMessage<ModelInferRequest> request = request(segment, model, facts);
      sent += ChainRunner.bytes(request.raw());
      return ask(request, deadline).thenAccept(answer -> take(segment, facts, answer));
    }

    private InferMessage<ModelInferRequest> request(
        Segment segment, String model, Map<String, TensorFact> facts) {
      deadline.check("before it was passed on");
      ModelInferRequest.Builder header =
          ModelInferRequest.newBuilder().setModelName(model).putAllParameters(dialect.parameters());
      List<ByteBuffer> raw = new ArrayList<>();
      for (String name : segment.inputs()) {
        TensorData tensor = made.containsKey(name) ? made.get(name) : carried.tensor(name);
        header.addInputs(Tensors.input(name, facts.getOrDefault(name, tensor.fact())));
        raw.add(tensor.data());
      }
      segment.outputs().forEach(name -> header.addOutputsBuilder().setName(name));
      return InferMessage.of(header.build(), raw);
    }

    private void take(
        Segment segment, Map<String, TensorFact> facts, InferMessage<ModelInferResponse> answer) {
      releases.add(answer::release);
      received += ChainRunner.bytes(answer.raw());
      try {
        if (!answer.problem().isEmpty()) {
          throw Refusal.invalid(answer.problem());
        }
        Map<String, TensorData> outputs =
            Tensors.read(answer.header(), answer.raw(), name -> expected(segment, facts, name));
        if (outputs.size() != segment.outputs().size()) {
          throw Refusal.invalid("outputs " + outputs.keySet() + " of " + segment.outputs());
        }
        outputs.forEach(
            (name, tensor) ->
                made.put(name, new TensorData(plan.chain().fact(name), tensor.data())));
        left = plan.chain().exits().stream().flatMap(exit -> sure(exit, segment)).findFirst();
      } catch (StatusRuntimeException e) {
        throw new TierException(
            Kind.PROTOCOL,
            name() + " answered against the plan: " + e.getStatus().getDescription(),
            e);
      }
    }

    /** The foreign tier knows nothing of exits, so it is asked segment by segment. */
    private Stream<ExitTaken> sure(Deployment.Exit exit, Segment segment) {
      TensorData probabilities = made.get(exit.output());
      if (probabilities == null || !segment.outputs().contains(exit.output())) {
        return Stream.empty();
      }
      double confidence = exit.confidence(probabilities);
      return confidence < exit.threshold()
          ? Stream.empty()
          : Stream.of(new ExitTaken(exit.name(), confidence, ExitTaken.Reason.SURE));
    }

    private TensorFact expected(Segment segment, Map<String, TensorFact> facts, String name) {
      if (!segment.outputs().contains(name)) {
        throw Refusal.invalid("output '" + name + "' was not asked for");
      }
      return facts.getOrDefault(name, plan.chain().fact(name));
    }

    Ran ran() {
      Map<String, TensorData> outputs = new LinkedHashMap<>(made);
      outputs.keySet().retainAll(plan.resultsBeyond().keySet());
      return new Ran(outputs, sent, received, List.copyOf(releases), left);
    }
  }

  private CompletableFuture<InferMessage<ModelInferResponse>> ask(
      InferMessage<ModelInferRequest> request, Deadline deadline) {
    CompletableFuture<InferMessage<ModelInferResponse>> answer = new CompletableFuture<>();
    ManagedChannel channel = connection.channel();
    connection.begin();
    ClientCalls.asyncUnaryCall(
        channel.newCall(
            connection.methods().infer(),
            CallOptions.DEFAULT.withDeadlineAfter(deadline.leftNanos(), TimeUnit.NANOSECONDS)),
        request,
        new StreamObserver<>() {
          private @Nullable InferMessage<ModelInferResponse> only;

          @Override
          public void onNext(InferMessage<ModelInferResponse> message) {
            only = message;
          }

          @Override
          public void onError(Throwable fault) {
            connection.end();
            answer.completeExceptionally(connection.explain(channel, Status.fromThrowable(fault)));
          }

          @Override
          public void onCompleted() {
            connection.end();
            InferMessage<ModelInferResponse> message = only;
            if (message == null) {
              answer.completeExceptionally(
                  new TierException(Kind.PROTOCOL, name() + " answered nothing"));
            } else {
              answer.complete(message);
            }
          }
        });
    return answer;
  }
}
