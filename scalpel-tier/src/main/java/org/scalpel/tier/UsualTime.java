package org.scalpel.tier;

import java.util.concurrent.atomic.AtomicLong;

/** What runs of one kind took lately, ns. Safe for use by several threads. */
final class UsualTime {
  // A run that the system interrupted says little about the next. Taken at its word, a few would
  // send short runs to the workers, where a queue that has once formed stays for a while and the
  // reader of requests competes with them for its core. So it rises slowly and falls quickly.
  private static final int MOST_GROWTH = 2;
  private static final long LEAST_NS = 1_000;
  private static final int RISE = 16;
  private static final int FALL = 4;

  private final AtomicLong ns = new AtomicLong(Long.MAX_VALUE);

  /** One took so long. */
  void took(long taken) {
    ns.updateAndGet(before -> before == Long.MAX_VALUE ? taken : nearer(before, taken));
  }

  private static long nearer(long before, long taken) {
    long bounded = Math.min(taken, MOST_GROWTH * before + LEAST_NS);
    return before + (bounded - before) / (bounded > before ? RISE : FALL);
  }

  /** Whether the next will probably take less than that; false where nothing ran yet. */
  boolean isBelow(long limit) {
    return ns.get() < limit;
  }
}
