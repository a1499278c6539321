package org.scalpel.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.cost.Network;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.cost.Progress;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Request;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkProxyConfig;
import org.scalpel.testbed.LinkShape;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;

/** A slow device and an edge behind an emulated link that changes. */
@Timeout(90)
class LiveClientTest {
  private static final double SLOWDOWN = 40;

  @TempDir Path store;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  private record Rig(LiveClient client, TierServer edge, LinkProxy link, List<long[]> expected) {}

  private Rig rig(LinkShape shape) {
    return rig(shape, Request.of(Objective.LATENCY));
  }

  private Rig rig(LinkShape shape, Request request) {
    TierServer edge =
        opened(TierServer.start(TierConfig.builder("edge").store(store.resolve("edge")).build()));
    InetSocketAddress target = new InetSocketAddress(edge.address().host(), edge.address().port());
    LinkProxy link = opened(LinkProxy.start(LinkProxyConfig.loopback("wifi", target, shape)));
    DeviceTier device =
        opened(
            new DeviceTier(
                TierConfig.builder("device")
                    .store(store.resolve("device"))
                    .slowdown(SLOWDOWN)
                    .next("localhost:" + link.address().getPort())
                    .build()));
    OnnxModel model = LiveNets.products();
    KernelGraph kernels = device.engine().kernels(model);
    Profile profile =
        new Profiler(device.engine())
            .profile(
                kernels,
                LiveNets.input(1),
                ProfileOptions.DEFAULT.withBudget(Duration.ofSeconds(1)),
                Progress.NONE);
    LiveSetup setup =
        new LiveSetup(
            kernels,
            device.engine().facts(model, LiveNets.input(1)),
            List.of(
                new LiveSetup.Machine("device", profile.withSlowdown(SLOWDOWN)),
                new LiveSetup.Machine("edge", profile)),
            new Network(
                List.of(
                    new Network.LinkSpec("wifi", shape.upMbps(), shape.downMbps(), shape.rttMs()))),
            request,
            LivePolicy.DEFAULT);
    LiveClient client = opened(LiveClient.open(device, setup));
    List<long[]> expected = new ArrayList<>();
    try (var whole = device.engine().open(model)) {
      for (int i = 0; i < 4; i++) {
        expected.add(LiveNets.y(whole.run(LiveNets.input(i))).longs());
      }
    }
    return new Rig(client, edge, link, expected);
  }

  private static void ask(Rig rig, int number) {
    Execution answer = rig.client.infer(Inputs.of(LiveNets.input(number % 4)));
    assertThat(LiveNets.y(answer.outputs()).longs()).isEqualTo(rig.expected.get(number % 4));
  }

  private static boolean usesEdge(Rig rig) {
    return rig.client.partitions().get(0).assignment().containsValue("edge");
  }

  private static void until(String what, Runnable meanwhile, BooleanSupplier reached) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for: " + what).isLessThan(end);
      meanwhile.run();
    }
  }

  @Test
  void followsTheBandwidthDownAndUpAgainWithoutAWrongAnswer() {
    Rig rig = rig(LinkShape.symmetric(200, 2));
    assertThat(usesEdge(rig)).isTrue();
    int[] asked = {0};
    Runnable next = () -> ask(rig, asked[0]++);
    for (int i = 0; i < 10; i++) {
      next.run();
    }
    rig.link.shape(LinkShape.symmetric(0.8, 2));
    until("the device alone", next, () -> !usesEdge(rig));
    rig.link.shape(LinkShape.symmetric(200, 2));
    until("the edge again", next, () -> usesEdge(rig));
    next.run();
    assertThat(rig.client.counts().failed()).isZero();
    assertThat(rig.client.counts().answered()).isEqualTo(asked[0]);
    assertThat(rig.client.switches()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(rig.client.switches().get(0).reason()).contains("wifi");
  }

  @Test
  void finishesOnTheDeviceWhatTheLinkLost() throws Exception {
    Rig rig = rig(LinkShape.symmetric(200, 2));
    until("a plan for the worst", () -> LockSupport.parkNanos(1_000_000), () -> ready(rig));
    List<CompletableFuture<Execution>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      answers.add(rig.client.submit(Inputs.of(LiveNets.input(i % 4))));
    }
    rig.link.cut();
    for (int i = 0; i < answers.size(); i++) {
      long[] got = LiveNets.y(answers.get(i).get(30, TimeUnit.SECONDS).outputs()).longs();
      assertThat(got).isEqualTo(rig.expected.get(i % 4));
    }
    until("the device alone", () -> LockSupport.parkNanos(1_000_000), () -> !usesEdge(rig));
    ask(rig, 1);
    rig.link.restore();
    int[] asked = {0};
    until("the edge again", () -> ask(rig, asked[0]++), () -> usesEdge(rig));
    assertThat(rig.client.counts().failed()).isZero();
  }

  @Test
  void plansWithCodecsOfTensorsFollowTheLinkToo() {
    // At this rate the input takes four times what the device takes, a quarter of it as int8.
    Request lossy = Request.of(Objective.LATENCY).withLimits(Limits.NONE.maxLoss(0.05));
    Rig rig = rig(LinkShape.symmetric(40, 2), lossy);
    assertThat(usesEdge(rig)).isTrue();
    assertThat(codecs(rig)).isNotEmpty();
    int[] asked = {0};
    Runnable next = () -> askNearly(rig, asked[0]++);
    for (int i = 0; i < 8; i++) {
      next.run();
    }
    rig.link.shape(LinkShape.symmetric(0.4, 2));
    until("the device alone", next, () -> !usesEdge(rig));
    next.run();
    rig.link.shape(LinkShape.symmetric(40, 2));
    until("the edge again", next, () -> usesEdge(rig));
    assertThat(codecs(rig)).isNotEmpty();
    next.run();
    assertThat(rig.client.counts()).isEqualTo(new LiveClient.Counts(asked[0], 0, 0));
  }

  private static Map<String, Map<String, String>> codecs(Rig rig) {
    return rig.client.partitions().get(0).codecs();
  }

  /** What lost a little on its way may find another of two nearly equal numbers the larger one. */
  private static void askNearly(Rig rig, int number) {
    Execution answer = rig.client.infer(Inputs.of(LiveNets.input(number % 4)));
    long[] got = LiveNets.y(answer.outputs()).longs();
    long[] expected = rig.expected.get(number % 4);
    long equal = IntStream.range(0, got.length).filter(i -> got[i] == expected[i]).count();
    assertThat(equal).isGreaterThanOrEqualTo(got.length - 8);
  }

  private static boolean ready(Rig rig) {
    return rig.client.readyPlans() >= 2;
  }
}
