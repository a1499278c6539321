package org.scalpel.tier;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.scalpel.oip.CudaSharedMemoryRegisterRequest;
import org.scalpel.oip.CudaSharedMemoryRegisterResponse;
import org.scalpel.oip.CudaSharedMemoryStatusRequest;
import org.scalpel.oip.CudaSharedMemoryStatusResponse;
import org.scalpel.oip.CudaSharedMemoryUnregisterRequest;
import org.scalpel.oip.CudaSharedMemoryUnregisterResponse;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.LogSettingsRequest;
import org.scalpel.oip.LogSettingsResponse;
import org.scalpel.oip.ModelConfigRequest;
import org.scalpel.oip.ModelConfigResponse;
import org.scalpel.oip.ModelMetadataRequest;
import org.scalpel.oip.ModelMetadataResponse;
import org.scalpel.oip.ModelReadyRequest;
import org.scalpel.oip.ModelReadyResponse;
import org.scalpel.oip.ModelStatisticsRequest;
import org.scalpel.oip.ModelStatisticsResponse;
import org.scalpel.oip.RepositoryIndexRequest;
import org.scalpel.oip.RepositoryIndexResponse;
import org.scalpel.oip.RepositoryModelLoadRequest;
import org.scalpel.oip.RepositoryModelLoadResponse;
import org.scalpel.oip.RepositoryModelUnloadRequest;
import org.scalpel.oip.RepositoryModelUnloadResponse;
import org.scalpel.oip.ServerLiveRequest;
import org.scalpel.oip.ServerLiveResponse;
import org.scalpel.oip.ServerMetadataRequest;
import org.scalpel.oip.ServerMetadataResponse;
import org.scalpel.oip.ServerReadyRequest;
import org.scalpel.oip.ServerReadyResponse;
import org.scalpel.oip.SystemSharedMemoryRegisterRequest;
import org.scalpel.oip.SystemSharedMemoryRegisterResponse;
import org.scalpel.oip.SystemSharedMemoryStatusRequest;
import org.scalpel.oip.SystemSharedMemoryStatusResponse;
import org.scalpel.oip.SystemSharedMemoryUnregisterRequest;
import org.scalpel.oip.SystemSharedMemoryUnregisterResponse;
import org.scalpel.oip.TraceSettingRequest;
import org.scalpel.oip.TraceSettingResponse;

/**
 * The Open Inference Protocol without its two calls that carry tensors, see {@link InferHandlers}.
 */
final class InferenceService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final Catalog catalog;

  InferenceService(Catalog catalog) {
    this.catalog = catalog;
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
    reply(out, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> out) {
    reply(out, () -> ServerReadyResponse.newBuilder().setReady(catalog.ready()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
    boolean ready = catalog.modelReady(request.getName(), request.getVersion());
    reply(out, () -> ModelReadyResponse.newBuilder().setReady(ready).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> out) {
    reply(out, catalog::server);
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
    reply(out, () -> catalog.metadata(request.getName(), request.getVersion()));
  }

  @Override
  public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> out) {
    reply(
        out,
        () ->
            ModelConfigResponse.newBuilder()
                .setConfig(catalog.config(request.getName(), request.getVersion()))
                .build());
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> out) {
    reply(out, () -> catalog.statistics(request.getName(), request.getVersion()));
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> out) {
    reply(out, () -> catalog.index(request.getReady()));
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> out) {
    reply(
        out,
        () -> {
          catalog.load(
              model(request.getModelName(), request.getRepositoryName()),
              request.getParametersCount() > 0);
          return RepositoryModelLoadResponse.getDefaultInstance();
        });
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> out) {
    reply(
        out,
        () -> {
          catalog.unload(model(request.getModelName(), request.getRepositoryName()));
          return RepositoryModelUnloadResponse.getDefaultInstance();
        });
  }

  /** Some clients have the name in the first field, where others have the repository's. */
  private static String model(String second, String first) {
    return second.isEmpty() ? first : second;
  }

  @Override
  public void systemSharedMemoryStatus(
      SystemSharedMemoryStatusRequest request,
      StreamObserver<SystemSharedMemoryStatusResponse> out) {
    reply(out, SystemSharedMemoryStatusResponse::getDefaultInstance);
  }

  @Override
  public void systemSharedMemoryRegister(
      SystemSharedMemoryRegisterRequest request,
      StreamObserver<SystemSharedMemoryRegisterResponse> out) {
    out.onError(Catalog.noSharedMemory());
  }

  @Override
  public void systemSharedMemoryUnregister(
      SystemSharedMemoryUnregisterRequest request,
      StreamObserver<SystemSharedMemoryUnregisterResponse> out) {
    reply(out, SystemSharedMemoryUnregisterResponse::getDefaultInstance);
  }

  @Override
  public void cudaSharedMemoryStatus(
      CudaSharedMemoryStatusRequest request, StreamObserver<CudaSharedMemoryStatusResponse> out) {
    reply(out, CudaSharedMemoryStatusResponse::getDefaultInstance);
  }

  @Override
  public void cudaSharedMemoryRegister(
      CudaSharedMemoryRegisterRequest request,
      StreamObserver<CudaSharedMemoryRegisterResponse> out) {
    out.onError(Catalog.noSharedMemory());
  }

  @Override
  public void cudaSharedMemoryUnregister(
      CudaSharedMemoryUnregisterRequest request,
      StreamObserver<CudaSharedMemoryUnregisterResponse> out) {
    reply(out, CudaSharedMemoryUnregisterResponse::getDefaultInstance);
  }

  @Override
  public void traceSetting(TraceSettingRequest request, StreamObserver<TraceSettingResponse> out) {
    reply(out, () -> catalog.tracing(request.getSettingsCount() > 0));
  }

  @Override
  public void logSettings(LogSettingsRequest request, StreamObserver<LogSettingsResponse> out) {
    reply(out, () -> catalog.logging(request.getSettingsCount() > 0));
  }

  /** Answers what the work makes, or refuses as it refuses. */
  static <T> void reply(StreamObserver<T> out, Supplier<T> work) {
    T made;
    try {
      made = work.get();
    } catch (RuntimeException e) {
      out.onError(Refusal.status(e).asRuntimeException());
      return;
    }
    answer(out, made);
  }

  static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }
}
