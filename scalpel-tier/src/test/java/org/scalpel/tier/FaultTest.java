package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.TierException.Kind;

@Timeout(60)
class FaultTest {
  private static final List<String> THREE = List.of("device", "edge", "cloud");
  private static final List<String> TWO = List.of("device", "edge");

  @TempDir Path store;

  @Test
  void aTierThatIsNotThereIsOneLineWithinTheConnectTime() {
    Deployment cut = Nets.cut(Nets.skipping(2), TWO, 1);
    try (DeviceTier device =
        new DeviceTier(Nets.tier("device", store).next("localhost:1").build())) {
      assertThatThrownBy(() -> device.prepare(cut))
          .isInstanceOfSatisfying(
              TierException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
          .hasMessageContaining("localhost:1")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void aTierThatTakesTheConnectionAndNeverAnswersIsGivenUp() throws Exception {
    Deployment cut = Nets.cut(Nets.skipping(2), TWO, 1);
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        DeviceTier device =
            new DeviceTier(
                Nets.tier("device", store)
                    .next("localhost:" + silent.getLocalPort())
                    .times(
                        new TierConfig.Times(
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1)))
                    .build())) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> device.prepare(cut))
          .isInstanceOfSatisfying(
              TierException.class, e -> assertThat(e.kind().exitCode()).isEqualTo(4));
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(10));
      try (Socket accepted = silent.accept()) {
        assertThat(accepted.isConnected()).isTrue();
      }
    }
  }

  @Test
  void killedTiersComeBackAndEveryRequestIsAnsweredRightOrRefused() throws Exception {
    OnnxModel model = Nets.skipping(3);
    Map<String, TensorData> inputs = Nets.inputs(model, 5);
    Map<String, TensorData> whole = Nets.whole(model, inputs);
    try (ChildTier cloud = ChildTier.start("cloud", "localhost:0", store);
        ChildTier edge = ChildTier.start("edge", "localhost:0", store, cloud.address().toString());
        DeviceTier device =
            new DeviceTier(Nets.tier("device", store).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(Nets.cut(model, THREE, 2, 4))) {
      SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), whole);

      List<CompletableFuture<Execution>> underWay = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        underWay.add(plan.submit(inputs));
        if (i == 50) {
          edge.kill();
        }
      }
      int refused = 0;
      for (CompletableFuture<Execution> one : underWay) {
        try {
          SplitExecutionTest.assertSame(one.get(20, TimeUnit.SECONDS).outputs(), whole);
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(TierException.class);
          refused++;
        }
      }
      assertThat(refused).isPositive();
      try (ChildTier again =
          ChildTier.start("edge", edge.address().toString(), store, cloud.address().toString())) {
        assertThat(again.address()).isEqualTo(edge.address());
        SplitExecutionTest.assertSame(eventually(plan, inputs).outputs(), whole);
        cloud.kill();
        assertThatThrownBy(() -> plan.execute(inputs)).isInstanceOf(TierException.class);
        try (ChildTier cloudAgain = ChildTier.start("cloud", cloud.address().toString(), store)) {
          assertThat(cloudAgain.address()).isEqualTo(cloud.address());
          SplitExecutionTest.assertSame(eventually(plan, inputs).outputs(), whole);
        }
      }
    }
  }

  /** A tier that came back may be found at the second try, never later than a few. */
  private static Execution eventually(PlanExecutor plan, Map<String, TensorData> inputs) {
    TierException last = new TierException(Kind.LOST, "never tried");
    for (int i = 0; i < 50; i++) {
      try {
        return plan.execute(inputs);
      } catch (TierException e) {
        last = e;
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(25));
      }
    }
    throw last;
  }

  @Test
  void anOccupiedPortIsOneClearLine() {
    try (TierServer first = TierServer.start(Nets.tier("edge", store).build())) {
      TierConfig same = Nets.tier("edge2", store).listen(first.address().toString()).build();
      assertThatThrownBy(() -> TierServer.start(same))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("cannot listen on " + first.address());
    }
  }

  @Test
  void listeningOffLoopbackIsRefusedUnlessAllowed() {
    TierConfig.Builder open = Nets.tier("edge", store).listen("0.0.0.0:0");
    assertThatThrownBy(() -> TierServer.start(open.build())).hasMessageContaining("--insecure");
    TierServer.start(open.insecure(true).build()).close();
  }

  @Test
  void closingFinishesWhatIsUnderWay() throws Exception {
    OnnxModel model = Nets.wide(2_000_000);
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    TierServer edge = TierServer.start(Nets.tier("edge", store).slowdown(30).build());
    try (DeviceTier device =
            new DeviceTier(Nets.tier("device", store).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(Nets.cut(model, TWO, 0))) {
      CompletableFuture<Execution> slow = plan.submit(inputs);
      while (device.next().orElseThrow().status().plans().get(0).requests() == 0) {
        Thread.onSpinWait();
      }
      edge.close();
      SplitExecutionTest.assertSame(
          slow.get(10, TimeUnit.SECONDS).outputs(), Nets.whole(model, inputs));
      assertThatThrownBy(() -> plan.execute(inputs)).isInstanceOf(TierException.class);
    } finally {
      edge.close();
    }
  }

  @Test
  void aDeadlineEndsTheWaitAndShrinksOverTheHops() {
    OnnxModel model = Nets.wide(2_000_000);
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    try (TierServer edge = TierServer.start(Nets.tier("edge", store).slowdown(2000).build());
        DeviceTier device =
            new DeviceTier(
                Nets.tier("device", store)
                    .next(edge.address().toString())
                    .times(
                        new TierConfig.Times(
                            Duration.ofSeconds(1),
                            Duration.ofMillis(300),
                            Duration.ofSeconds(20),
                            Duration.ofSeconds(1)))
                    .build());
        PlanExecutor plan = device.prepare(Nets.cut(model, TWO, 0))) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> plan.execute(inputs))
          .isInstanceOfSatisfying(
              TierException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DEADLINE));
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(1500));
    }
  }

  @Test
  void aFullQueueRefusesInsteadOfGrowing() {
    OnnxModel model = Nets.wide(100_000);
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    try (TierServer edge =
            TierServer.start(Nets.tier("edge", store).queueCapacity(1).slowdown(4000).build());
        DeviceTier device =
            new DeviceTier(
                Nets.tier("device", store).window(16).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(Nets.cut(model, TWO, 0))) {
      List<CompletableFuture<Execution>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(plan.submit(inputs));
      }
      List<Kind> refusals = new ArrayList<>();
      for (CompletableFuture<Execution> one : all) {
        try {
          one.join();
        } catch (java.util.concurrent.CompletionException e) {
          assertThat(e.getCause())
              .isInstanceOfSatisfying(TierException.class, t -> refusals.add(t.kind()));
        }
      }
      assertThat(refusals).isNotEmpty().containsOnly(Kind.OVERLOADED);
      assertThat(refusals).hasSizeLessThan(16);
    }
  }
}
