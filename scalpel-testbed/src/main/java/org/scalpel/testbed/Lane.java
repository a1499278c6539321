package org.scalpel.testbed;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One direction of a link: a serial line of a rate, then a delay. All connections share it.
 *
 * <pre>
 *   flow 1 ▒▒▒▒ ┐
 *   flow 2 ▒▒   ├─ in turn, a quantum each ─▶ [ line: bits / rate ] ─▶ [ air: delay ] ─▶ sinks
 *   flow 3 ▒▒▒  ┘
 * </pre>
 *
 * <p>Time is virtual: a quantum's end is computed from the end of the one before it, never from the
 * moment when some thread woke up, so late timers delay single quanta but do not lower the rate. A
 * flow whose sink is full gets no turn, so that what waits in the air is at most rate × delay.
 *
 * <p>Confined to one thread. Pure apart from the sinks: a test drives it with a clock of its own.
 */
final class Lane {
  /** A turn: half a millisecond of line time, but no less than an Ethernet frame's payload. */
  static final int MIN_QUANTUM = 1460;

  static final int MAX_QUANTUM = 64 << 10;
  private static final double QUANTUM_SECONDS = 0.0005;
  private static final long NEVER = Long.MAX_VALUE;

  private record Flying(Flow flow, ByteBuf bytes, long due) {}

  private final Deque<Flow> turns = new ArrayDeque<>();
  private final Deque<Flying> air = new ArrayDeque<>();
  private double bitsPerNano;
  private long delay;
  private boolean paused;
  private long delivered;

  // What is on the line now.
  private Flow sender = Flow.NONE;
  private ByteBuf sending = Flow.end();
  private double bitsLeft;
  private double since;

  Lane(double mbps, long delayNanos) {
    this.bitsPerNano = mbps / 1000;
    this.delay = delayNanos;
  }

  /** Bytes handed to the sinks. */
  long delivered() {
    return delivered;
  }

  /** Changes rate and delay from now on; what is on the line finishes at the new rate. */
  void shape(double mbps, long delayNanos, long now) {
    advance(now);
    settle(now);
    bitsPerNano = mbps / 1000;
    delay = delayNanos;
    startNext((double) now);
  }

  /** Stops the line without changing its rate, or lets it go on. */
  void pause(boolean stop, long now) {
    advance(now);
    settle(now);
    paused = stop;
    startNext((double) now);
  }

  /** Takes bytes that a source has written; an empty buffer marks the end of the stream. */
  void offer(Flow flow, ByteBuf bytes, long now) {
    advance(now);
    flow.queue(bytes);
    takeTurn(flow);
    startNext((double) now);
  }

  /** A sink has room again. */
  void wake(Flow flow, long now) {
    advance(now);
    takeTurn(flow);
    startNext((double) now);
  }

  /** Forgets a flow and all that it still has here. */
  void remove(Flow flow, long now) {
    advance(now);
    turns.remove(flow);
    flow.release();
    air.removeIf(
        flying -> {
          boolean gone = flying.flow == flow;
          if (gone) {
            flying.bytes.release();
          }
          return gone;
        });
    if (sender == flow) {
      sending.release();
      sender = Flow.NONE;
    }
    startNext((double) now);
  }

  /** Does everything that is due. */
  void advance(long now) {
    while (true) {
      long lineEnd = lineEnd();
      long landing = air.isEmpty() ? NEVER : air.peek().due;
      if (Math.min(lineEnd, landing) > now) {
        return;
      }
      if (landing <= lineEnd) {
        land(air.remove());
      } else {
        leaveLine();
      }
    }
  }

  /** When {@link #advance} has something to do next. */
  long next() {
    return Math.min(lineEnd(), air.isEmpty() ? NEVER : air.peek().due);
  }

  private void land(Flying flying) {
    delivered += flying.bytes.readableBytes();
    flying.flow.deliver(flying.bytes);
  }

  private void leaveLine() {
    double end = since + bitsLeft / bitsPerNano;
    // A shorter delay must not let bytes overtake those already in the air.
    long due = Math.max((long) Math.ceil(end) + delay, air.isEmpty() ? 0 : air.peekLast().due);
    air.add(new Flying(sender, sending, due));
    takeTurn(sender);
    sender = Flow.NONE;
    startNext(end);
  }

  /** When the line is free; never while it is stopped or idle. */
  private long lineEnd() {
    if (sender == Flow.NONE || paused || bitsPerNano == 0) {
      return NEVER;
    }
    return (long) Math.ceil(since + bitsLeft / bitsPerNano);
  }

  /** Accounts for what the line has carried up to now at the rate that ends now. */
  private void settle(long now) {
    if (sender == Flow.NONE) {
      return;
    }
    if (!paused && now > since) {
      bitsLeft = Math.max(0, bitsLeft - (now - since) * bitsPerNano);
    }
    since = Math.max(since, (double) now);
  }

  private void takeTurn(Flow flow) {
    if (flow.hasWork() && !flow.waiting()) {
      flow.waiting(true);
      turns.add(flow);
    }
  }

  private void startNext(double at) {
    while (sender == Flow.NONE && !turns.isEmpty()) {
      Flow flow = turns.remove();
      flow.waiting(false);
      // A full sink gives its turn away; it comes back by wake().
      if (flow.hasWork() && flow.hasRoom()) {
        sender = flow;
        sending = flow.take(quantum());
        bitsLeft = 8.0 * sending.readableBytes();
        since = at;
      }
    }
  }

  private int quantum() {
    double bytes = bitsPerNano * 1e9 / 8 * QUANTUM_SECONDS;
    return (int) Math.max(MIN_QUANTUM, Math.min(MAX_QUANTUM, bytes));
  }
}
