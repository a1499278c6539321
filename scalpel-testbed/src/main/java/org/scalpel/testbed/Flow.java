package org.scalpel.testbed;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One connection's bytes in one direction: what its source has written and the line has not taken.
 */
final class Flow {
  /** Above this the source is no longer read; below half of it, it is read again. */
  static final int HIGH_WATER = 512 << 10;

  /** Where a flow's bytes come from and go to. */
  interface Ends {
    /** Reads on, or stops reading, at the source. */
    void reading(boolean on);

    /** Whether the sink takes more now; if not, it will call {@link Lane#wake} later. */
    boolean hasRoom();

    /** Takes over the bytes; an empty buffer ends the stream. */
    void deliver(ByteBuf bytes);
  }

  private static final Ends NOWHERE =
      new Ends() {
        @Override
        public void reading(boolean on) {}

        @Override
        public boolean hasRoom() {
          return false;
        }

        @Override
        public void deliver(ByteBuf bytes) {
          bytes.release();
        }
      };

  /** No flow. */
  static final Flow NONE = new Flow(NOWHERE);

  private final Ends ends;
  private final Deque<ByteBuf> queue = new ArrayDeque<>();
  private int queued;
  private boolean reading = true;
  private boolean waiting;

  Flow(Ends ends) {
    this.ends = ends;
  }

  void queue(ByteBuf bytes) {
    queue.add(bytes);
    queued += bytes.readableBytes();
    if (reading && queued > HIGH_WATER) {
      reading = false;
      ends.reading(false);
    }
  }

  boolean hasWork() {
    return !queue.isEmpty();
  }

  boolean hasRoom() {
    return ends.hasRoom();
  }

  boolean waiting() {
    return waiting;
  }

  void waiting(boolean inLine) {
    waiting = inLine;
  }

  /** At most so many bytes from the front. */
  ByteBuf take(int most) {
    ByteBuf head = queue.element();
    ByteBuf taken = head;
    if (head.readableBytes() > most) {
      taken = head.readRetainedSlice(most);
    } else {
      queue.remove();
    }
    queued -= taken.readableBytes();
    if (!reading && queued < HIGH_WATER / 2) {
      reading = true;
      ends.reading(true);
    }
    return taken;
  }

  void deliver(ByteBuf bytes) {
    ends.deliver(bytes);
  }

  void release() {
    queue.forEach(ByteBuf::release);
    queue.clear();
    queued = 0;
    waiting = false;
  }

  /** The mark of a stream's end. */
  static ByteBuf end() {
    return Unpooled.EMPTY_BUFFER;
  }
}
