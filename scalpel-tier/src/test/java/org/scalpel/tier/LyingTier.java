package org.scalpel.tier;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;
import org.scalpel.control.Heartbeat;
import org.scalpel.control.PrepareRequest;
import org.scalpel.control.PrepareResponse;
import org.scalpel.control.RetireRequest;
import org.scalpel.control.RetireResponse;
import org.scalpel.control.TierControlGrpc;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelInferResponse.InferOutputTensor;
import org.scalpel.oip.ModelStreamInferResponse;

/** A tier with a good heartbeat that prepares every plan and then answers as the test wants. */
final class LyingTier implements AutoCloseable {
  /** The wire as it is. */
  static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  /** Where answers go. */
  interface Out {
    void send(byte[] message);

    default void send(ModelInferResponse.Builder answer) {
      send(ModelStreamInferResponse.newBuilder().setInferResponse(answer).build().toByteArray());
    }

    void close(Status status);
  }

  private final Server server;
  private final Heartbeats heartbeats = new Heartbeats("liar", () -> 0, java.util.List::of);

  LyingTier(BiConsumer<ModelInferRequest, Out> lie) throws IOException {
    MethodDescriptor<byte[], byte[]> stream =
        GRPCInferenceServiceGrpc.getModelStreamInferMethod().toBuilder(BYTES, BYTES).build();
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(64 << 20)
            .addService(new Control())
            .addService(
                ServerServiceDefinition.builder(GRPCInferenceServiceGrpc.SERVICE_NAME)
                    .addMethod(stream, handler(lie))
                    .build())
            .build()
            .start();
  }

  String address() {
    return "localhost:" + server.getPort();
  }

  /** What a good tier would answer to the request: eight floats named y. */
  static ModelInferResponse.Builder honest(ModelInferRequest request) {
    return ModelInferResponse.newBuilder()
        .setModelName(request.getModelName())
        .setId(request.getId())
        .addOutputs(
            InferOutputTensor.newBuilder().setName("y").setDatatype("FP32").addShape(1).addShape(8))
        .addRawOutputContents(ByteString.copyFrom(new byte[32]));
  }

  private static ServerCallHandler<byte[], byte[]> handler(BiConsumer<ModelInferRequest, Out> lie) {
    return (call, headers) -> {
      call.sendHeaders(new Metadata());
      call.request(1000);
      return new ServerCall.Listener<>() {
        @Override
        public void onMessage(byte[] message) {
          try {
            lie.accept(ModelInferRequest.parseFrom(message), out(call));
          } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            call.close(Status.INTERNAL, new Metadata());
          }
        }
      };
    };
  }

  private static Out out(ServerCall<byte[], byte[]> call) {
    return new Out() {
      @Override
      public void send(byte[] message) {
        call.sendMessage(message);
      }

      @Override
      public void close(Status status) {
        call.close(status, new Metadata());
      }
    };
  }

  private final class Control extends TierControlGrpc.TierControlImplBase {
    @Override
    public StreamObserver<Heartbeat> beat(StreamObserver<Heartbeat> out) {
      return heartbeats.listen(out);
    }

    @Override
    public void prepare(PrepareRequest request, StreamObserver<PrepareResponse> out) {
      InferenceService.answer(
          out,
          PrepareResponse.newBuilder()
              .addTiers(PrepareResponse.Tier.newBuilder().setName("liar").setTier(1))
              .build());
    }

    @Override
    public void retire(RetireRequest request, StreamObserver<RetireResponse> out) {
      InferenceService.answer(out, RetireResponse.getDefaultInstance());
    }
  }

  @Override
  public void close() {
    heartbeats.close();
    server.shutdownNow();
  }
}
