package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses an operating point of the exits: the most accurate one whose mean latency keeps the
 * deadline, or the fastest that is accurate enough. Any two-tier or many-tier cut may price a
 * point.
 */
final class ExitSearch {
  /** Finds the least mean latency of a problem whose reach is set. */
  interface Pricing {
    Plan plan(Problem problem, Request request);
  }

  private record Priced(Exits.Point point, Plan plan) {}

  private ExitSearch() {}

  /** True if the request asks for a choice among exits. */
  static boolean asked(Request request) {
    Limits.Quality quality = request.limits().quality();
    return quality.deadlineMs().isPresent() || quality.minAccuracy().isPresent();
  }

  /**
   * The plan at the chosen point; the problem's own reach where it has no exits.
   *
   * @throws InfeasibleException if no point keeps deadline and accuracy
   */
  static Plan choose(Problem problem, Request request, Pricing pricing) {
    Limits.Quality quality = request.limits().quality();
    double deadline = quality.deadlineMs().orElse(Double.POSITIVE_INFINITY);
    Request free = request.withLimits(request.limits().withoutGoals());
    if (problem.options().exits().isEmpty()) {
      return withoutExits(pricing.plan(problem, free), quality, deadline);
    }
    List<Priced> kept = new ArrayList<>();
    double fastest = Double.POSITIVE_INFINITY;
    for (Exits.Point point : ExitFrontier.points(problem)) {
      if (point.accuracy() >= quality.minAccuracy().orElse(0)) {
        Plan plan = pricing.plan(ExitFrontier.atPoint(problem, point), free);
        fastest = Math.min(fastest, plan.main().latencyMs());
        if (plan.main().latencyMs() <= deadline) {
          kept.add(new Priced(point, plan));
        }
      }
    }
    if (kept.isEmpty()) {
      throw new InfeasibleException(
          "exits: no operating point keeps "
              + (quality.deadlineMs().isPresent() ? "deadline-ms " + deadline + " " : "")
              + quality.minAccuracy().stream()
                  .mapToObj(a -> "min-accuracy " + a + " ")
                  .findFirst()
                  .orElse("")
              + (fastest < Double.POSITIVE_INFINITY
                  ? "(the fastest takes " + fastest + " ms)"
                  : ""));
    }
    Comparator<Priced> accurate =
        Comparator.comparingDouble((Priced priced) -> -priced.point().accuracy());
    Comparator<Priced> fast =
        Comparator.comparingDouble((Priced priced) -> priced.plan().main().latencyMs());
    kept.sort(
        quality.deadlineMs().isPresent()
            ? accurate.thenComparing(fast)
            : fast.thenComparing(accurate));
    return marked(kept.get(0));
  }

  private static Plan withoutExits(Plan plan, Limits.Quality quality, double deadline) {
    if (quality.minAccuracy().isPresent()) {
      throw new ProblemException("min-accuracy: expected a problem with exits, found none");
    }
    if (plan.main().latencyMs() > deadline) {
      throw new InfeasibleException(
          "deadline-ms "
              + deadline
              + ": the fastest plan takes "
              + plan.main().latencyMs()
              + " ms");
    }
    return plan;
  }

  private static Plan marked(Priced priced) {
    Plan plan = priced.plan();
    return new Plan(
        plan.objective(),
        plan.algorithm(),
        plan.score(),
        List.of(ExitFrontier.marked(plan, priced.point())),
        plan.baselinesMs(),
        plan.alternatives(),
        plan.explanation());
  }
}
