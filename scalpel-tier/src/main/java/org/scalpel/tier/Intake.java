package org.scalpel.tier;

/**
 * What a link really carries, seen from its receiving end: bytes that came after the first of their
 * message and the time in which they came. A sender has all of a message when it sends the first
 * byte, so in between the link is busy with it. Thread-safe.
 */
final class Intake {
  private long bytes;
  private long nanos;
  private long last;

  /** Totals since the beginning. */
  record Totals(long bytes, long nanos) {
    static final Totals ZERO = new Totals(0, 0);

    Totals since(Totals before) {
      return new Totals(bytes - before.bytes, nanos - before.nanos);
    }
  }

  /** The first bytes of a message came at {@code now}: they say nothing. */
  synchronized void first(long now) {
    last = now;
  }

  /** More bytes of that message came. */
  synchronized void more(long count, long now) {
    bytes += count;
    nanos += Math.max(0, now - last);
    last = now;
  }

  synchronized Totals totals() {
    return new Totals(bytes, nanos);
  }
}
