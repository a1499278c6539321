package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkProxyConfig;
import org.scalpel.testbed.LinkShape;
import org.scalpel.tier.TierException.Kind;

/** A neighbour that is gone is noticed within a second, one that is only slow is not given up. */
@Timeout(120)
class HeartbeatTest {
  private static final List<String> THREE = List.of("device", "edge", "cloud");
  private static final List<String> TWO = List.of("device", "edge");
  private static final OnnxModel MODEL = Nets.skipping(3);
  private static final Map<String, TensorData> INPUTS = Nets.inputs(MODEL, 5);
  // What the detection takes at most, and what a busy machine may add to a test.
  private static final double NOTICED_MS = 1000;
  private static final double LENIENT_MS = 1000;

  @TempDir Path store;

  @Test
  void aStoppedTierIsNoticedAndComesBackByItself() throws Exception {
    try (ChildTier edge = ChildTier.start("edge", "localhost:0", store);
        DeviceTier device =
            new DeviceTier(Nets.watchful("device", store).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(Nets.cut(MODEL, TWO, 2))) {
      SplitExecutionTest.assertSame(plan.execute(INPUTS).outputs(), Nets.whole(MODEL, INPUTS));
      awaitBeat(device);
      edge.signal("STOP");
      TierException lost = lost(plan, "stopped tier");
      assertThat(lost.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(lost.kind().exitCode()).isEqualTo(4);
      assertThat(lost)
          .message()
          .startsWith("tier 'edge' at " + edge.address() + " is unreachable: nothing was heard")
          .doesNotContain("\n");
      assertThat(circuit(device)).isNotEqualTo(Circuit.CLOSED);
      // While it is silent nobody waits for it.
      long start = System.nanoTime();
      assertThatThrownBy(() -> plan.execute(INPUTS)).hasMessageContaining("nothing was heard");
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
      edge.signal("CONT");
      await("the tier to be heard again", () -> circuit(device) == Circuit.CLOSED);
      SplitExecutionTest.assertSame(plan.execute(INPUTS).outputs(), Nets.whole(MODEL, INPUTS));
    }
  }

  @Test
  void aStoppedTierBehindTheNextIsNoticedAndNamed() throws Exception {
    try (ChildTier cloud = ChildTier.start("cloud", "localhost:0", store);
        TierServer edge =
            TierServer.start(
                Nets.watchful("edge", store).next(cloud.address().toString()).build());
        DeviceTier device =
            new DeviceTier(Nets.watchful("device", store).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(Nets.cut(MODEL, THREE, 2, 4))) {
      plan.execute(INPUTS);
      cloud.signal("STOP");
      TierException lost = lost(plan, "stopped tier behind the next");
      assertThat(lost.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(lost)
          .hasMessageContaining("cloud' at " + cloud.address())
          .hasMessageContaining("tier 'edge' at " + edge.address() + " reports");
      assertThat(circuit(device)).isEqualTo(Circuit.CLOSED);
      cloud.signal("CONT");
      await("an answer", () -> answers(plan));
    }
  }

  @Test
  void aHalfOpenLinkIsNoticedAndComesBackByItself() throws Exception {
    try (TierServer edge = TierServer.start(Nets.watchful("edge", store).build());
        LinkProxy link = link(edge, LinkShape.UNLIMITED);
        DeviceTier device = device(link);
        PlanExecutor plan = device.prepare(Nets.cut(MODEL, TWO, 2))) {
      plan.execute(INPUTS);
      awaitBeat(device);
      link.stall();
      assertThat(lost(plan, "half-open link").kind()).isEqualTo(Kind.UNREACHABLE);
      link.restore();
      await("an answer", () -> answers(plan));
      link.cut();
      assertThatThrownBy(() -> plan.execute(INPUTS)).isInstanceOf(TierException.class);
      link.restore();
      await("an answer", () -> answers(plan));
    }
  }

  @Test
  void controlCallsToASilentTierEndToo() throws Exception {
    try (ChildTier edge = ChildTier.start("edge", "localhost:0", store);
        TierClient client = TierClient.of(edge.address(), Nets.watchful("tool", store).build())) {
      client.status();
      await("a beat", () -> client.links().get(0).rttMs() > 0);
      edge.signal("STOP");
      long start = System.nanoTime();
      assertThatThrownBy(client::status)
          .isInstanceOfSatisfying(
              TierException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
          .hasMessageContaining("nothing was heard");
      report("status of a stopped tier", start);
      edge.signal("CONT");
    }
  }

  @Test
  void longComputingIsNotSilence() {
    OnnxModel model = Nets.wide(2_000_000);
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    try (TierServer edge = TierServer.start(Nets.watchful("edge", store).slowdown(500).build());
        DeviceTier device =
            new DeviceTier(Nets.watchful("device", store).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(Nets.cut(model, TWO, 0))) {
      SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), Nets.whole(model, inputs));
      assertThat(circuit(device)).isEqualTo(Circuit.CLOSED);
    }
  }

  @Test
  void aLongUploadOverAThinLinkIsNotSilence() {
    transfer(LinkShape.symmetric(1.1, 80), false);
  }

  @Test
  void aLongDownloadOverAThinLinkIsNotSilence() {
    transfer(LinkShape.symmetric(1.1, 80), true);
  }

  /** 37 s each way: only when asked for. */
  @Test
  void theThinnestLinkIsNotSilence() {
    assumeTrue(
        System.getenv("SCALPEL_SLOW_TESTS") != null,
        "set SCALPEL_SLOW_TESTS to send 600 kB over 0.13 Mbit/s each way");
    transfer(LinkShape.symmetric(0.13, 300), false);
    transfer(LinkShape.symmetric(0.13, 300), true);
  }

  private void transfer(LinkShape shape, boolean down) {
    OnnxModel model = Nets.lopsided(150_000, down);
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    try (TierServer edge = TierServer.start(Nets.watchful("edge", store).build());
        LinkProxy link = link(edge, LinkShape.UNLIMITED);
        DeviceTier device = device(link);
        PlanExecutor plan = device.prepare(Nets.cut(model, TWO, 0))) {
      link.shape(shape);
      long start = System.nanoTime();
      // From the first moment: the heartbeat may not even have its connection yet.
      SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), Nets.whole(model, inputs));
      System.out.printf(
          "600 kB %s at %.2f Mbit/s: %.1f s%n",
          down ? "down" : "up", shape.upMbps(), (System.nanoTime() - start) / 1e9);
      assertThat(circuit(device)).isEqualTo(Circuit.CLOSED);
    }
  }

  @Test
  void aSilenceShorterThanTwoBeatsIsRefused() {
    assertThatThrownBy(
            () ->
                new TierConfig.Times(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(100)))
        .hasMessageContaining("silence is 100 ms; expected 500 or more");
  }

  private static LinkProxy link(TierServer to, LinkShape shape) {
    return LinkProxy.start(
        LinkProxyConfig.loopback(
            "wifi", new InetSocketAddress("localhost", to.address().port()), shape));
  }

  private DeviceTier device(LinkProxy link) {
    String address = "localhost:" + link.address().getPort();
    return new DeviceTier(
        Nets.watchful("device", store)
            .next(address)
            .times(
                new TierConfig.Times(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(90),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1)))
            .build());
  }

  /** The exception of a request that is sent now; it must come within the bound. */
  private static TierException lost(PlanExecutor plan, String what) throws Exception {
    long start = System.nanoTime();
    CompletableFuture<Execution> answer = plan.submit(INPUTS);
    try {
      answer.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      report(what, start);
      return (TierException) Objects.requireNonNull(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError(what + " was not noticed at all", e);
    }
    throw new AssertionError("answered");
  }

  private static void report(String what, long start) {
    double ms = (System.nanoTime() - start) / 1e6;
    System.out.printf("%s: noticed after %.0f ms%n", what, ms);
    assertThat(ms).isLessThan(NOTICED_MS + LENIENT_MS);
  }

  private static boolean answers(PlanExecutor plan) {
    try {
      SplitExecutionTest.assertSame(plan.execute(INPUTS).outputs(), Nets.whole(MODEL, INPUTS));
      return true;
    } catch (TierException e) {
      return false;
    }
  }

  private static Circuit circuit(DeviceTier device) {
    return device.next().orElseThrow().circuit();
  }

  private static void awaitBeat(DeviceTier device) {
    await("a beat", () -> device.next().orElseThrow().links().get(0).rttMs() > 0);
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
