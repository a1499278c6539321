package org.scalpel.tier;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelMetadataRequest;
import org.scalpel.oip.ModelMetadataResponse;
import org.scalpel.oip.ModelMetadataResponse.TensorMetadata;
import org.scalpel.oip.ModelReadyRequest;
import org.scalpel.oip.ModelReadyResponse;
import org.scalpel.oip.ModelStatisticsRequest;
import org.scalpel.oip.ModelStatisticsResponse;
import org.scalpel.oip.RepositoryIndexRequest;
import org.scalpel.oip.RepositoryIndexResponse;
import org.scalpel.oip.ServerLiveRequest;
import org.scalpel.oip.ServerLiveResponse;
import org.scalpel.oip.ServerMetadataRequest;
import org.scalpel.oip.ServerMetadataResponse;
import org.scalpel.oip.ServerReadyRequest;
import org.scalpel.oip.ServerReadyResponse;

/**
 * The Open Inference Protocol without its two calls that carry tensors, see {@link InferHandlers}.
 */
final class InferenceService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  /** Every model has one version. */
  static final String VERSION = "1";

  static final String RELEASE =
      String.valueOf(
          java.util.Objects.requireNonNullElse(
              InferenceService.class.getPackage().getImplementationVersion(), "0.1.0"));

  private static final List<String> EXTENSIONS =
      List.of(
          "parameters", "statistics", "scalpel_control", "scalpel_continue", "scalpel_encoding");

  private final TierConfig config;
  private final Repository repository;
  private volatile boolean ready = true;

  InferenceService(TierConfig config, Repository repository) {
    this.config = config;
    this.repository = repository;
  }

  void notReady() {
    ready = false;
  }

  /** The whole service, with our own handling of tensors. */
  ServerServiceDefinition bind(Methods methods, InferHandlers handlers) {
    ServerServiceDefinition plain = bindService();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(GRPCInferenceServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(plain.getServiceDescriptor().getSchemaDescriptor());
    for (MethodDescriptor<?, ?> method : plain.getServiceDescriptor().getMethods()) {
      descriptor.addMethod(replaced(method, methods));
    }
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor.build());
    plain.getMethods().stream()
        .filter(m -> replaced(m.getMethodDescriptor(), methods) == m.getMethodDescriptor())
        .forEach(service::addMethod);
    ServerCallHandler<
            InferMessage<org.scalpel.oip.ModelInferRequest>,
            InferMessage<org.scalpel.oip.ModelInferResponse>>
        unary = handlers.unary();
    return service
        .addMethod(methods.infer(), unary)
        .addMethod(methods.stream(), handlers.streaming())
        .build();
  }

  private static MethodDescriptor<?, ?> replaced(MethodDescriptor<?, ?> method, Methods methods) {
    if (method.getFullMethodName().equals(methods.infer().getFullMethodName())) {
      return methods.infer();
    }
    return method.getFullMethodName().equals(methods.stream().getFullMethodName())
        ? methods.stream()
        : method;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> out) {
    answer(out, ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> out) {
    answer(out, ServerReadyResponse.newBuilder().setReady(ready).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
    boolean known =
        repository.signature(request.getName()).isPresent() && version(request.getVersion());
    answer(out, ModelReadyResponse.newBuilder().setReady(ready && known).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> out) {
    ServerMetadataResponse.Builder metadata =
        ServerMetadataResponse.newBuilder()
            .setName("scalpel")
            .setVersion(RELEASE)
            .addAllExtensions(EXTENSIONS)
            .addExtensions("scalpel_encodings=" + String.join(",", Encodings.NAMES));
    if (config.slowdown() > 1) {
      metadata.addExtensions("scalpel_slowdown=" + config.slowdown());
    }
    answer(out, metadata.build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
    var signature = repository.signature(request.getName());
    if (signature.isEmpty() || !version(request.getVersion())) {
      out.onError(Refusal.unknownModel(request.getName()));
      return;
    }
    ModelMetadataResponse.Builder metadata =
        ModelMetadataResponse.newBuilder()
            .setName(request.getName())
            .addVersions(VERSION)
            .setPlatform("onnxruntime_onnx");
    signature.get().inputs().forEach((name, fact) -> metadata.addInputs(tensor(name, fact)));
    signature.get().outputs().forEach((name, fact) -> metadata.addOutputs(tensor(name, fact)));
    answer(out, metadata.build());
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> out) {
    Map<String, ModelStats> all = repository.all();
    String name = request.getName();
    if (!name.isEmpty() && !all.containsKey(name)) {
      out.onError(Refusal.unknownModel(name));
      return;
    }
    ModelStatisticsResponse.Builder answer = ModelStatisticsResponse.newBuilder();
    all.forEach(
        (model, stats) -> {
          if (name.isEmpty() || name.equals(model)) {
            answer.addModelStats(stats.of(model));
          }
        });
    answer(out, answer.build());
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> out) {
    RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
    for (String name : repository.all().keySet()) {
      index.addModelsBuilder().setName(name).setVersion(VERSION).setState("READY");
    }
    answer(out, index.build());
  }

  private static boolean version(String wanted) {
    return wanted.isEmpty() || wanted.equals(VERSION);
  }

  private static TensorMetadata tensor(String name, TensorFact fact) {
    return TensorMetadata.newBuilder()
        .setName(name)
        .setDatatype(fact.type().oipName())
        .addAllShape(fact.shape())
        .build();
  }

  static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }
}
