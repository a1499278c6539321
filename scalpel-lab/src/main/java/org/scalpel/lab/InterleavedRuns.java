package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;

/**
 * Single requests of several plans in rounds, each plan once a round in an order that is drawn
 * anew, so that whatever disturbs the machine disturbs all alike and one round's times are pairs.
 * Before each request everything has been idle for a while.
 */
final class InterleavedRuns {
  private static final Duration PAUSE = Duration.ofMillis(30);

  /**
   * When to stop.
   *
   * @param least rounds, in any case
   * @param time after which no further round begins
   * @param precision relative half width of every plan's 95 % interval that is enough
   */
  record Stop(int least, Duration time, double precision) {}

  private InterleavedRuns() {}

  /** Latencies in ms by plan, each round's at the same place; one round before does not count. */
  static Map<String, List<Double>> run(
      Map<String, PlanExecutor> plans, Inputs inputs, Stop stop, long seed) {
    List<String> order = new ArrayList<>(plans.keySet());
    Map<String, List<Double>> times = new LinkedHashMap<>();
    plans.forEach(
        (name, plan) -> {
          times.put(name, new ArrayList<>());
          latency(plan, inputs);
        });
    Random random = new Random(seed);
    long end = System.nanoTime() + stop.time().toNanos();
    for (int round = 0; round < stop.least() || !done(times, stop, end); round++) {
      Collections.shuffle(order, random);
      for (String name : order) {
        PlanExecutor plan = plans.get(name);
        List<Double> list = times.get(name);
        if (plan != null && list != null) {
          list.add(latency(plan, inputs));
        }
      }
    }
    return times;
  }

  private static boolean done(Map<String, List<Double>> times, Stop stop, long end) {
    return System.nanoTime() > end
        || times.values().stream().allMatch(t -> Interval.of(t).relative() <= stop.precision());
  }

  private static double latency(PlanExecutor plan, Inputs inputs) {
    LockSupport.parkNanos(PAUSE.toNanos());
    var answer = plan.execute(inputs);
    answer.release();
    return answer.totalMs();
  }
}
