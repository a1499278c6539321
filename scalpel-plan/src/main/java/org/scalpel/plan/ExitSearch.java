package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Keeps a deadline and a least accuracy. With early exits it chooses an operating point: the most
 * accurate one whose latency (the mean, or the 95th percentile) keeps the deadline, or the fastest
 * that is accurate enough. Any algorithm may price a point.
 */
final class ExitSearch {
  /** Finds the best plan of a problem whose reach is set. */
  interface Pricing {
    Plan plan(Problem problem, Request request);
  }

  private record Priced(Exits.Point point, Plan plan) {}

  private final Problem problem;
  private final Request request;
  private final Pricing pricing;
  private final double deadline;
  private double fastest = Double.POSITIVE_INFINITY;

  private ExitSearch(Problem problem, Request request, Pricing pricing) {
    this.problem = problem;
    this.request = request;
    this.pricing = pricing;
    deadline = request.limits().quality().deadlineMs().orElse(Double.POSITIVE_INFINITY);
  }

  /** True if the request asks for a choice among exits, or for an end in time. */
  static boolean asked(Request request) {
    Limits.Quality quality = request.limits().quality();
    return quality.deadlineMs().isPresent() || quality.minAccuracy().isPresent() || quality.tail();
  }

  /**
   * The plan at the chosen point; the problem's own reach where it has no exits.
   *
   * @throws InfeasibleException if nothing keeps deadline and accuracy
   */
  static Plan choose(Problem problem, Request request, Pricing pricing) {
    ExitSearch search = new ExitSearch(problem, request, pricing);
    return problem.options().exits().isEmpty() ? search.withoutExits() : search.withExits();
  }

  /**
   * The request as the search for a plan sees it: without goals, a deadline as a cap if need be.
   */
  static Request searched(Problem problem, Request request) {
    return asked(request)
        ? new ExitSearch(problem, request, (at, free) -> new MinCut().plan(at, free)).free()
        : request;
  }

  /**
   * The request without goals. Where the deadline is not what is minimised anyway, it becomes a cap
   * on the serial latency of every request.
   */
  private Request free() {
    Limits limits = request.limits().withoutGoals();
    return request.withLimits(
        isCap() ? limits.withEach(limits.each().withLatencyMs(deadline)) : limits);
  }

  private boolean isCap() {
    boolean minimised =
        request.objective() == Objective.MAKESPAN
            || (request.objective() == Objective.LATENCY
                && problem.options().weights().equals(Weights.LATENCY)
                && request.limits().mean().isEmpty());
    return deadline < Double.POSITIVE_INFINITY && !minimised;
  }

  private double time(Plan plan) {
    return request.objective() == Objective.MAKESPAN ? plan.valueMs() : plan.main().latencyMs();
  }

  private boolean inTime(Plan plan) {
    return isCap()
        ? plan.partitions().stream().allMatch(Partition::valid)
        : time(plan) <= deadline * (1 + 1e-12);
  }

  private Plan withoutExits() {
    if (request.limits().quality().minAccuracy().isPresent()) {
      throw new ProblemException("min-accuracy: expected a problem with exits, found none");
    }
    if (request.limits().quality().tail()) {
      throw new ProblemException("95th percentile: expected a problem with exits, found none");
    }
    Plan plan = pricing.plan(problem, free());
    if (!inTime(plan) && !isCap()) {
      throw new InfeasibleException(
          "deadline-ms " + deadline + ": the fastest plan takes " + time(plan) + " ms");
    }
    return plan;
  }

  private Plan withExits() {
    Limits.Quality quality = request.limits().quality();
    List<Priced> kept = new ArrayList<>();
    for (Exits.Point point : ExitFrontier.points(problem)) {
      if (point.accuracy() >= quality.minAccuracy().orElse(0)) {
        attempt(point, kept);
      }
    }
    if (kept.isEmpty()) {
      throw new InfeasibleException(nothing(quality));
    }
    Comparator<Priced> accurate =
        Comparator.comparingDouble((Priced priced) -> -priced.point().accuracy());
    Comparator<Priced> fast =
        Comparator.comparingDouble((Priced priced) -> priced.plan().valueMs());
    kept.sort(
        quality.deadlineMs().isPresent()
            ? accurate.thenComparing(fast)
            : fast.thenComparing(accurate));
    return marked(kept.get(0));
  }

  private void attempt(Exits.Point point, List<Priced> kept) {
    try {
      Plan plan =
          pricing.plan(
              ExitFrontier.seen(problem, point, request.limits().quality().tail()), free());
      fastest = Math.min(fastest, time(plan));
      if (inTime(plan)) {
        kept.add(new Priced(point, plan));
      }
    } catch (InfeasibleException outOfReach) {
      return;
    }
  }

  private String nothing(Limits.Quality quality) {
    StringBuilder text = new StringBuilder("exits: no operating point keeps ");
    quality.deadlineMs().ifPresent(ms -> text.append("deadline-ms ").append(ms).append(' '));
    quality.minAccuracy().ifPresent(a -> text.append("min-accuracy ").append(a).append(' '));
    if (fastest < Double.POSITIVE_INFINITY) {
      text.append(String.format(Locale.ROOT, "(the fastest takes %.3f ms)", fastest));
    } else {
      double best =
          ExitFrontier.points(problem).stream().mapToDouble(Exits.Point::accuracy).max().orElse(0);
      text.append("(the most accurate has ").append(best).append(")");
    }
    return text.toString();
  }

  private Plan marked(Priced priced) {
    Plan plan = priced.plan();
    return new Plan(
        plan.objective(),
        plan.algorithm(),
        plan.score(),
        plan.partitions().stream()
            .map(partition -> ExitFrontier.marked(problem, partition, priced.point()))
            .toList(),
        plan.baselinesMs(),
        plan.alternatives(),
        plan.explanation());
  }
}
