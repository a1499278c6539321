package org.scalpel.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shaping alone, on a clock that the test moves. */
class LaneTest {
  private static final long MS = 1_000_000;

  private long now;

  private final class Probe implements Flow.Ends {
    private final List<Long> times = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private long bytes;
    private boolean reading = true;
    private boolean room = true;
    private boolean ended;

    @Override
    public void reading(boolean on) {
      reading = on;
    }

    @Override
    public boolean hasRoom() {
      return room;
    }

    @Override
    public void deliver(ByteBuf buffer) {
      times.add(now);
      bytes += buffer.readableBytes();
      ended |= !buffer.isReadable();
      if (buffer.readableBytes() < 100) {
        text.append(buffer.toString(java.nio.charset.StandardCharsets.US_ASCII));
      }
      buffer.release();
    }
  }

  private void runUntil(Lane lane, long end) {
    while (lane.next() <= end) {
      now = Math.max(now, lane.next());
      lane.advance(now);
    }
    now = end;
    lane.advance(now);
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 1, 0",
    "0.1, 5000, 50",
    "1.1, 150528, 5",
    "18.88, 602112, 2.5",
    "100, 1000000, 20",
    "1000, 3211264, 0.5",
    "1000, 100, 10"
  })
  void aMessageTakesItsBitsOverTheRatePlusTheDelay(double mbps, int bytes, double delayMs) {
    Lane lane = new Lane(mbps, Math.round(delayMs * MS));
    Probe probe = new Probe();
    lane.offer(new Flow(probe), Unpooled.wrappedBuffer(new byte[bytes]), 0);
    runUntil(lane, 1000_000 * MS);
    assertThat(probe.bytes).isEqualTo(bytes);
    double tookMs = probe.times.get(probe.times.size() - 1) / (double) MS;
    double expectedMs = bytes * 8 / mbps / 1000 + delayMs;
    assertThat(tookMs).isCloseTo(expectedMs, within(1e-4));
  }

  @Test
  void lateWakeUpsDoNotLowerTheRate() {
    Lane lane = new Lane(100, 0);
    Probe probe = new Probe();
    Random random = new Random(1);
    lane.offer(new Flow(probe), Unpooled.wrappedBuffer(new byte[1_000_000]), 0);
    while (probe.bytes < 1_000_000) {
      now = lane.next() + random.nextInt((int) (2 * MS));
      lane.advance(now);
    }
    assertThat(now / (double) MS).isBetween(80.0, 82.1);
  }

  @Test
  void flowsShareTheLineEquallyWhateverTheyOffer() {
    Lane lane = new Lane(10, 0);
    Probe big = new Probe();
    Probe small = new Probe();
    lane.offer(new Flow(big), Unpooled.wrappedBuffer(new byte[1_000_000]), 0);
    Flow second = new Flow(small);
    for (int i = 0; i < 100; i++) {
      lane.offer(second, Unpooled.wrappedBuffer(new byte[Lane.MIN_QUANTUM]), 0);
    }
    runUntil(lane, 100 * MS);
    assertThat(Math.abs(big.bytes - small.bytes)).isLessThanOrEqualTo(2 * Lane.MIN_QUANTUM);
    assertThat(big.bytes + small.bytes).isBetween(122_000L, 125_000L);
  }

  @Test
  void aNewRateHoldsForWhatIsOnTheLineAlready() {
    Lane lane = new Lane(0.01, 0); // 1460 bytes would take 1168 ms
    Probe probe = new Probe();
    lane.offer(new Flow(probe), Unpooled.wrappedBuffer(new byte[1000]), 0); // 800 ms
    runUntil(lane, 400 * MS);
    assertThat(probe.bytes).isZero();
    lane.shape(0.1, 0, now);
    runUntil(lane, 439 * MS);
    assertThat(probe.bytes).isZero();
    runUntil(lane, 441 * MS);
    assertThat(probe.bytes).isEqualTo(1000);
  }

  @Test
  void nothingPassesAtZeroNorWhilePaused() {
    Lane lane = new Lane(0, 0);
    Probe probe = new Probe();
    lane.offer(new Flow(probe), Unpooled.wrappedBuffer(new byte[100]), 0);
    runUntil(lane, 60_000 * MS);
    assertThat(probe.times).isEmpty();
    lane.pause(true, now);
    lane.shape(1000, 0, now);
    runUntil(lane, 70_000 * MS);
    assertThat(probe.times).isEmpty();
    lane.pause(false, now);
    runUntil(lane, 70_001 * MS);
    assertThat(probe.bytes).isEqualTo(100);
  }

  @Test
  void aShorterDelayDoesNotReorder() {
    Lane lane = new Lane(1000, 100 * MS);
    Probe probe = new Probe();
    Flow flow = new Flow(probe);
    lane.offer(
        flow, Unpooled.copiedBuffer("first ", java.nio.charset.StandardCharsets.US_ASCII), 0);
    runUntil(lane, 10 * MS);
    lane.shape(1000, 0, now);
    lane.offer(
        flow, Unpooled.copiedBuffer("second", java.nio.charset.StandardCharsets.US_ASCII), now);
    runUntil(lane, 200 * MS);
    assertThat(probe.text).hasToString("first second");
  }

  @Test
  void aFullSinkStopsOnlyItsOwnFlowAndFinallyItsSource() {
    Lane lane = new Lane(1000, 0);
    Probe stuck = new Probe();
    stuck.room = false;
    Probe free = new Probe();
    Flow stuckFlow = new Flow(stuck);
    lane.offer(stuckFlow, Unpooled.wrappedBuffer(new byte[Flow.HIGH_WATER + 1]), 0);
    lane.offer(new Flow(free), Unpooled.wrappedBuffer(new byte[1000]), 0);
    runUntil(lane, 10 * MS);
    assertThat(free.bytes).isEqualTo(1000);
    assertThat(stuck.bytes).isZero();
    assertThat(stuck.reading).isFalse();
    stuck.room = true;
    lane.wake(stuckFlow, now);
    runUntil(lane, 100 * MS);
    assertThat(stuck.bytes).isEqualTo(Flow.HIGH_WATER + 1);
    assertThat(stuck.reading).isTrue();
  }

  @Test
  void anUnlimitedLineOnlyDelays() {
    Lane lane = new Lane(Double.POSITIVE_INFINITY, 3 * MS);
    Probe probe = new Probe();
    lane.offer(new Flow(probe), Unpooled.wrappedBuffer(new byte[300_000]), 0);
    runUntil(lane, 3 * MS);
    assertThat(probe.bytes).isEqualTo(300_000);
    assertThat(probe.times).containsOnly(3 * MS);
  }

  @Test
  void theEndOfAStreamComesAfterItsLastByte() {
    Lane lane = new Lane(1, MS);
    Probe probe = new Probe();
    Flow flow = new Flow(probe);
    lane.offer(flow, Unpooled.wrappedBuffer(new byte[10_000]), 0);
    lane.offer(flow, Flow.end(), 0);
    runUntil(lane, 80 * MS);
    assertThat(probe.ended).isFalse();
    runUntil(lane, 82 * MS);
    assertThat(probe.ended).isTrue();
    assertThat(probe.bytes).isEqualTo(10_000);
  }

  @Test
  void aRemovedFlowFreesTheLineAndItsBuffers() {
    Lane lane = new Lane(1, MS);
    ByteBuf bytes = Unpooled.wrappedBuffer(new byte[10_000]);
    Flow gone = new Flow(new Probe());
    lane.offer(gone, bytes, 0);
    runUntil(lane, 13 * MS);
    lane.remove(gone, now);
    assertThat(bytes.refCnt()).isZero();
    Probe probe = new Probe();
    lane.offer(new Flow(probe), Unpooled.wrappedBuffer(new byte[125]), now);
    runUntil(lane, now + 2 * MS);
    assertThat(probe.bytes).isEqualTo(125);
  }
}
