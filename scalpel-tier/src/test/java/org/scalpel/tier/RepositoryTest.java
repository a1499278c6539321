package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.oip.DataType;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelConfig;
import org.scalpel.oip.ModelConfigRequest;
import org.scalpel.oip.ModelInferRequest.InferRequestedOutputTensor;
import org.scalpel.oip.ModelReadyRequest;
import org.scalpel.oip.ModelRepositoryParameter;
import org.scalpel.oip.RepositoryIndexRequest;
import org.scalpel.oip.RepositoryModelLoadRequest;
import org.scalpel.oip.RepositoryModelUnloadRequest;
import org.scalpel.oip.SystemSharedMemoryRegisterRequest;
import org.scalpel.oip.SystemSharedMemoryStatusRequest;

/** What a tier holds and serves, as a stranger asks for it. */
@Timeout(60)
class RepositoryTest {
  private static final OnnxModel MODEL = Nets.wide(8);

  @TempDir Path store;
  private TierServer tier;
  private TierClient client;
  private ManagedChannel channel;
  private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub;

  @BeforeEach
  void start() {
    TierConfig config = Nets.tier("edge", store).workers(2).build();
    tier = TierServer.start(config);
    tier.publish("wide", MODEL);
    client = TierClient.of(tier.address(), config);
    channel =
        NettyChannelBuilder.forAddress("localhost", tier.address().port()).usePlaintext().build();
    stub =
        GRPCInferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    client.close();
    tier.close();
  }

  private void load(String name) {
    var unused =
        stub.repositoryModelLoad(
            RepositoryModelLoadRequest.newBuilder().setModelName(name).build());
  }

  private void unload(String name) {
    var unused =
        stub.repositoryModelUnload(
            RepositoryModelUnloadRequest.newBuilder().setModelName(name).build());
  }

  private boolean ready() {
    return stub.modelReady(ModelReadyRequest.newBuilder().setName("wide").build()).getReady();
  }

  private static Status.Code code(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  void aModelIsUnloadedAndLoadedAgain() {
    Map<String, TensorData> inputs = Nets.inputs(MODEL, 1);
    unload("wide");
    assertThat(ready()).isFalse();
    assertThat(
            stub.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                .getModels(0)
                .getState())
        .isEqualTo("UNAVAILABLE");
    assertThat(
            stub.repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(true).build())
                .getModelsList())
        .isEmpty();
    assertThatThrownBy(() -> client.infer("wide", inputs))
        .hasMessageContaining("Request for unknown model: 'wide' is not found: it is unloaded");
    // As some clients write it: the name in the repository's field.
    var unused =
        stub.repositoryModelLoad(
            RepositoryModelLoadRequest.newBuilder().setRepositoryName("wide").build());
    load("wide");
    assertThat(ready()).isTrue();
    SplitExecutionTest.assertSame(client.infer("wide", inputs), Nets.whole(MODEL, inputs));
  }

  @Test
  void requestsThatHaveBegunAreAnsweredWhileTheirModelComesAndGoes() throws Exception {
    Map<String, TensorData> inputs = Nets.inputs(MODEL, 2);
    Map<String, TensorData> right = Nets.whole(MODEL, inputs);
    AtomicInteger answered = new AtomicInteger();
    List<CompletableFuture<Void>> callers = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      callers.add(
          CompletableFuture.runAsync(
              () -> {
                while (answered.get() < 300) {
                  try {
                    SplitExecutionTest.assertSame(client.infer("wide", inputs), right);
                    answered.incrementAndGet();
                  } catch (TierException e) {
                    assertThat(e).hasMessageContaining("is unloaded");
                  }
                }
              }));
    }
    while (answered.get() < 300 && callers.stream().noneMatch(CompletableFuture::isDone)) {
      unload("wide");
      load("wide");
    }
    for (CompletableFuture<Void> caller : callers) {
      caller.get(30, TimeUnit.SECONDS);
    }
    assertThat(answered.get()).isGreaterThanOrEqualTo(300);
  }

  @Test
  void aPeerNamesNoFilesAndNoMemory() {
    assertThat(code(() -> load("stranger"))).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(code(() -> load("/etc/passwd"))).isEqualTo(Status.Code.NOT_FOUND);
    RepositoryModelLoadRequest withFile =
        RepositoryModelLoadRequest.newBuilder()
            .setModelName("wide")
            .putParameters(
                "file:1/model.onnx",
                ModelRepositoryParameter.newBuilder()
                    .setBytesParam(com.google.protobuf.ByteString.copyFromUtf8("x"))
                    .build())
            .build();
    assertThat(code(() -> stub.repositoryModelLoad(withFile))).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(
            code(
                () ->
                    stub.systemSharedMemoryRegister(
                        SystemSharedMemoryRegisterRequest.newBuilder()
                            .setKey("/dev/shm/x")
                            .build())))
        .isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(
            stub.systemSharedMemoryStatus(SystemSharedMemoryStatusRequest.getDefaultInstance())
                .getRegionsMap())
        .isEmpty();
  }

  @Test
  void aSegmentGoesWithItsPlan() {
    try (DeviceTier device =
            new DeviceTier(Nets.tier("device", store).next(tier.address().toString()).build());
        PlanExecutor plan =
            device.prepare(Nets.cut(Nets.skipping(2), List.of("device", "edge"), 0))) {
      String segment = "model." + plan.plan() + ".0";
      String name = client.status().plans().get(0).segments().get(0);
      assertThat(name).endsWith(segment.substring("model".length()));
      load(name);
      assertThatThrownBy(() -> unload(name)).hasMessageContaining("segment of a plan");
    }
  }

  @Test
  void describesAModelAsItsServersConfiguration() {
    ModelConfig config =
        stub.modelConfig(ModelConfigRequest.newBuilder().setName("wide").build()).getConfig();
    assertThat(config.getMaxBatchSize()).isZero();
    assertThat(config.getInput(0).getDataType()).isEqualTo(DataType.TYPE_FP32);
    assertThat(config.getInput(0).getDimsList()).containsExactly(1L, 8L);
    assertThat(config.getInstanceGroup(0).getCount()).isEqualTo(2);
    assertThat(config.getModelTransactionPolicy().getDecoupled()).isFalse();
    assertThat(
            code(
                () ->
                    stub.modelConfig(
                        ModelConfigRequest.newBuilder().setName("wide").setVersion("2").build())))
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void anOutputThatTheModelHasNotIsRefusedBeforeTheRun() {
    var request =
        ProtocolTest.request(1, 2, 3, 4, 5, 6, 7, 8)
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("nothing"))
            .build();
    assertThatThrownBy(() -> stub.modelInfer(request))
        .hasMessageContaining("unexpected inference output 'nothing'");
    var stats =
        stub.modelStatistics(
                org.scalpel.oip.ModelStatisticsRequest.newBuilder().setName("wide").build())
            .getModelStats(0);
    assertThat(stats.getInferenceStats().getComputeInfer().getNs()).isZero();
    assertThat(stats.getInferenceStats().getFail().getCount()).isEqualTo(1);
  }

  @Test
  void toolsFindTheServiceByReflection() throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse value) {
                    answer.complete(value);
                  }

                  @Override
                  public void onError(Throwable fault) {
                    answer.completeExceptionally(fault);
                  }

                  @Override
                  public void onCompleted() {}
                });
    ask.onNext(
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("inference.GRPCInferenceService.RepositoryModelLoad")
            .build());
    assertThat(
            answer
                .get(10, TimeUnit.SECONDS)
                .getFileDescriptorResponse()
                .getFileDescriptorProtoCount())
        .isPositive();
    ask.onCompleted();
  }
}
