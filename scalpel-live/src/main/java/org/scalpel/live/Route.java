package org.scalpel.live;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Shares;

/** The ways that new requests take, and their shares. Immutable but for whose turn it is. */
final class Route {
  private static final double LEAST_GAIN = 0.005;
  private static final double LEAST_SHARE = 0.01;

  private final List<WarmPlan> plans;
  private final List<Double> shares;
  private final SmoothShares turns;
  private final int window;

  /**
   * Ways and shares.
   *
   * @param window requests in flight at most, over all ways
   */
  Route(List<WarmPlan> plans, List<Double> shares, int window) {
    this.plans = List.copyOf(plans);
    this.shares = List.copyOf(shares);
    this.turns = new SmoothShares(shares);
    this.window = window;
  }

  /**
   * The plan whose turn it is. A part of the window stays free for each of the others: the requests
   * of a way that is slower than was planned for would else fill it, and what the others use would
   * idle.
   */
  WarmPlan next() {
    if (plans.size() == 1) {
      return plans.get(0);
    }
    int most = Math.max(1, window - (plans.size() - 1) * Math.max(1, window / (2 * plans.size())));
    return plans.get(turns.next(way -> plans.get(way).uses().underWay() < most));
  }

  List<WarmPlan> plans() {
    return plans;
  }

  /**
   * The same ways in better shares, unless that saves next to nothing.
   *
   * @param loads per way, what a request takes of every stage, in ms
   */
  Optional<Route> tuned(List<Map<String, Double>> loads) {
    Shares best = Shares.best(loads);
    if (best.periodMs() > (1 - LEAST_GAIN) * Shares.period(loads, shares)) {
      return Optional.empty();
    }
    // One that gets nothing would never be measured again.
    List<Double> parts = best.parts().stream().map(part -> Math.max(LEAST_SHARE, part)).toList();
    double sum = parts.stream().mapToDouble(part -> part).sum();
    return Optional.of(new Route(plans, parts.stream().map(part -> part / sum).toList(), window));
  }

  /** The partitions with the shares that they have here. */
  List<Partition> partitions() {
    return IntStream.range(0, plans.size())
        .mapToObj(i -> withShare(plans.get(i).partition(), shares.get(i)))
        .toList();
  }

  private static Partition withShare(Partition partition, double share) {
    return new Partition(
        share,
        partition.times(),
        partition.assignment(),
        partition.codecs(),
        partition.exits(),
        partition.violations());
  }

  /** For the log: {@code 3 kernels on device, 8 on edge}, with shares where there are several. */
  String inWords() {
    return IntStream.range(0, plans.size())
        .mapToObj(
            i ->
                (plans.size() == 1
                        ? ""
                        : String.format(Locale.ROOT, "%.0f %% ", 100 * shares.get(i)))
                    + words(plans.get(i).partition()))
        .collect(Collectors.joining(" + "));
  }

  private static String words(Partition partition) {
    return partition.assignment().values().stream()
            .collect(
                Collectors.groupingBy(t -> t, java.util.LinkedHashMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .map(e -> e.getValue() + " on " + e.getKey())
            .collect(Collectors.joining(", "))
        + partition.exits().map(Route::words).orElse("");
  }

  private static String words(Partition.ExitChoice exits) {
    return exits.thresholds().stream()
        .map(t -> t > 1 ? "closed" : String.format(Locale.ROOT, "%.3f", t))
        .collect(Collectors.joining(", ", ", exits at ", ""));
  }
}
