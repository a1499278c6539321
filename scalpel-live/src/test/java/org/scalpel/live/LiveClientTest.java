package org.scalpel.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Request;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkShape;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;

/** A slow device and an edge behind an emulated link that changes. */
@Timeout(90)
class LiveClientTest {
  private static final double SLOWDOWN = 40;

  @TempDir Path store;

  private LiveRig rig(LinkShape shape) {
    return rig(shape, Request.of(Objective.LATENCY));
  }

  private LiveRig rig(LinkShape shape, Request request) {
    return new LiveRig(store, new LiveRig.Order(LiveNets.products(), SLOWDOWN, shape, request));
  }

  /** What the whole model answers to each of the inputs. */
  private static List<long[]> expected(LiveRig rig) {
    List<long[]> expected = new ArrayList<>();
    try (var whole = rig.device.engine().open(LiveNets.products())) {
      for (int i = 0; i < 4; i++) {
        expected.add(LiveNets.y(whole.run(LiveNets.input(i))).longs());
      }
    }
    return expected;
  }

  private static void ask(LiveRig rig, List<long[]> expected, int number) {
    Execution answer = rig.client.infer(Inputs.of(LiveNets.input(number % 4)));
    assertThat(LiveNets.y(answer.outputs()).longs()).isEqualTo(expected.get(number % 4));
  }

  @Test
  void followsTheBandwidthDownAndUpAgainWithoutAWrongAnswer() {
    try (LiveRig rig = rig(LinkShape.symmetric(200, 2))) {
      List<long[]> expected = expected(rig);
      assertThat(rig.usesEdge()).isTrue();
      int[] asked = {0};
      Runnable next = () -> ask(rig, expected, asked[0]++);
      for (int i = 0; i < 10; i++) {
        next.run();
      }
      rig.link.shape(LinkShape.symmetric(0.8, 2));
      LiveRig.until("the device alone", next, () -> !rig.usesEdge());
      rig.link.shape(LinkShape.symmetric(200, 2));
      LiveRig.until("the edge again", next, () -> rig.usesEdge());
      next.run();
      assertThat(rig.client.counts().failed()).isZero();
      assertThat(rig.client.counts().answered()).isEqualTo(asked[0]);
      assertThat(rig.client.switches()).hasSizeGreaterThanOrEqualTo(2);
      assertThat(rig.client.switches().get(0).reason()).contains("wifi");
    }
  }

  @Test
  void finishesOnTheDeviceWhatTheLinkLost() throws Exception {
    try (LiveRig rig = rig(LinkShape.symmetric(200, 2))) {
      List<long[]> expected = expected(rig);
      LiveRig.until(
          "a plan for the worst", () -> LockSupport.parkNanos(1_000_000), () -> ready(rig));
      List<CompletableFuture<Execution>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(rig.client.submit(Inputs.of(LiveNets.input(i % 4))));
      }
      rig.link.cut();
      for (int i = 0; i < answers.size(); i++) {
        long[] got = LiveNets.y(answers.get(i).get(30, TimeUnit.SECONDS).outputs()).longs();
        assertThat(got).isEqualTo(expected.get(i % 4));
      }
      LiveRig.until(
          "the device alone", () -> LockSupport.parkNanos(1_000_000), () -> !rig.usesEdge());
      ask(rig, expected, 1);
      rig.link.restore();
      int[] asked = {0};
      LiveRig.until("the edge again", () -> ask(rig, expected, asked[0]++), () -> rig.usesEdge());
      assertThat(rig.client.counts().failed()).isZero();
    }
  }

  @Test
  void beginsAloneWhereTheTierBehindIsNotThereYetAndTakesItWhenItComes() {
    LiveRig.Order order =
        new LiveRig.Order(
            LiveNets.products(),
            SLOWDOWN,
            LinkShape.symmetric(200, 2),
            Request.of(Objective.LATENCY));
    try (LiveRig rig = new LiveRig(store, order, setup -> setup, LinkProxy::cut)) {
      List<long[]> expected = expected(rig);
      assertThat(rig.usesEdge()).isFalse();
      ask(rig, expected, 0);
      rig.link.restore();
      int[] asked = {0};
      LiveRig.until("the edge", () -> ask(rig, expected, asked[0]++), rig::usesEdge);
      ask(rig, expected, 1);
      assertThat(rig.client.counts().failed()).isZero();
    }
  }

  @Test
  void plansWithCodecsOfTensorsFollowTheLinkToo() {
    // At this rate the input takes four times what the device takes, a quarter of it as int8.
    Request lossy = Request.of(Objective.LATENCY).withLimits(Limits.NONE.maxLoss(0.05));
    try (LiveRig rig = rig(LinkShape.symmetric(40, 2), lossy)) {
      List<long[]> expected = expected(rig);
      assertThat(rig.usesEdge()).isTrue();
      assertThat(codecs(rig)).isNotEmpty();
      int[] asked = {0};
      Runnable next = () -> askNearly(rig, expected, asked[0]++);
      for (int i = 0; i < 8; i++) {
        next.run();
      }
      rig.link.shape(LinkShape.symmetric(0.4, 2));
      LiveRig.until("the device alone", next, () -> !rig.usesEdge());
      next.run();
      rig.link.shape(LinkShape.symmetric(40, 2));
      LiveRig.until("the edge again", next, () -> rig.usesEdge());
      assertThat(codecs(rig)).isNotEmpty();
      next.run();
      assertThat(rig.client.counts()).isEqualTo(new LiveClient.Counts(asked[0], 0, 0));
    }
  }

  private static Map<String, Map<String, String>> codecs(LiveRig rig) {
    return rig.partition().codecs();
  }

  /** What lost a little on its way may find another of two nearly equal numbers the larger one. */
  private static void askNearly(LiveRig rig, List<long[]> expected, int number) {
    Execution answer = rig.client.infer(Inputs.of(LiveNets.input(number % 4)));
    long[] got = LiveNets.y(answer.outputs()).longs();
    long[] right = expected.get(number % 4);
    long equal = IntStream.range(0, got.length).filter(i -> got[i] == right[i]).count();
    assertThat(equal).isGreaterThanOrEqualTo(got.length - 8);
  }

  private static boolean ready(LiveRig rig) {
    return rig.client.readyPlans() >= 2;
  }
}
