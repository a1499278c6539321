package org.scalpel.tier;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.InferTensorContents;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelInferResponse.InferOutputTensor;
import org.scalpel.oip.ModelMetadataRequest;
import org.scalpel.oip.ModelMetadataResponse;
import org.scalpel.oip.ModelMetadataResponse.TensorMetadata;
import org.scalpel.oip.ModelReadyRequest;
import org.scalpel.oip.ModelReadyResponse;
import org.scalpel.oip.RepositoryModelLoadRequest;
import org.scalpel.oip.RepositoryModelLoadResponse;
import org.scalpel.oip.ServerMetadataRequest;
import org.scalpel.oip.ServerMetadataResponse;

/**
 * A server of the protocol as others write them: generated stubs, a model repository in a folder,
 * nothing of ours. Answers raw or typed; says which parameters it was given.
 */
final class ForeignServer extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase
    implements AutoCloseable {
  final AtomicInteger asked = new AtomicInteger();
  final Map<String, Boolean> parameters = new ConcurrentHashMap<>();
  private final Engine engine = new Engine(EngineOptions.DEFAULT);
  private final Map<String, Session> models = new LinkedHashMap<>();
  private final Map<String, Session> shelf = new LinkedHashMap<>();
  private final String name;
  private final boolean raw;
  private final Server server;
  volatile boolean lies;

  /** Serves what lies in a model repository; {@code onDemand}: only after it was told to load. */
  ForeignServer(String name, boolean raw, Path repository, boolean onDemand) {
    this.name = name;
    this.raw = raw;
    try (Stream<Path> folders = Files.list(repository)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        Session session = engine.open(OnnxModel.read(folder.resolve("1/model.onnx")));
        (onDemand ? shelf : models).put(folder.getFileName().toString(), session);
      }
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0))
              .addService(this)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "localhost:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    models.values().forEach(Session::close);
    shelf.values().forEach(Session::close);
    engine.close();
  }

  private static <T> void reply(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> out) {
    reply(
        out,
        ServerMetadataResponse.newBuilder()
            .setName(name)
            .addExtensions("model_repository")
            .build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
    boolean ready = models.containsKey(request.getName());
    reply(out, ModelReadyResponse.newBuilder().setReady(ready).build());
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> out) {
    Session session = shelf.remove(request.getModelName());
    if (session == null) {
      out.onError(Status.INVALID_ARGUMENT.asRuntimeException());
      return;
    }
    models.put(request.getModelName(), session);
    reply(out, RepositoryModelLoadResponse.getDefaultInstance());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
    Session session = java.util.Objects.requireNonNull(models.get(request.getName()));
    ModelMetadataResponse.Builder answer =
        ModelMetadataResponse.newBuilder().setName(request.getName());
    session.inputs().forEach(v -> answer.addInputs(metadata(v)));
    session.outputs().forEach(v -> answer.addOutputs(metadata(v)));
    reply(out, answer.build());
  }

  private static TensorMetadata metadata(OnnxModel.Value value) {
    return TensorMetadata.newBuilder()
        .setName(value.name())
        .setDatatype(value.fact().type().oipName())
        .addAllShape(value.fact().shape())
        .build();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
    asked.incrementAndGet();
    request.getParametersMap().forEach((key, value) -> parameters.put(key, value.getBoolParam()));
    Session session = models.get(request.getModelName());
    if (session == null || session.inputs().size() != request.getInputsCount()) {
      out.onError(Status.INVALID_ARGUMENT.withDescription("wrong inputs").asRuntimeException());
      return;
    }
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      var input = request.getInputs(i);
      TensorFact fact =
          new TensorFact(
              org.scalpel.graph.ElementType.ofOip(input.getDatatype()), input.getShapeList());
      inputs.put(
          input.getName(), TensorData.ofBytes(fact, request.getRawInputContents(i).toByteArray()));
    }
    ModelInferResponse.Builder answer =
        ModelInferResponse.newBuilder().setModelName(request.getModelName());
    session.run(inputs).forEach((output, tensor) -> add(answer, output, tensor));
    reply(out, answer.build());
  }

  private void add(ModelInferResponse.Builder answer, String output, TensorData tensor) {
    InferOutputTensor.Builder told =
        InferOutputTensor.newBuilder()
            .setName(lies ? output + "!" : output)
            .setDatatype("FP32")
            .addAllShape(tensor.fact().shape());
    if (raw) {
      answer.addRawOutputContents(ByteString.copyFrom(tensor.data()));
    } else {
      InferTensorContents.Builder contents = InferTensorContents.newBuilder();
      ByteBuffer data = tensor.data().order(ByteOrder.LITTLE_ENDIAN);
      while (data.hasRemaining()) {
        contents.addFp32Contents(data.getFloat());
      }
      told.setContents(contents);
    }
    answer.addOutputs(told);
  }

  /** The names that it serves. */
  List<String> names() {
    return List.copyOf(models.keySet());
  }
}
