package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelStreamInferResponse;

/** Callers that compress, repeat, break off or speak another protocol altogether. */
@Timeout(60)
class HostileClientTest {
  private static final OnnxModel MODEL = Nets.wide(1000);
  private static final Map<String, TensorData> INPUTS = Nets.inputs(MODEL, 1);

  @TempDir Path store;
  private TierServer tier;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    tier = TierServer.start(Nets.tier("edge", store).messageBytes(1 << 20).build());
    tier.publish("wide", MODEL);
    channel =
        NettyChannelBuilder.forAddress("localhost", tier.address().port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    assertThat(stub().modelInfer(request().build()).getRawOutputContentsCount()).isEqualTo(1);
    channel.shutdownNow();
    tier.close();
  }

  private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static ModelInferRequest.Builder request() {
    TensorData x = java.util.Objects.requireNonNull(INPUTS.get("x"));
    return ModelInferRequest.newBuilder()
        .setModelName("wide")
        .setId("7")
        .addInputs(Tensors.input("x", x.fact()))
        .addRawInputContents(Tensors.bytes(x));
  }

  @Test
  void compressedRequestsAreRead() {
    assertThat(stub().withCompression("gzip").modelInfer(request().build()).getRawOutputContents(0))
        .isEqualTo(stub().modelInfer(request().build()).getRawOutputContents(0));
  }

  @Test
  void aMessageThatGrowsWhenItIsUnpackedIsRefused() {
    ModelInferRequest bomb =
        request().setRawInputContents(0, ByteString.copyFrom(new byte[32 << 20])).build();
    assertThatThrownBy(() -> stub().withCompression("gzip").modelInfer(bomb))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e ->
                assertThat(e.getStatus().getCode())
                    .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.INVALID_ARGUMENT));
  }

  @Test
  void theSameIdTwiceIsAnsweredTwice() throws Exception {
    BlockingQueue<String> ids = new LinkedBlockingQueue<>();
    StreamObserver<ModelInferRequest> requests =
        GRPCInferenceServiceGrpc.newStub(channel)
            .modelStreamInfer(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModelStreamInferResponse value) {
                    ids.add(value.getErrorMessage() + value.getInferResponse().getId());
                  }

                  @Override
                  public void onError(Throwable t) {
                    ids.add("error " + t);
                  }

                  @Override
                  public void onCompleted() {
                    ids.add("end");
                  }
                });
    requests.onNext(request().build());
    requests.onNext(request().build());
    requests.onCompleted();
    for (String expected : new String[] {"7", "7", "end"}) {
      assertThat(ids.poll(10, TimeUnit.SECONDS)).isEqualTo(expected);
    }
  }

  @Test
  void otherProtocolsAndBrokenConnectionsDoNoHarm() throws IOException {
    Mutations mutations = new Mutations(9);
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] http = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 60; i++) {
      try (Socket socket = new Socket("localhost", tier.address().port())) {
        OutputStream out = socket.getOutputStream();
        switch (i % 4) {
          case 0 -> out.write(mutations.noise(200));
          case 1 -> out.write(http);
          case 2 -> out.write(preface, 0, 1 + mutations.below(preface.length));
          default -> {
            out.write(preface);
            out.write(mutations.noise(300));
          }
        }
      } catch (java.net.SocketException e) {
        // Thrown out before everything was said.
        assertThat(e).isNotNull();
      }
    }
  }
}
