package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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

/** Tiers in processes of their own that are told to end, or killed, in the middle of a request. */
@Timeout(90)
class ProcessTest {
  private static final OnnxModel SLOW = Nets.wide(2_000_000);
  private static final Map<String, TensorData> INPUTS = Nets.inputs(SLOW, 1);

  @TempDir Path store;

  private DeviceTier device(Endpoint next) {
    return new DeviceTier(Nets.watchful("device", store).next(next.toString()).build());
  }

  private static void awaitRequest(DeviceTier device, long count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (device.next().orElseThrow().status().plans().get(0).requests() < count) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void aTierThatIsToldToEndFinishesItsRequestsAndExitsWithZero() throws Exception {
    // A run of some milliseconds becomes one of a second or more.
    try (ChildTier edge = ChildTier.start("edge", "localhost:0", store, "-", "300");
        DeviceTier device = device(edge.address());
        PlanExecutor plan = device.prepare(Nets.cut(SLOW, List.of("device", "edge"), 0))) {
      CompletableFuture<Execution> underWay = plan.submit(INPUTS);
      awaitRequest(device, 1);
      edge.signal("TERM");
      SplitExecutionTest.assertSame(
          underWay.get(30, TimeUnit.SECONDS).outputs(), Nets.whole(SLOW, INPUTS));
      assertThat(edge.exitCode()).isZero();
      assertThatThrownBy(() -> plan.execute(INPUTS)).isInstanceOf(TierException.class);
    }
  }

  @Test
  void aTierThatIsKilledInTheMiddleOfARequestIsNoticedAndAfterItsRestartTheNextRequestWorks()
      throws Exception {
    OnnxModel model = Nets.wide(2_000_000);
    List<String> three = List.of("device", "edge", "cloud");
    try (ChildTier cloud = ChildTier.start("cloud", "localhost:0", store, "-", "300");
        ChildTier edge = ChildTier.start("edge", "localhost:0", store, cloud.address().toString());
        DeviceTier device = device(edge.address());
        PlanExecutor plan = device.prepare(Nets.cut(model, three, 0, 0))) {
      kill(device, plan, cloud, 1);
      try (ChildTier again = ChildTier.start("cloud", cloud.address().toString(), store)) {
        assertThat(again.address()).isEqualTo(cloud.address());
        SplitExecutionTest.assertSame(plan.execute(INPUTS).outputs(), Nets.whole(SLOW, INPUTS));
      }
    }
    try (ChildTier edge = ChildTier.start("edge", "localhost:0", store, "-", "300");
        DeviceTier device = device(edge.address());
        PlanExecutor plan = device.prepare(Nets.cut(model, List.of("device", "edge"), 0))) {
      kill(device, plan, edge, 1);
      try (ChildTier again = ChildTier.start("edge", edge.address().toString(), store)) {
        assertThat(again.address()).isEqualTo(edge.address());
        SplitExecutionTest.assertSame(plan.execute(INPUTS).outputs(), Nets.whole(SLOW, INPUTS));
      }
    }
  }

  private static void kill(DeviceTier device, PlanExecutor plan, ChildTier victim, long requests)
      throws Exception {
    CompletableFuture<Execution> underWay = plan.submit(INPUTS);
    awaitRequest(device, requests);
    long start = System.nanoTime();
    victim.kill();
    try {
      underWay.get(30, TimeUnit.SECONDS);
      throw new AssertionError("answered");
    } catch (ExecutionException e) {
      System.out.printf("killed tier: noticed after %.0f ms%n", (System.nanoTime() - start) / 1e6);
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
      assertThat(e.getCause()).isInstanceOf(TierException.class).message().doesNotContain("\n");
    }
  }
}
