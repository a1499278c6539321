package org.scalpel.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.scalpel.graph.TensorData;

/**
 * Requests at even distances in time, each timed from the moment at which it was due, so that one
 * that had to wait for another is charged for it. Every answer is compared with the right one.
 *
 * @param right answers to the inputs, in their order
 */
record SteadyLoad(List<Map<String, TensorData>> inputs, List<float[]> right) {

  /** Answers of one round, each compared with the runtime's own. */
  static final class Tally {
    final AtomicLong answered = new AtomicLong();
    final AtomicLong wrong = new AtomicLong();
    final AtomicLong failed = new AtomicLong();

    void add(SmallTier.@Nullable Seen seen, float[] expected) {
      if (seen == null) {
        failed.incrementAndGet();
        return;
      }
      if (!Arrays.equals(seen.output().floats(), expected)) {
        wrong.incrementAndGet();
      }
      seen.release().run();
      answered.incrementAndGet();
    }
  }

  /**
   * What came of it.
   *
   * @param tookNs in ascending order
   * @param lateNs how late requests were sent, in ascending order; part of what they took
   */
  // Arrays: hundreds of thousands of numbers.
  @SuppressWarnings("ArrayRecordComponent")
  record Outcome(double rate, long[] tookNs, long[] lateNs, Tally tally) {
    double tookMs(double share) {
      return quantile(tookNs, share);
    }

    double lateMs(double share) {
      return quantile(lateNs, share);
    }

    private static double quantile(long[] sorted, double share) {
      return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))] / 1e6;
    }
  }

  Outcome run(SmallTier.Asking asking, double rate, int seconds) {
    int count = (int) (rate * seconds);
    long[] took = new long[count];
    long[] late = new long[count];
    Tally tally = new Tally();
    Semaphore all = new Semaphore(0);
    long begun = System.nanoTime();
    Pace pace = new Pace(1e3 / rate);
    for (int i = 0; i < count; i++) {
      int request = i;
      long due = pace.await();
      late[i] = System.nanoTime() - due;
      float[] expected = right.get(i % inputs.size());
      var unused =
          asking
              .ask(inputs.get(i % inputs.size()))
              .whenComplete(
                  (seen, fault) -> {
                    took[request] = System.nanoTime() - due;
                    tally.add(seen, expected);
                    all.release();
                  });
    }
    all.acquireUninterruptibly(count);
    double achieved = count * 1e9 / (System.nanoTime() - begun);
    Arrays.sort(took);
    Arrays.sort(late);
    return new Outcome(achieved, took, late, tally);
  }
}
