package org.scalpel.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleFunction;

/**
 * Sentences on what would have to change for another plan to be best: the rate of a link, or as
 * much the bytes that cross it, and the speed of the device. For latency the ends of the plan's
 * piece in the link's table are exact; elsewhere the factor is searched by solving again.
 */
final class NextPlan {
  private static final int MOST_LAYERS = 2_000;
  private static final double MOST_FACTOR = 64;
  private static final int REFINEMENTS = 6;
  private static final long PATIENCE_NANOS = 3_000_000_000L;

  private final Setup setup;
  private final Problem problem;
  private final Set<Object> present;
  private final long end = System.nanoTime() + PATIENCE_NANOS;

  NextPlan(Setup setup, Plan plan) {
    this.setup = setup;
    problem = setup.in().problem;
    present = partitions(plan);
  }

  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    boolean known =
        setup.request().algorithm().equals(Request.AUTO)
            || Planner.algorithm(setup.request().algorithm()) instanceof MinCut;
    if (setup.in().layers > MOST_LAYERS || !known) {
      return sentences;
    }
    boolean table =
        setup.request().objective() == Objective.LATENCY
            && !setup.hasHardCaps()
            && setup.mean().isEmpty();
    for (int link = 0; link < setup.in().links; link++) {
      Link at = problem.links().get(link);
      if (at.upMbps() > 0 && at.downMbps() > 0) {
        sentences.add(table ? byTable(link, at.upMbps()) : bySearch(link, at));
      }
    }
    sentences.add(device());
    return sentences;
  }

  private String byTable(int link, double mbps) {
    BandwidthTable table = BandwidthTable.of(problem, setup.request(), link);
    BandwidthTable.Piece here = table.at(mbps);
    List<String> parts = new ArrayList<>();
    if (here.fromMbps() > 0) {
      BandwidthTable.Piece next = table.at(here.fromMbps() * 0.999);
      parts.add("below " + mbps(here.fromMbps()) + " " + remote(next));
    }
    if (here.toMbps() < Double.POSITIVE_INFINITY) {
      BandwidthTable.Piece next = table.at(here.toMbps() * 1.001);
      parts.add(
          "above %s %s, or if what crosses it shrank to %s of its bytes"
              .formatted(
                  mbps(here.toMbps()), remote(next), Explanation.percent(mbps / here.toMbps())));
    }
    if (parts.isEmpty()) {
      return "No other rate of " + problem.upName(link) + " would change the plan.";
    }
    return "On "
        + problem.upName(link)
        + ", now "
        + mbps(mbps)
        + ", another plan is best "
        + String.join(", and ", parts)
        + ".";
  }

  private static String remote(BandwidthTable.Piece piece) {
    Partition partition = piece.partition();
    String first = partition.stagesMs().keySet().iterator().next();
    long away =
        partition.assignment().values().stream().filter(tier -> !tier.equals(first)).count();
    return "(" + away + (away == 1 ? " layer" : " layers") + " away from " + first + ")";
  }

  private String bySearch(int link, Link at) {
    DoubleFunction<Problem> faster =
        factor -> {
          List<Link> links = new ArrayList<>(problem.links());
          links.set(link, at.withRates(at.upMbps() * factor, at.downMbps() * factor));
          return problem.withLinks(links);
        };
    List<String> parts = new ArrayList<>();
    first(factor -> faster.apply(1 / factor))
        .ifPresent(factor -> parts.add("below " + mbps(at.upMbps() / factor)));
    first(faster)
        .ifPresent(
            factor ->
                parts.add(
                    "above %s, or if what crosses it shrank to %s of its bytes"
                        .formatted(mbps(at.upMbps() * factor), Explanation.percent(1 / factor))));
    return parts.isEmpty()
        ? "No rate of %s up to %.0f times higher or lower changes the plan%s."
            .formatted(problem.upName(link), MOST_FACTOR, hurried())
        : "On %s, now %s, another plan is best about %s."
            .formatted(problem.upName(link), mbps(at.upMbps()), String.join(", and ", parts));
  }

  private String device() {
    String name = problem.tiers().get(0).name();
    List<String> parts = new ArrayList<>();
    first(factor -> slower(1 / factor)).ifPresent(factor -> parts.add(times(factor, "faster")));
    first(this::slower).ifPresent(factor -> parts.add(times(factor, "slower")));
    return parts.isEmpty()
        ? "No speed of %s up to %.0f times higher or lower changes the plan%s."
            .formatted(name, MOST_FACTOR, hurried())
        : "Another plan is best if %s were about %s.".formatted(name, String.join(" or ", parts));
  }

  private String hurried() {
    return System.nanoTime() > end ? ", as far as a short search could see" : "";
  }

  private static String times(double factor, String what) {
    return String.format(Locale.ROOT, "%.3g times %s", factor, what);
  }

  /** The problem with the first tier so many times as slow. */
  private Problem slower(double factor) {
    return problem.withLayers(
        problem.layers().stream()
            .map(
                layer -> {
                  List<Double> times = new ArrayList<>(layer.computeMs());
                  times.set(0, times.get(0) * factor);
                  return new PlanLayer(
                      layer.name(), times, layer.allowed(), layer.reach(), layer.charges());
                })
            .toList());
  }

  /** About the smallest factor above 1 at which another plan is best. */
  private OptionalDouble first(DoubleFunction<Problem> changed) {
    double same = 1;
    double other = 2;
    while (!differs(changed.apply(other))) {
      same = other;
      other *= 2;
      if (other > MOST_FACTOR || System.nanoTime() > end) {
        return OptionalDouble.empty();
      }
    }
    for (int step = 0; step < REFINEMENTS && System.nanoTime() < end; step++) {
      double middle = Math.sqrt(same * other);
      if (differs(changed.apply(middle))) {
        other = middle;
      } else {
        same = middle;
      }
    }
    return OptionalDouble.of(other);
  }

  private boolean differs(Problem changed) {
    Request request = setup.request().withTop(0).withTimeLimit(Duration.ofMillis(200));
    try {
      return !partitions(Planner.algorithm(request.algorithm()).plan(changed, request))
          .equals(present);
    } catch (InfeasibleException gone) {
      return true;
    }
  }

  private static Set<Object> partitions(Plan plan) {
    Set<Object> partitions = new HashSet<>();
    plan.partitions().stream()
        .filter(partition -> partition.share() > 1e-6)
        .forEach(partition -> partitions.add(List.of(partition.assignment(), partition.codecs())));
    return partitions;
  }

  private static String mbps(double rate) {
    return String.format(Locale.ROOT, "%.3g Mbps", rate);
  }
}
