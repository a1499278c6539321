package org.scalpel.live;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scalpel.plan.Partition;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.DeviceTier;

/**
 * The partitions that are ready on all tiers, so many at most; the longest unused goes first.
 * Preparing is slow and done by one thread at a time; looking is quick.
 */
final class WarmPlans implements AutoCloseable {
  private final DeviceTier device;
  private final LiveSetup setup;
  private final Replanner replanner;
  private final Map<Key, WarmPlan> ready = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<WarmPlan> kept = new HashSet<>();
  private boolean closed;

  WarmPlans(DeviceTier device, LiveSetup setup, Replanner replanner) {
    this.device = device;
    this.setup = setup;
    this.replanner = replanner;
  }

  /** What makes a plan another one on the tiers. */
  private record Key(
      Map<String, String> assignment,
      Map<String, Map<String, String>> codecs,
      List<Double> thresholds) {
    static Key of(Partition partition) {
      return new Key(
          partition.assignment(),
          partition.codecs(),
          partition.exits().map(Partition.ExitChoice::thresholds).orElse(List.of()));
    }
  }

  synchronized Optional<WarmPlan> find(Partition partition) {
    return Optional.ofNullable(ready.get(Key.of(partition)));
  }

  synchronized List<WarmPlan> all() {
    return new ArrayList<>(ready.values());
  }

  /** These are in use and stay, whatever else comes. */
  synchronized void keep(List<WarmPlan> used) {
    kept.clear();
    kept.addAll(used);
  }

  /**
   * Makes a partition ready, unless it is.
   *
   * @throws org.scalpel.tier.TierException a tier is missing or refuses
   */
  WarmPlan prepare(Partition partition) {
    Optional<WarmPlan> known = find(partition);
    if (known.isPresent()) {
      return known.get();
    }
    Deployment deployment =
        Deployment.of(setup.kernels(), setup.facts(), setup.names(), partition)
            .withRttMs(setup.network().links().stream().map(l -> l.rttMs()).toList());
    WarmPlan plan =
        new WarmPlan(partition, device.prepare(deployment), replanner.profiledMs(partition));
    List<WarmPlan> gone = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        gone.add(plan);
      } else {
        ready.put(Key.of(partition), plan);
        gone.addAll(evict(plan));
      }
    }
    gone.forEach(p -> p.uses().end());
    return plan;
  }

  @SuppressWarnings("ReferenceEquality") // the very one that was just made
  private List<WarmPlan> evict(WarmPlan fresh) {
    List<WarmPlan> gone = new ArrayList<>();
    var plans = ready.values().iterator();
    while (ready.size() > setup.policy().warmPlans() && plans.hasNext()) {
      WarmPlan eldest = plans.next();
      if (!kept.contains(eldest) && eldest != fresh) {
        plans.remove();
        gone.add(eldest);
      }
    }
    return gone;
  }

  @Override
  public void close() {
    List<WarmPlan> gone;
    synchronized (this) {
      closed = true;
      gone = new ArrayList<>(ready.values());
      ready.clear();
    }
    gone.forEach(p -> p.uses().end());
  }
}
