package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelStreamInferResponse;
import org.scalpel.tier.TierException.Kind;

/** A tier that lies is cut off with one line; nobody hangs, nothing large is allocated. */
@Timeout(60)
class LyingTierTest {
  private static final OnnxModel MODEL = Nets.wide(8);
  private static final Map<String, TensorData> INPUTS = Nets.inputs(MODEL, 1);
  private static final Deployment CUT = Nets.cut(MODEL, List.of("device", "edge"), 0);
  private static final int MESSAGE_BYTES = 1 << 20;

  @TempDir Path store;

  private DeviceTier device(LyingTier tier) {
    Duration second = Duration.ofSeconds(1);
    return new DeviceTier(
        Nets.tier("device", store)
            .next(tier.address())
            .messageBytes(MESSAGE_BYTES)
            .times(new TierConfig.Times(second, Duration.ofSeconds(10), second, second))
            .build());
  }

  /** What the device says when the tier answers so. */
  private TierException against(BiConsumer<ModelInferRequest, LyingTier.Out> lie) throws Exception {
    try (LyingTier tier = new LyingTier(lie);
        DeviceTier device = device(tier);
        PlanExecutor plan = device.prepare(CUT)) {
      long start = System.nanoTime();
      try {
        plan.submit(INPUTS).get(20, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(8));
        assertThat(e.getCause()).isInstanceOf(TierException.class).message().doesNotContain("\n");
        assertThat(e.getCause()).hasMessageContaining(tier.address());
        return (TierException) java.util.Objects.requireNonNull(e.getCause());
      }
      throw new AssertionError("the lie was believed");
    }
  }

  private TierException changed(Consumer<ModelInferResponse.Builder> change) throws Exception {
    TierException fault =
        against(
            (request, out) -> {
              ModelInferResponse.Builder answer = LyingTier.honest(request);
              change.accept(answer);
              out.send(answer);
            });
    assertThat(fault.kind()).isEqualTo(Kind.PROTOCOL);
    return fault;
  }

  @Test
  void anHonestAnswerIsBelieved() throws Exception {
    try (LyingTier tier = new LyingTier((request, out) -> out.send(LyingTier.honest(request)));
        DeviceTier device = device(tier);
        PlanExecutor plan = device.prepare(CUT)) {
      assertThat(plan.execute(INPUTS).outputs()).containsOnlyKeys("y");
    }
  }

  @Test
  void wrongSizesShapesTypesAndNames() throws Exception {
    assertThat(changed(a -> a.setRawOutputContents(0, ByteString.copyFrom(new byte[28]))))
        .hasMessageContaining("has 28 bytes of raw contents; expected 32");
    assertThat(changed(a -> a.setRawOutputContents(0, ByteString.copyFrom(new byte[36]))))
        .hasMessageContaining("has 36 bytes");
    assertThat(changed(a -> a.getOutputsBuilder(0).setShape(1, 1L << 40)))
        .hasMessageContaining("expected FP32[1, 8]");
    assertThat(changed(a -> a.getOutputsBuilder(0).setShape(1, -8))).isNotNull();
    assertThat(changed(a -> a.getOutputsBuilder(0).clearShape().addShape(8))).isNotNull();
    assertThat(changed(a -> a.getOutputsBuilder(0).setDatatype("INT32")))
        .hasMessageContaining("expected FP32");
    assertThat(changed(a -> a.getOutputsBuilder(0).setDatatype("FP31"))).isNotNull();
    assertThat(changed(a -> a.getOutputsBuilder(0).setName("z")))
        .hasMessageContaining("output 'z' was not asked for");
    assertThat(changed(ModelInferResponse.Builder::clearRawOutputContents))
        .hasMessageContaining("typed elements");
    assertThat(changed(a -> a.clearOutputs().clearRawOutputContents()))
        .hasMessageContaining("outputs [] instead of [y]");
    assertThat(changed(a -> a.addRawOutputContents(ByteString.EMPTY)))
        .hasMessageContaining("2 raw contents");
    assertThat(
            changed(
                a -> a.addOutputs(a.getOutputs(0)).addRawOutputContents(a.getRawOutputContents(0))))
        .hasMessageContaining("twice");
  }

  @Test
  void answersThatNobodyAskedForEndTheStream() throws Exception {
    TierException stranger = against((request, out) -> out.send(answer(request).setId("nobody")));
    assertThat(stranger.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(stranger).hasMessageContaining("answered what it was not asked, or twice");
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger sent = new AtomicInteger();
    TierException endless =
        against(
            (request, out) -> {
              while (!over.get() && sent.incrementAndGet() < 10_000) {
                out.send(answer(request).setId("more"));
              }
            });
    over.set(true);
    assertThat(endless.kind()).isEqualTo(Kind.PROTOCOL);
  }

  private static ModelInferResponse.Builder answer(ModelInferRequest request) {
    return LyingTier.honest(request);
  }

  @Test
  void aSecondAnswerToARequestCutsTheTierOffAndTheNextRequestIsAnswered() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (LyingTier tier =
            new LyingTier(
                (request, out) -> {
                  out.send(answer(request));
                  if (requests.incrementAndGet() == 1) {
                    out.send(answer(request));
                  }
                });
        DeviceTier device = device(tier);
        PlanExecutor plan = device.prepare(CUT)) {
      CompletableFuture<Execution> first = plan.submit(INPUTS);
      CompletableFuture<Execution> second = plan.submit(INPUTS);
      assertThat(first.get(10, TimeUnit.SECONDS).outputs()).containsOnlyKeys("y");
      try {
        second.get(10, TimeUnit.SECONDS);
        // It came before the stream was cut, or on a new one.
      } catch (ExecutionException e) {
        assertThat(e.getCause()).hasMessageContaining("or twice");
      }
      while (requests.get() < 3) {
        plan.submit(INPUTS).handle((done, fault) -> done).get(10, TimeUnit.SECONDS);
      }
      assertThat(plan.execute(INPUTS).outputs()).containsOnlyKeys("y");
    }
  }

  @Test
  void garbageAndLyingLengthsAreUnreadable() throws Exception {
    Random random = new Random(3);
    byte[] noise = new byte[500];
    random.nextBytes(noise);
    noise[0] = 0x0B;
    assertThat(against((request, out) -> out.send(noise)).kind()).isEqualTo(Kind.PROTOCOL);
    // A nested message that says it has two gigabytes.
    byte[] vast = {0x12, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, 1};
    assertThat(against((request, out) -> out.send(vast)))
        .hasMessageContaining("reaches beyond its message");
    TierException cut =
        against(
            (request, out) -> {
              byte[] whole =
                  ModelStreamInferResponse.newBuilder()
                      .setInferResponse(answer(request))
                      .build()
                      .toByteArray();
              out.send(java.util.Arrays.copyOf(whole, whole.length - 5));
            });
    assertThat(cut.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(against((request, out) -> out.send(new byte[0]))).isNotNull();
    TierException large = against((request, out) -> out.send(new byte[2 * MESSAGE_BYTES]));
    assertThat(large.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(large).hasMessageContaining("too large");
  }

  @Test
  void statusesInsteadOfAnswersKeepTheirMeaning() throws Exception {
    assertThat(against((request, out) -> out.close(Status.OK)).kind()).isEqualTo(Kind.LOST);
    assertThat(against((request, out) -> out.close(Status.UNAVAILABLE)).kind())
        .isEqualTo(Kind.LOST);
    assertThat(against((request, out) -> out.close(Status.INTERNAL.withDescription("a\nb"))).kind())
        .isEqualTo(Kind.PROTOCOL);
    TierException unknown =
        against(
            (request, out) -> {
              ModelInferResponse.Builder about =
                  ModelInferResponse.newBuilder()
                      .setId(request.getId())
                      .putParameters(Params.CODE, Params.of("NO_SUCH_CODE"));
              out.send(
                  ModelStreamInferResponse.newBuilder()
                      .setErrorMessage("no\nway")
                      .setInferResponse(about)
                      .build()
                      .toByteArray());
            });
    assertThat(unknown).hasMessageContaining("no");
  }

  @Test
  void silenceAboutOneRequestEndsAtItsDeadline() throws Exception {
    try (LyingTier tier = new LyingTier((request, out) -> {});
        DeviceTier device =
            new DeviceTier(
                Nets.tier("device", store)
                    .next(tier.address())
                    .times(
                        new TierConfig.Times(
                            Duration.ofSeconds(1),
                            Duration.ofMillis(300),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1)))
                    .build());
        PlanExecutor plan = device.prepare(CUT)) {
      try {
        plan.submit(INPUTS).get(10, TimeUnit.SECONDS);
        throw new AssertionError("answered");
      } catch (ExecutionException e) {
        assertThat(e.getCause())
            .isInstanceOfSatisfying(
                TierException.class, t -> assertThat(t.kind()).isEqualTo(Kind.DEADLINE));
      }
    }
  }
}
