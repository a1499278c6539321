package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelInferResponse.InferOutputTensor;
import org.scalpel.oip.ModelStreamInferResponse;
import org.scalpel.tier.TierException.Kind;

@Timeout(60)
class LaneTest {
  private static final int LIMIT = 32 << 20;
  private static final int CONNECTIONS = 100;

  @TempDir Path store;

  /** An ordinary server from the generated code alone: small windows, small frames. */
  private static final class Ordinary
      extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
    @Override
    public StreamObserver<ModelInferRequest> modelStreamInfer(
        StreamObserver<ModelStreamInferResponse> out) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ModelInferRequest request) {
          ModelInferResponse.Builder answer =
              ModelInferResponse.newBuilder().setId(request.getId()).setModelName("echo");
          answer.addOutputs(InferOutputTensor.newBuilder().setName("y").setDatatype("UINT8"));
          answer.addAllRawOutputContents(request.getRawInputContentsList());
          out.onNext(ModelStreamInferResponse.newBuilder().setInferResponse(answer).build());
        }

        @Override
        public void onError(Throwable fault) {
          // The client is gone.
        }

        @Override
        public void onCompleted() {
          out.onCompleted();
        }
      };
    }
  }

  private static Server ordinary() throws IOException {
    return NettyServerBuilder.forPort(0)
        .maxInboundMessageSize(LIMIT)
        .addService(new Ordinary())
        .build()
        .start();
  }

  private static InferStream stream(int port) {
    Endpoint here = Endpoint.parse("localhost:" + port);
    ClientLane.Way way =
        new ClientLane.Way(
            new ClientLane.Peer(here, ClientKeys.open(here, TierConfig.builder("test").build())),
            Methods.of(LIMIT),
            Loops.shared().next(),
            Duration.ofSeconds(5),
            new ClientLane.Ears("test", () -> {}, new MessageTimer(new Intake())));
    return new InferStream(() -> "peer", 1024, owner -> ClientLane.open(way, owner), status -> {});
  }

  private static CompletableFuture<Answer> ask(InferStream stream, int id, ByteBuffer... raw) {
    ModelInferRequest header =
        ModelInferRequest.newBuilder().setModelName("echo").setId("r" + id).build();
    return stream.send(InferMessage.of(header, List.of(raw)), Deadline.in(Duration.ofSeconds(30)));
  }

  private static ByteBuffer bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return ByteBuffer.allocateDirect(count).put(bytes).flip();
  }

  @Test
  void anOrdinaryServerAnswersTensorsOfEverySizeByteForByte() throws Exception {
    Server server = ordinary();
    InferStream stream = stream(server.getPort());
    try {
      List<ByteBuffer> sent = new ArrayList<>();
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int size : new int[] {0, 1, 8_191, 8_193, 16_384, 65_535, 70_000, 5_000_001}) {
        sent.add(bytes(size, size));
        answers.add(ask(stream, size, sent.get(sent.size() - 1), bytes(3, 1)));
      }
      for (int i = 0; i < sent.size(); i++) {
        Answer answer = answers.get(i).get(30, TimeUnit.SECONDS);
        assertThat(answer.raw()).containsExactly(sent.get(i), bytes(3, 1));
        answer.release();
      }
    } finally {
      stream.cutOff(new TierException(Kind.LOST, "done"));
      server.shutdownNow();
    }
  }

  /** Its settings may be there before the connection's handler is. */
  @Test
  void whatAServerSaysAtOnceIsHeardOnEveryConnection() throws Exception {
    Server server = ordinary();
    try {
      for (int connection = 0; connection < CONNECTIONS; connection++) {
        InferStream stream = stream(server.getPort());
        // More than a peer takes that has not said how much it takes.
        ask(stream, connection, bytes(100_000, connection)).get(30, TimeUnit.SECONDS).release();
        stream.cutOff(new TierException(Kind.LOST, "done"));
      }
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void largeTensorsCrossTwoTiersManyAtATime() {
    OnnxModel model = Nets.wide(400_000);
    Map<String, TensorData> inputs = Nets.inputs(model, 3);
    Map<String, TensorData> whole = Nets.whole(model, inputs);
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().window(32).build());
        PlanExecutor plan =
            device.prepare(Nets.cut(model, List.of("device", "edge", "cloud"), 0, 1))) {
      List<CompletableFuture<Execution>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        // An answer that is not released is only a lost chance; half of them are.
        boolean release = i % 2 == 0;
        all.add(
            plan.submit(inputs)
                .thenApply(
                    e -> {
                      SplitExecutionTest.assertSame(e.outputs(), whole);
                      if (release) {
                        e.release();
                      }
                      return e;
                    }));
      }
      all.forEach(CompletableFuture::join);
    }
  }

  @Test
  void aServerThatIsNotThereEndsTheStreamAsUnreachable() {
    CompletableFuture<Answer> answer = ask(stream(1), 1, bytes(10, 1));
    assertThatThrownBy(answer::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(TierException.class)
        .satisfies(
            e ->
                assertThat(e.getCause())
                    .isInstanceOfSatisfying(
                        TierException.class,
                        t -> assertThat(t.kind()).isIn(Kind.UNREACHABLE, Kind.LOST)));
  }

  @Test
  void brokenFramesEndTheConnectionAndNothingElse() throws Exception {
    try (TierServer edge = TierServer.start(Nets.tier("edge", store).messageBytes(4096).build())) {
      assertThat(afterwards(edge, frame(Frames.DATA, 0, 3, new byte[10]))).isEmpty();
      assertThat(afterwards(edge, frame(Frames.PING, 0, 0, new byte[3]))).isEmpty();
      assertThat(afterwards(edge, frame(Frames.WINDOW_UPDATE, 0, 0, new byte[4]))).isEmpty();
      assertThat(afterwards(edge, frame(Frames.CONTINUATION, 4, 1, new byte[4]))).isEmpty();
      assertThat(afterwards(edge, frame(Frames.HEADERS, 4, 1, new byte[] {-1, -1, -1}))).isEmpty();
      byte[] tooLarge = {0, 0x7F, 0, 0, 0};
      assertThat(afterwards(edge, frame(Frames.DATA, 0, 1, tooLarge))).isEmpty();
      byte[] compressed = {1, 0, 0, 0, 4};
      assertThat(afterwards(edge, frame(Frames.DATA, 0, 1, compressed))).isEmpty();
      byte[] padded = {9, 1, 2};
      assertThat(afterwards(edge, frame(Frames.DATA, Frames.PADDED, 1, padded))).isEmpty();
      assertThat(afterwards(edge, frame(0x33, 0, 5, new byte[100]), frame(Frames.PING, 0, 0, PING)))
          .contains((byte) 42);
      try (TierClient client = TierClient.of(edge.address(), Nets.tier("x", store).build())) {
        assertThat(client.status().tier()).isEqualTo("edge");
      }
    }
  }

  private static final byte[] PING = {42, 42, 42, 42, 42, 42, 42, 42};

  private static byte[] frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(0);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
    return bytes.toByteArray();
  }

  /** Opens a lane by hand and says what the answer to a PING is after this; empty at its end. */
  private static List<Byte> afterwards(TierServer tier, byte[]... frames) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName("localhost"), tier.address().port())) {
      socket.setSoTimeout(20_000);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.write(Frames.PREFACE);
      out.write(frame(Frames.SETTINGS, 0, 0, new byte[] {(byte) 0xF5, (byte) 0xCA, 0, 0, 0, 1}));
      for (byte[] frame : frames) {
        out.write(frame);
      }
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        byte[] head = in.readNBytes(Frames.HEADER_BYTES);
        if (head.length < Frames.HEADER_BYTES || head[3] == Frames.GOAWAY) {
          return List.of();
        }
        byte[] payload = in.readNBytes(ByteBuffer.wrap(head).getShort(1) & 0xFFFF);
        if (head[3] == Frames.PING) {
          return List.of(payload[0]);
        }
      }
    } catch (java.net.SocketException e) {
      return List.of();
    }
  }

  @Test
  void aMessageIsTheSameHoweverItIsCut() throws Exception {
    ModelStreamInferResponse whole =
        ModelStreamInferResponse.newBuilder()
            .setErrorMessage("odd")
            .setInferResponse(
                ModelInferResponse.newBuilder()
                    .setId("7")
                    .setModelName("m")
                    .putParameters("p", Params.of(true))
                    .addRawOutputContents(ByteString.copyFrom(bytes(300, 1)))
                    .addRawOutputContents(ByteString.EMPTY)
                    .addRawOutputContents(ByteString.copyFrom(bytes(5, 2))))
            .build();
    byte[] wire = whole.toByteArray();
    for (int piece : new int[] {1, 2, 7, 64, wire.length}) {
      InferMessage<ModelStreamInferResponse> message = read(wire, wire.length, piece);
      assertThat(message.problem()).isEmpty();
      assertThat(message.raw()).containsExactly(bytes(300, 1), bytes(0, 1), bytes(5, 2));
      ModelInferResponse header = message.header().getInferResponse();
      assertThat(header.getId()).isEqualTo("7");
      assertThat(header.getParametersOrThrow("p").getBoolParam()).isTrue();
      assertThat(message.header().getErrorMessage()).isEqualTo("odd");
      assertThat(header.getRawOutputContentsCount()).isZero();
    }
    for (int cut = 1; cut < wire.length; cut++) {
      // Cut off at a field's end, what is there is a message too.
      InferMessage<ModelStreamInferResponse> message = read(wire, cut, 16);
      assertThat(message.problem().isEmpty()).isEqualTo(cut == 5);
    }
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      byte[] spoilt = wire.clone();
      spoilt[random.nextInt(wire.length)] = (byte) random.nextInt();
      read(spoilt, spoilt.length, 1 + random.nextInt(50)).release();
    }
  }

  private static InferMessage<ModelStreamInferResponse> read(byte[] wire, int length, int piece) {
    MessageReader<ModelStreamInferResponse> reader = InferMarshaller.streamed(LIMIT).reader(length);
    for (int at = 0; at < length; at += piece) {
      reader.feed(ByteBuffer.wrap(wire, at, Math.min(piece, length - at)));
    }
    assertThat(reader.left()).isZero();
    return reader.message();
  }
}
