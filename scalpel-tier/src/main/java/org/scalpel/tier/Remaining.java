package org.scalpel.tier;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long it lately took from an exit to the end, for requests that went on. Thread-safe.
 *
 * <p>Once a second one request goes on although it should be too late: without it nobody would
 * notice that the way became faster. That costs it nothing but its time, for its answer so far is
 * kept.
 */
final class Remaining {
  private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long NEVER = Long.MIN_VALUE;

  private final AtomicLong usualNs = new AtomicLong();
  private final AtomicLong triedAt = new AtomicLong(NEVER);
  private volatile boolean measured;

  /** What a plan predicts; holds until something was measured. */
  void expect(long ns) {
    if (!measured) {
      usualNs.set(Math.max(0, ns));
    }
  }

  /** Whether going on fits into what is left. What is not known fits. */
  boolean fits(long slackNs) {
    if (slackNs <= 0) {
      return false;
    }
    if (usualNs.get() <= slackNs) {
      return true;
    }
    long now = System.nanoTime();
    if (triedAt.compareAndSet(NEVER, now)) {
      return false;
    }
    long last = triedAt.get();
    return now - last > AGAIN_NS && triedAt.compareAndSet(last, now);
  }

  /** A request went on and took so long. Much less than usual is believed at once. */
  void took(long ns) {
    boolean first = !measured;
    measured = true;
    usualNs.updateAndGet(usual -> first || 2 * ns < usual ? ns : usual + (ns - usual) / 4);
  }

  /** A request went on and was given up after so long. */
  void tookMoreThan(long ns) {
    measured = true;
    usualNs.accumulateAndGet(ns, Math::max);
  }
}
