package org.scalpel.tier;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.tier.TierException.Kind;

/**
 * The plans that are ready on this tier: the least recently used leaves when one too many comes.
 */
final class PlanCache implements AutoCloseable {
  private final TierConfig.Limits limits;
  private final Map<String, PreparedPlan> plans = new LinkedHashMap<>(16, 0.75f, true);

  PlanCache(TierConfig.Limits limits) {
    this.limits = limits;
  }

  /** The plan, held for one request. */
  synchronized PreparedPlan take(String id) {
    PreparedPlan plan = plans.get(id);
    if (plan == null) {
      throw new TierException(
          Kind.NOT_FOUND,
          "plan " + id + " is not prepared. Maybe the tier was restarted; prepare it again");
    }
    plan.hold();
    return plan;
  }

  synchronized Optional<PreparedPlan> find(String id) {
    return Optional.ofNullable(plans.get(id));
  }

  synchronized void add(PreparedPlan plan) {
    if (plan.bytes() > limits.planBytes()) {
      plan.forget();
      throw new TierException(
          Kind.OVERLOADED,
          "plan "
              + plan.chain().plan()
              + " needs "
              + plan.bytes()
              + " bytes of models; the tier allows "
              + limits.planBytes());
    }
    PreparedPlan old = plans.put(plan.chain().plan(), plan);
    if (old != null) {
      old.forget();
    }
    long bytes = plans.values().stream().mapToLong(PreparedPlan::bytes).sum();
    int sessions = plans.values().stream().mapToInt(p -> p.parts().size()).sum();
    Iterator<PreparedPlan> oldest = plans.values().iterator();
    while (plans.size() > limits.plans()
        || bytes > limits.planBytes()
        || sessions > limits.counts().sessions()) {
      PreparedPlan victim = oldest.next();
      sessions -= victim.parts().size();
      oldest.remove();
      bytes -= victim.bytes();
      victim.forget();
    }
  }

  synchronized boolean remove(String id) {
    PreparedPlan plan = plans.remove(id);
    if (plan != null) {
      plan.forget();
    }
    return plan != null;
  }

  synchronized List<PreparedPlan> all() {
    return new ArrayList<>(plans.values());
  }

  @Override
  public synchronized void close() {
    plans.values().forEach(PreparedPlan::forget);
    plans.clear();
  }
}
