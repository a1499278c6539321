package org.scalpel.live;

import java.util.Map;
import org.scalpel.plan.Partition;
import org.scalpel.tier.PlanExecutor;

/**
 * A partition that is ready on every tier. It is retired when nothing routes to it any more and its
 * last request is answered.
 *
 * @param profiledMs what every tier's part takes by its profile
 * @param measured what it takes by the answers
 */
record WarmPlan(
    Partition partition,
    PlanExecutor executor,
    Map<String, Double> profiledMs,
    StageTimes measured,
    Uses uses) {
  WarmPlan(Partition partition, PlanExecutor executor, Map<String, Double> profiledMs) {
    this(partition, executor, profiledMs, new StageTimes(), new Uses(executor));
  }

  /** Whether an exit of the device always has an answer. */
  boolean answersHere() {
    return LiveExits.answersHere(executor.deployment());
  }

  String id() {
    return executor.plan();
  }

  /** Who uses it: requests under way, and the set of warm plans itself. */
  static final class Uses {
    private final PlanExecutor executor;
    private int count = 1;

    Uses(PlanExecutor executor) {
      this.executor = executor;
    }

    /** False when it is gone: another plan must be taken. */
    synchronized boolean begin() {
      if (count == 0) {
        return false;
      }
      count++;
      return true;
    }

    /** Requests under way, while it is one of the warm plans. */
    synchronized int underWay() {
      return Math.max(0, count - 1);
    }

    void end() {
      synchronized (this) {
        if (--count > 0) {
          return;
        }
      }
      // Retiring asks the tiers; the thread of an answer must not wait for them.
      Thread thread = new Thread(executor::close, "scalpel-retire-" + executor.plan());
      thread.setDaemon(true);
      thread.start();
    }
  }
}
