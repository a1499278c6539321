package org.scalpel.live;

import java.util.HashMap;
import java.util.Map;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Stage;

/**
 * What the tiers take for the requests of one plan, in the mean of about the last thirty: among
 * requests of other plans, which use the same caches and cores, that is more than alone.
 * Thread-safe.
 */
final class StageTimes {
  private static final int KEPT = 30;
  private static final int LEAST = 10;

  private final Map<String, Double> means = new HashMap<>();
  private int count;

  synchronized void observe(Execution execution) {
    count++;
    double weight = 1.0 / Math.min(count, KEPT);
    for (Stage stage : execution.stages()) {
      double ms = stage.measuredMs();
      means.merge(stage.name(), ms, (mean, now) -> mean + weight * (now - mean));
    }
  }

  /** These, with what was measured of tiers in place of what was planned, once enough was. */
  synchronized Map<String, Double> correct(Map<String, Double> planned) {
    Map<String, Double> stages = new HashMap<>(planned);
    if (count >= LEAST) {
      stages.replaceAll((name, ms) -> means.getOrDefault(name, ms));
    }
    return stages;
  }
}
