package org.scalpel.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * Which pins and caps cannot be kept together: each is left out in turn, and those without which a
 * plan would exist remain. What remains is a smallest clash in the sense that none can be missed.
 */
final class Clash {
  private static final int MOST_PINS = 24;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Problem problem;
  private final Request request;

  private interface Keeper {
    Limits keep(Limits kept);
  }

  private Clash(Problem problem, Request request) {
    this.problem = problem;
    this.request = request;
  }

  /** {@code why} with the constraints that clash, where there are several to choose from. */
  static InfeasibleException explained(Problem problem, Request request, InfeasibleException why) {
    return new Clash(problem, request).explained(why);
  }

  private InfeasibleException explained(InfeasibleException why) {
    Map<String, Keeper> all = constraints();
    if (all.isEmpty() || all.size() > MOST_PINS || isFeasible(all.values().stream().toList())) {
      return why;
    }
    List<String> names = new ArrayList<>(all.keySet());
    for (String name : all.keySet()) {
      List<String> without = new ArrayList<>(names);
      without.remove(name);
      if (!isFeasible(without.stream().map(all::get).toList())) {
        names = without;
      }
    }
    if (names.isEmpty()) {
      return why;
    }
    String clash = String.join(" and ", names);
    boolean pins = names.stream().allMatch(name -> name.startsWith("pin "));
    return new InfeasibleException(
        names.size() == 1
            ? clash + " cannot be kept: " + why.getMessage()
            : clash
                + " cannot be kept together"
                + (pins
                    ? ": along a tensor the tier never decreases, and a link that is down is not crossed"
                    : ""));
  }

  private Map<String, Keeper> constraints() {
    Limits limits = request.limits();
    Map<String, Keeper> all = new LinkedHashMap<>();
    new TreeMap<>(limits.pins())
        .forEach((l, t) -> all.put("pin " + l + "=" + t, kept -> kept.pin(l, t)));
    caps("max-", limits.each(), all, (kept, add) -> kept.withEach(add.on(kept.each())));
    caps("mean-", limits.mean(), all, (kept, add) -> kept.withMean(add.on(kept.mean())));
    limits.quality().maxLoss().ifPresent(x -> all.put("max-loss " + x, kept -> kept.maxLoss(x)));
    return all;
  }

  private interface Addition {
    Caps on(Caps caps);
  }

  private static void caps(
      String kind, Caps caps, Map<String, Keeper> all, BiFunction<Limits, Addition, Limits> to) {
    new TreeMap<>(caps.tierMs())
        .forEach(
            (t, x) ->
                all.put(
                    kind + "tier-ms " + t + "=" + x,
                    kept -> to.apply(kept, c -> c.withTierMs(t, x))));
    new TreeMap<>(caps.memoryMib())
        .forEach(
            (t, x) ->
                all.put(
                    kind + "memory-mib " + t + "=" + x,
                    kept -> to.apply(kept, c -> c.withMemoryMib(t, x))));
    new TreeMap<>(caps.linkBytes())
        .forEach(
            (l, x) ->
                all.put(
                    kind + "egress-bytes " + l + "=" + x,
                    kept -> to.apply(kept, c -> c.withLinkBytes(l, x))));
    Caps.Total total = caps.total();
    total
        .energyMj()
        .ifPresent(
            x -> all.put(kind + "energy-mj " + x, kept -> to.apply(kept, c -> c.withEnergyMj(x))));
    total
        .money()
        .ifPresent(x -> all.put(kind + "money " + x, kept -> to.apply(kept, c -> c.withMoney(x))));
    total
        .latencyMs()
        .ifPresent(
            x -> all.put("deadline-ms " + x, kept -> to.apply(kept, c -> c.withLatencyMs(x))));
  }

  /** True unless it is proven, quickly, that nothing keeps these. */
  private boolean isFeasible(List<Keeper> keepers) {
    Limits limits = Limits.NONE;
    for (Keeper keeper : keepers) {
      limits = keeper.keep(limits);
    }
    Request asked = new Request(Objective.LATENCY, Request.AUTO, limits, 0, PATIENCE);
    try {
      Setup setup = Setup.of(problem, asked);
      if (!setup.mean().isEmpty()) {
        return new ColumnGeneration(setup, true).run().shares().length > 0;
      }
      if (setup.hasHardCaps()) {
        CappedSearch search = new CappedSearch(setup, setup.prices()).run();
        return search.best().isPresent()
            || search.close(PATIENCE.toMillis() / 1e3).best().isPresent()
            || !search.proven();
      }
      return true;
    } catch (InfeasibleException clash) {
      return false;
    }
  }
}
