package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.InferTensorContents;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferRequest.InferInputTensor;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelMetadataRequest;
import org.scalpel.oip.ModelStatisticsRequest;
import org.scalpel.oip.ModelStreamInferResponse;
import org.scalpel.oip.RepositoryIndexRequest;
import org.scalpel.oip.ServerReadyRequest;

/** An ordinary client, from the generated stubs alone, against a tier. */
@Timeout(60)
class ProtocolTest {
  private static final OnnxModel MODEL = Nets.wide(8);

  @TempDir Path store;
  private TierServer tier;
  private ManagedChannel channel;
  private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub;

  @BeforeEach
  void start() {
    tier = TierServer.start(Nets.tier("edge", store).messageBytes(1 << 20).build());
    tier.publish("wide", MODEL);
    channel =
        NettyChannelBuilder.forAddress("localhost", tier.address().port()).usePlaintext().build();
    stub =
        GRPCInferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    tier.close();
  }

  static ModelInferRequest.Builder request(float... values) {
    return ModelInferRequest.newBuilder()
        .setModelName("wide")
        .setId("7")
        .addInputs(
            InferInputTensor.newBuilder().setName("x").setDatatype("FP32").addShape(1).addShape(8))
        .addRawInputContents(raw(values));
  }

  private static ByteString raw(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }

  private Status refusal(ModelInferRequest.Builder request) {
    try {
      stub.modelInfer(request.build());
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
    return Status.OK;
  }

  @Test
  void rawRequestsAreAnsweredRawWithTheirId() {
    ModelInferResponse answer = stub.modelInfer(request(-1, 2, -3, 4, -5, 6, -7, 8).build());
    assertThat(answer.getId()).isEqualTo("7");
    assertThat(answer.getOutputs(0).getName()).isEqualTo("y");
    assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L, 8L);
    assertThat(answer.getRawOutputContents(0)).isEqualTo(raw(1, 2, 3, 4, 5, 6, 7, 8));
    assertThat(answer.getParametersOrThrow("scalpel_spans").getStringParam())
        .startsWith("edge queue=");
  }

  @Test
  void typedRequestsAreAnsweredRaw() {
    ModelInferRequest.Builder typed = request().clearRawInputContents();
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (int i = 0; i < 8; i++) {
      contents.addFp32Contents(-i);
    }
    typed.getInputsBuilder(0).setContents(contents);
    assertThat(stub.modelInfer(typed.build()).getRawOutputContents(0))
        .isEqualTo(raw(0, 1, 2, 3, 4, 5, 6, 7));
  }

  @Test
  void tensorsOfStringsAreRefusedOnEveryWayIn() throws Exception {
    ModelInferRequest.Builder raw = request(1, 2, 3, 4, 5, 6, 7, 8);
    raw.getInputsBuilder(0).setDatatype("BYTES");
    ModelInferRequest.Builder typed = raw.clone().clearRawInputContents();
    typed
        .getInputsBuilder(0)
        .setContents(
            InferTensorContents.newBuilder().addBytesContents(ByteString.copyFromUtf8("one")));
    String why = "input 'x' is BYTES: tensors of strings are not supported";
    for (ModelInferRequest.Builder request : List.of(raw, typed)) {
      Status status = refusal(request);
      assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(status.getDescription()).contains(why);
    }
    BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
    StreamObserver<ModelInferRequest> stream =
        GRPCInferenceServiceGrpc.newStub(channel).modelStreamInfer(into(answers));
    stream.onNext(raw.build());
    ModelStreamInferResponse answer = answers.poll(20, TimeUnit.SECONDS);
    assertThat(answer).isNotNull();
    assertThat(answer.getErrorMessage()).contains(why);
    stream.onCompleted();
  }

  @Test
  void aModelOfStringsIsNotPublished() {
    OnnxModel strings =
        ModelBuilder.opset(17)
            .input("text", TensorFact.of(ElementType.STRING, 2))
            .node("Identity", List.of("text"), List.of("same"))
            .output("same", TensorFact.of(ElementType.STRING, 2))
            .build();
    assertThatThrownBy(() -> tier.publish("strings", strings))
        .hasMessageContaining("'text' holds strings; tensors of strings (BYTES) are not supported");
  }

  private static StreamObserver<ModelStreamInferResponse> into(
      BlockingQueue<ModelStreamInferResponse> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ModelStreamInferResponse value) {
        answers.add(value);
      }

      @Override
      public void onError(Throwable t) {
        answers.add(ModelStreamInferResponse.newBuilder().setErrorMessage("broken " + t).build());
      }

      @Override
      public void onCompleted() {
        answers.add(ModelStreamInferResponse.getDefaultInstance());
      }
    };
  }

  @Test
  void streamsAnswerEveryRequestAndReportErrorsInBand() throws Exception {
    BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
    StreamObserver<ModelInferRequest> requests =
        GRPCInferenceServiceGrpc.newStub(channel).modelStreamInfer(into(answers));
    requests.onNext(request(1, 1, 1, 1, 1, 1, 1, 1).build());
    ModelStreamInferResponse good = answers.poll(10, TimeUnit.SECONDS);
    assertThat(good.getErrorMessage()).isEmpty();
    assertThat(good.getInferResponse().getRawOutputContentsCount()).isEqualTo(1);
    requests.onNext(request().setModelName("nobody").build());
    ModelStreamInferResponse bad = answers.poll(10, TimeUnit.SECONDS);
    assertThat(bad.getErrorMessage())
        .startsWith("Request for unknown model: 'nobody' is not found");
    assertThat(bad.getInferResponse().getId()).isEqualTo("7");
    requests.onCompleted();
    assertThat(answers.poll(10, TimeUnit.SECONDS))
        .isEqualTo(ModelStreamInferResponse.getDefaultInstance());
  }

  @Test
  void aStrictStreamEndsWithItsFirstError() throws Exception {
    io.grpc.Metadata strict = new io.grpc.Metadata();
    strict.put(
        io.grpc.Metadata.Key.of("triton_grpc_error", io.grpc.Metadata.ASCII_STRING_MARSHALLER),
        "true");
    java.util.concurrent.CompletableFuture<Status> end =
        new java.util.concurrent.CompletableFuture<>();
    StreamObserver<ModelInferRequest> requests =
        GRPCInferenceServiceGrpc.newStub(channel)
            .withInterceptors(io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(strict))
            .modelStreamInfer(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModelStreamInferResponse value) {
                    assertThat(
                            value
                                .getInferResponse()
                                .getParametersOrThrow("triton_final_response")
                                .getBoolParam())
                        .isTrue();
                    assertThat(value.getErrorMessage()).isEmpty();
                  }

                  @Override
                  public void onError(Throwable fault) {
                    end.complete(Status.fromThrowable(fault));
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(Status.OK);
                  }
                });
    ModelInferRequest.Builder good =
        request(1, 1, 1, 1, 1, 1, 1, 1)
            .putParameters("triton_enable_empty_final_response", Params.of(true));
    requests.onNext(good.build());
    requests.onNext(good.setModelName("nobody").build());
    assertThat(end.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void hostileRequestsAreRefusedByName() {
    assertThat(refusal(request().setModelName("no")).getDescription())
        .startsWith("Request for unknown model: 'no' is not found");
    assertThat(refusal(request(1, 2)).getDescription())
        .contains("'x' has 8 bytes")
        .contains("expected 32");
    ModelInferRequest.Builder type = request(1, 2, 3, 4, 5, 6, 7, 8);
    type.getInputsBuilder(0).setDatatype("INT32");
    assertThat(refusal(type).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    ModelInferRequest.Builder unknownType = request(1, 2, 3, 4, 5, 6, 7, 8);
    unknownType.getInputsBuilder(0).setDatatype("FP31");
    assertThat(refusal(unknownType).getDescription()).contains("FP31");
    ModelInferRequest.Builder shape = request();
    shape.getInputsBuilder(0).clearShape().addShape(1L << 62).addShape(1L << 62);
    assertThat(refusal(shape).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    ModelInferRequest.Builder negative = request();
    negative.getInputsBuilder(0).clearShape().addShape(1).addShape(-8);
    assertThat(refusal(negative).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    ModelInferRequest.Builder name = request(1, 2, 3, 4, 5, 6, 7, 8);
    name.getInputsBuilder(0).setName("z");
    assertThat(refusal(name).getDescription()).contains("unexpected inference input 'z'");
    ModelInferRequest.Builder twice = request(1, 2, 3, 4, 5, 6, 7, 8);
    twice.addInputs(twice.getInputs(0)).addRawInputContents(twice.getRawInputContents(0));
    assertThat(refusal(twice).getDescription()).contains("twice");
    ModelInferRequest.Builder both = request(1, 2, 3, 4, 5, 6, 7, 8);
    both.getInputsBuilder(0).setContents(InferTensorContents.newBuilder().addFp32Contents(1));
    assertThat(refusal(both).getDescription()).contains("contents field must not be specified");
    assertThat(refusal(request().clearRawInputContents()).getDescription())
        .contains("unable to find data");
    assertThat(refusal(request().clearInputs().clearRawInputContents()).getDescription())
        .contains("missing");
    ModelInferRequest.Builder image = request(1);
    image.getInputsBuilder(0).putParameters("scalpel_encoding", Params.of("jpeg"));
    assertThat(refusal(image).getDescription()).contains("no image");
    assertThat(refusal(request(new float[300_000])).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusal(request(1, 2, 3, 4, 5, 6, 7, 8))).isEqualTo(Status.OK);
  }

  @Test
  void describesItself() {
    assertThat(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    var metadata = stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("wide").build());
    assertThat(metadata.getInputs(0).getDatatype()).isEqualTo("FP32");
    stub.modelInfer(request(1, 2, 3, 4, 5, 6, 7, 8).build());
    var stats = stub.modelStatistics(ModelStatisticsRequest.newBuilder().setName("wide").build());
    assertThat(stats.getModelStats(0).getInferenceStats().getSuccess().getCount()).isEqualTo(1);
    assertThat(
            stub.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                .getModels(0)
                .getState())
        .isEqualTo("READY");
    assertThatThrownBy(
            () -> stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("no").build()))
        .hasMessageContaining("Request for unknown model: 'no' is not found");
  }

  @Test
  void aSegmentIsAnOrdinaryModel() {
    OnnxModel model = Nets.skipping(2);
    try (TierServer edge = TierServer.start(Nets.tier("other", store).build());
        DeviceTier device =
            new DeviceTier(Nets.tier("device", store).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(Nets.cut(model, List.of("device", "edge"), 0));
        TierClient client = TierClient.of(edge.address(), device.config())) {
      Map<String, TensorData> inputs = Nets.inputs(model, 1);
      String segment = client.status().plans().get(0).segments().get(0);
      assertThat(segment).endsWith("." + plan.plan() + ".0");
      SplitExecutionTest.assertSame(client.infer(segment, inputs), Nets.whole(model, inputs));
    }
  }
}
