package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.control.PrepareRequest;
import org.scalpel.control.ProfileRequest;
import org.scalpel.control.PutRequest;
import org.scalpel.control.PutResponse;
import org.scalpel.control.TierControlGrpc;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelStreamInferResponse;

/**
 * Thousands of damaged messages to every parser that faces a peer: each is answered or refused in
 * one line, and afterwards the tier works as before.
 */
@Timeout(60)
class FuzzTest {
  private static final OnnxModel MODEL = Nets.skipping(2);
  private static final Map<String, TensorData> INPUTS = Nets.inputs(MODEL, 1);
  private static final Logger GRPC = Logger.getLogger("io.grpc");
  private static final Set<Status.Code> REFUSALS =
      EnumSet.of(
          Status.Code.INVALID_ARGUMENT,
          Status.Code.NOT_FOUND,
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.UNIMPLEMENTED,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.OUT_OF_RANGE,
          Status.Code.ABORTED,
          Status.Code.CANCELLED,
          Status.Code.FAILED_PRECONDITION);

  @TempDir Path store;
  private TierServer tier;
  private ManagedChannel channel;
  private int answered;

  @BeforeAll
  static void quiet() {
    GRPC.setLevel(Level.OFF);
  }

  @AfterAll
  static void loud() {
    GRPC.setLevel(null);
  }

  @BeforeEach
  void start() {
    tier = TierServer.start(Nets.tier("edge", store).messageBytes(1 << 20).build());
    tier.publish("net", MODEL);
    channel =
        NettyChannelBuilder.forAddress("localhost", tier.address().port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    try (TierClient client = TierClient.of(tier.address(), Nets.tier("tool", store).build())) {
      SplitExecutionTest.assertSame(client.infer("net", INPUTS), Nets.whole(MODEL, INPUTS));
    }
    channel.shutdownNow();
    tier.close();
  }

  private static ModelInferRequest request() {
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder()
            .setModelName("net")
            .setId("a-17")
            .putParameters(Params.DEADLINE_MS, Params.of(5000))
            .putParameters("timeout", Params.of(5_000_000L));
    INPUTS.forEach(
        (name, tensor) -> {
          request.addInputs(Tensors.input(name, tensor.fact()));
          request.addRawInputContents(Tensors.bytes(tensor));
        });
    return request.build();
  }

  // The marshaller against the generated parser.

  @Test
  void damagedRequestsAreReadAsProtobufReadsThem() {
    InferMarshaller<ModelInferRequest> ours = InferMarshaller.requests(1 << 20);
    agree(
        request().toByteArray(),
        ours,
        ModelInferRequest.parser(),
        m -> m.header().toBuilder().addAllRawInputContents(strings(m.raw())).build());
  }

  @Test
  void damagedAnswersAreReadAsProtobufReadsThem() {
    ModelInferResponse.Builder answer =
        ModelInferResponse.newBuilder()
            .setModelName("net")
            .setId("a-17")
            .putParameters(Params.SPANS, Params.of("edge queue=1 compute=2"));
    INPUTS.forEach(
        (name, tensor) -> {
          answer.addOutputs(Tensors.output(name, tensor.fact()));
          answer.addRawOutputContents(Tensors.bytes(tensor));
        });
    agree(
        answer.build().toByteArray(),
        InferMarshaller.responses(1 << 20),
        ModelInferResponse.parser(),
        m -> m.header().toBuilder().addAllRawOutputContents(strings(m.raw())).build());
    ModelStreamInferResponse streamed =
        ModelStreamInferResponse.newBuilder().setInferResponse(answer).setErrorMessage("e").build();
    agree(
        streamed.toByteArray(),
        InferMarshaller.streamed(1 << 20),
        ModelStreamInferResponse.parser(),
        m -> {
          if (m.raw().isEmpty()) {
            return m.header();
          }
          ModelStreamInferResponse.Builder whole = m.header().toBuilder();
          whole.getInferResponseBuilder().addAllRawOutputContents(strings(m.raw()));
          return whole.build();
        });
  }

  private static List<ByteString> strings(List<ByteBuffer> raw) {
    List<ByteString> all = new ArrayList<>();
    raw.forEach(b -> all.add(ByteString.copyFrom(b.duplicate())));
    return all;
  }

  private interface Whole<H extends MessageLite> {
    H of(InferMessage<H> message);
  }

  private static <H extends MessageLite> void agree(
      byte[] good, InferMarshaller<H> ours, Parser<H> theirs, Whole<H> whole) {
    Mutations mutations = new Mutations(1);
    int read = 0;
    for (int i = 0; i < 6000; i++) {
      byte[] bytes = i == 0 ? good : mutations.of(good);
      InferMessage<H> message = ours.parse(new ByteArrayInputStream(bytes));
      if (!message.problem().isEmpty()) {
        assertThat(message.problem()).doesNotContain("\n");
        continue;
      }
      read++;
      try {
        assertThat(whole.of(message)).as("case %s", i).isEqualTo(theirs.parseFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError("case " + i + ": protobuf refuses what we read", e);
      }
      message.release();
    }
    assertThat(read).isBetween(100, 5900);
  }

  // The services over a real socket.

  private static <Q, A> MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<Q, A> method) {
    return method.toBuilder(LyingTier.BYTES, LyingTier.BYTES).build();
  }

  private void unary(MethodDescriptor<byte[], byte[]> method, Parser<?> parser, byte[] bytes) {
    try {
      ClientCalls.blockingUnaryCall(
          channel, method, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS), bytes);
      answered++;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNKNOWN) {
        // The transport's answer to bytes that are no message; nothing of ours has seen them.
        assertThatThrownBy(() -> parser.parseFrom(bytes))
            .isInstanceOf(InvalidProtocolBufferException.class);
        return;
      }
      refused(e.getStatus());
    }
  }

  private static void refused(Status status) {
    String text = String.valueOf(status.getDescription());
    assertThat(REFUSALS).as(text).contains(status.getCode());
    assertThat(text)
        .doesNotContain("\n")
        .doesNotContain("NullPointer")
        .doesNotContain("OutOfBounds")
        .doesNotContain("IllegalState")
        .doesNotContain("ClassCast");
  }

  @Test
  void damagedInferenceIsAnsweredOrRefused() {
    byte[] good = request().toByteArray();
    MethodDescriptor<byte[], byte[]> method = raw(GRPCInferenceServiceGrpc.getModelInferMethod());
    Mutations mutations = new Mutations(2);
    for (int i = 0; i < 2500; i++) {
      unary(method, ModelInferRequest.parser(), mutations.of(good));
    }
    assertThat(answered).isBetween(1, 2499);
  }

  @Test
  void damagedPlansAreRefusedOrPrepared() {
    try (TierClient client = TierClient.of(tier.address(), Nets.tier("tool", store).build())) {
      client.put(MODEL);
    }
    Deployment cut = Nets.cut(MODEL, List.of("device", "edge"), 2);
    PrepareRequest good = Specs.prepare(cut, ModelBlobs.of(MODEL).ref(), 1);
    MethodDescriptor<byte[], byte[]> method = raw(TierControlGrpc.getPrepareMethod());
    Mutations mutations = new Mutations(3);
    unary(method, PrepareRequest.parser(), good.toByteArray());
    assertThat(answered).isEqualTo(1);
    for (int i = 0; i < 500; i++) {
      PrepareRequest.Builder odd = good.toBuilder().setPlan("%08x".formatted(i));
      switch (mutations.below(8)) {
        case 0 -> odd.setTier(mutations.below(5) - 1);
        case 1 ->
            odd.setTierOfKernel(
                mutations.below(odd.getTierOfKernelCount()), mutations.below(200) - 100);
        case 2 ->
            odd.getTensorsBuilder(mutations.below(odd.getTensorsCount()))
                .setShape(1, 1L << mutations.below(63));
        case 3 -> odd.removeTensors(mutations.below(odd.getTensorsCount()));
        case 4 -> odd.removeKernels(mutations.below(odd.getKernelsCount()));
        case 5 ->
            odd.getModelBuilder()
                .addExternalsBuilder()
                .setLocation(mutations.below(2) == 0 ? "../" + i : "w" + i)
                .setSha256(good.getModel().getBlobSha256());
        case 6 -> odd.addImagesBuilder().setInput("x").setEncoding("jpeg");
        default ->
            odd.getTensorsBuilder(mutations.below(odd.getTensorsCount()))
                .setDatatype("INT" + mutations.below(70));
      }
      unary(method, PrepareRequest.parser(), odd.build().toByteArray());
      unary(method, PrepareRequest.parser(), mutations.of(good.toByteArray()));
    }
  }

  @Test
  void uploadsOutOfOrderOrWithOtherBytesLeaveNothing() throws Exception {
    Mutations mutations = new Mutations(4);
    byte[] blob = mutations.noise(3000);
    String sha = Sha256.hex(Sha256.fresh().digest(blob));
    for (int i = 0; i < 800; i++) {
      CompletableFuture<PutResponse> done = new CompletableFuture<>();
      StreamObserver<PutRequest> put =
          TierControlGrpc.newStub(channel)
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .put(observer(done::complete, done::completeExceptionally));
      try {
        for (int n = mutations.below(5); n >= 0; n--) {
          put.onNext(part(mutations, sha, blob));
        }
        if (mutations.below(4) == 0) {
          put.onError(Status.CANCELLED.asRuntimeException());
        } else {
          put.onCompleted();
        }
      } catch (IllegalStateException e) {
        // The tier has ended the call already.
        assertThat(e).hasMessageContaining("call");
      }
      try {
        done.get(10, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException e) {
        refused(Status.fromThrowable(e.getCause()));
      }
    }
    try (var files = java.nio.file.Files.list(store.resolve("edge").resolve("blobs"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        assertThat(name.endsWith(".part") || name.equals(Sha256.digest(file))).isTrue();
      }
    }
  }

  private static PutRequest part(Mutations mutations, String sha, byte[] blob) {
    if (mutations.below(3) == 0) {
      String name = mutations.below(3) == 0 ? "%064x".formatted(mutations.below(40)) : sha;
      return PutRequest.newBuilder()
          .setHeader(
              PutRequest.Header.newBuilder()
                  .setSha256(mutations.below(10) == 0 ? "../../" + name : name)
                  .setSize(mutations.below(4) == 0 ? mutations.below(9000) - 100 : blob.length)
                  .setOffset(mutations.below(4) == 0 ? mutations.below(9000) - 100 : 0))
          .build();
    }
    byte[] data = mutations.below(3) == 0 ? mutations.of(blob) : blob;
    return PutRequest.newBuilder().setData(ByteString.copyFrom(data)).build();
  }

  private static <T> StreamObserver<T> observer(Consumer<T> value, Consumer<Throwable> fault) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T one) {
        value.accept(one);
      }

      @Override
      public void onError(Throwable error) {
        fault.accept(error);
      }

      @Override
      public void onCompleted() {}
    };
  }

  @Test
  void damagedProfileRequestsAreRefusedBeforeAnythingIsMeasured() throws Exception {
    byte[] good =
        Specs.profile(
                Nets.cut(MODEL, List.of("device"), 99).kernels(),
                ModelBlobs.of(MODEL).ref(),
                INPUTS,
                ProfileOptions.DEFAULT)
            .toByteArray();
    Mutations mutations = new Mutations(5);
    int read = 0;
    int refusals = 0;
    for (int i = 0; i < 3000; i++) {
      try {
        ProfileRequest request = ProfileRequest.parseFrom(mutations.of(good));
        Specs.options(request);
        Specs.inputs(request);
        Specs.kernels(MODEL, request.getKernelsList());
        read++;
      } catch (InvalidProtocolBufferException refused) {
        refusals++;
      } catch (StatusRuntimeException | ModelException | org.scalpel.codec.CodecException e) {
        assertThat(e).message().doesNotContain("\n");
      }
    }
    assertThat(read).isPositive();
    assertThat(refusals).isPositive();
  }
}
