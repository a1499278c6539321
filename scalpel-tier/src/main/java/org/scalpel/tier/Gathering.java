package org.scalpel.tier;

/**
 * Whether an answer that is ready while more requests are being read goes to the socket at once. A
 * write wakes the peer, which costs more than a small answer itself, so answers to requests that
 * came together and take next to no time leave together; one that took its time, or is large, does
 * not wait for others. On the lane's thread.
 */
final class Gathering {
  private static final long QUICK_NS = 100_000;
  private static final long LONGEST_NS = 200_000;
  private static final int MOST = 16;
  private static final int MOST_BYTES = 16 * 1024;

  private boolean reading;
  private long mark;
  private long first;
  private int count;
  private int bytes;

  /** Requests are read from now on. */
  void begin(long nowNs) {
    if (!reading) {
      reading = true;
      mark = nowNs;
      count = 0;
      bytes = 0;
    }
  }

  /** Everything that came has been read: nothing waits any more. */
  void end() {
    reading = false;
  }

  /** Whether an answer of so many bytes may wait; if not, all that wait must go. */
  boolean gather(int size) {
    if (!reading) {
      return false;
    }
    long now = System.nanoTime();
    if (count == 0) {
      first = now;
    }
    count++;
    bytes += size;
    boolean waits =
        now - mark < QUICK_NS && now - first < LONGEST_NS && count < MOST && bytes < MOST_BYTES;
    mark = now;
    if (!waits) {
      count = 0;
      bytes = 0;
    }
    return waits;
  }
}
