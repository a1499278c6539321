package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelMetadataRequest;
import org.scalpel.oip.ModelMetadataResponse;
import org.scalpel.tier.TierException.Kind;

/** Single calls of a published model: many at a time, each over when its time is. */
@Timeout(60)
class PublishedModelTest {
  private static final OnnxModel MODEL = Nets.wide(8);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path store;

  /** A server that treats calls as the test wants. */
  private static Server server(Consumer<StreamObserver<ModelInferResponse>> answer)
      throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(
            new GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase() {
              @Override
              public void modelMetadata(
                  ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
                InferenceService.answer(out, ModelMetadataResponse.getDefaultInstance());
              }

              @Override
              public void modelInfer(
                  ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
                answer.accept(out);
              }
            })
        .build()
        .start();
  }

  private TierClient client(String address, Duration request) {
    TierConfig config =
        Nets.tier("device", store)
            .next(address)
            .times(new TierConfig.Times(SECOND, request, SECOND, SECOND))
            .build();
    return TierClient.of(config.next().orElseThrow(), config);
  }

  private static TierException fault(CompletableFuture<?> answer) {
    try {
      answer.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(TierException.class);
      return (TierException) Objects.requireNonNull(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("it was answered");
  }

  @Test
  void aCallThatNobodyAnswersIsOverWithItsTimeWhichTheServerKnows() throws Exception {
    BlockingQueue<Long> told = new LinkedBlockingQueue<>();
    BlockingQueue<Boolean> cancelled = new LinkedBlockingQueue<>();
    Server silent =
        server(
            out -> {
              Context call = Context.current();
              call.addListener(over -> cancelled.add(true), Runnable::run);
              told.add(
                  call.getDeadline() == null
                      ? -1
                      : call.getDeadline().timeRemaining(TimeUnit.MILLISECONDS));
            });
    try (TierClient client = client("localhost:" + silent.getPort(), Duration.ofMillis(400))) {
      long begun = System.nanoTime();
      TierException late = fault(client.published("m").infer(Nets.inputs(MODEL, 1)));
      assertThat(late.kind()).isEqualTo(Kind.DEADLINE);
      assertThat(System.nanoTime() - begun).isBetween(400_000_000L, 8_000_000_000L);
      assertThat(told.take()).isBetween(1L, 400L);
      assertThat(cancelled.take()).isTrue();
    } finally {
      silent.shutdownNow();
    }
  }

  @Test
  void aRefusalAndAnEndWithoutAnAnswerAreTold() throws Exception {
    Server refusing =
        server(out -> out.onError(Status.INVALID_ARGUMENT.withDescription("no").asException()));
    Server empty = server(out -> out.onError(Status.UNKNOWN.asException()));
    try (TierClient one = client("localhost:" + refusing.getPort(), SECOND);
        TierClient other = client("localhost:" + empty.getPort(), SECOND)) {
      assertThat(fault(one.published("m").infer(Nets.inputs(MODEL, 1))))
          .hasMessageContaining("no")
          .extracting(TierException::kind)
          .isEqualTo(Kind.INVALID);
      assertThat(fault(other.published("m").infer(Nets.inputs(MODEL, 1)))).isNotNull();
    } finally {
      refusing.shutdownNow();
      empty.shutdownNow();
    }
  }

  @Test
  void manyCallsAtATimeAreEachAnsweredRight() throws Exception {
    try (TierServer tier = TierServer.start(Nets.tier("edge", store).build())) {
      tier.publish("m", MODEL);
      try (TierClient client = client(tier.address().toString(), Duration.ofSeconds(20))) {
        PublishedModel published = client.published("m");
        List<Map<String, TensorData>> inputs = new ArrayList<>();
        List<CompletableFuture<PublishedModel.Reply>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          inputs.add(Nets.inputs(MODEL, i));
          answers.add(published.infer(inputs.get(i)));
        }
        for (int i = 0; i < answers.size(); i++) {
          PublishedModel.Reply reply = answers.get(i).get(20, TimeUnit.SECONDS);
          Map<String, TensorData> alone = client.infer("m", inputs.get(i));
          assertThat(reply.outputs().keySet()).isEqualTo(alone.keySet());
          reply
              .outputs()
              .forEach(
                  (name, tensor) ->
                      assertThat(tensor.bytes())
                          .isEqualTo(Objects.requireNonNull(alone.get(name)).bytes()));
          reply.release();
        }
      }
    }
    assertThatThrownBy(() -> client("localhost:1", SECOND).published("m"))
        .isInstanceOf(TierException.class);
  }
}
