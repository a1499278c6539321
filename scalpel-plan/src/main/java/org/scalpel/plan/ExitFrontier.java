package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What early exits buy: for every calibrated operating point the partition of least mean latency,
 * one cut with every cost weighted by the probability that it happens, and the partition of least
 * latency at a percentile, one cut of the graph without the layers that so rare a request needs.
 * The two can differ.
 */
public final class ExitFrontier {
  private static final double TAIL = 0.95;

  /**
   * One operating point.
   *
   * @param point thresholds, accuracy, reach
   * @param meanMs least mean latency
   * @param tailMs least latency at the 95th percentile
   * @param meanPartition reaches {@code meanMs}
   * @param tailPartition reaches {@code tailMs}
   */
  public record Entry(
      Exits.Point point,
      double meanMs,
      double tailMs,
      Partition meanPartition,
      Partition tailPartition) {}

  private ExitFrontier() {}

  /**
   * Every operating point of the problem, in the order of the file.
   *
   * @throws ProblemException if the problem has no exits
   */
  public static List<Entry> all(Problem problem, Request request) {
    List<Entry> entries = new ArrayList<>();
    Request free = request.withLimits(request.limits().withoutGoals());
    for (Exits.Point point : points(problem)) {
      Plan mean = new MinCut().plan(seen(problem, point, false), free);
      Plan tail = new MinCut().plan(seen(problem, point, true), free);
      entries.add(
          new Entry(
              point,
              mean.valueMs(),
              tail.valueMs(),
              marked(problem, mean.main(), point),
              marked(problem, tail.main(), point)));
    }
    return List.copyOf(entries);
  }

  /** The points that no other beats in both mean latency and accuracy, the fastest first. */
  public static List<Entry> pareto(List<Entry> entries) {
    return front(entries, Entry::meanMs);
  }

  /** The points that no other beats in both tail latency and accuracy, the fastest first. */
  public static List<Entry> paretoTail(List<Entry> entries) {
    return front(entries, Entry::tailMs);
  }

  private static List<Entry> front(List<Entry> entries, ToDoubleFunction<Entry> time) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(
        Comparator.comparingDouble(time)
            .thenComparing(entry -> entry.point().accuracy(), Comparator.reverseOrder()));
    List<Entry> kept = new ArrayList<>();
    double best = -1;
    for (Entry entry : sorted) {
      if (entry.point().accuracy() > best) {
        best = entry.point().accuracy();
        kept.add(entry);
      }
    }
    return List.copyOf(kept);
  }

  static List<Exits.Point> points(Problem problem) {
    return problem
        .options()
        .exits()
        .map(Exits::points)
        .orElseThrow(
            () -> new ProblemException("exits: expected a problem with exits, found none"));
  }

  /** The partition at this point, with its mean latency and the 95th percentile. */
  static Partition marked(Problem problem, Partition partition, Exits.Point point) {
    Assignment assignment = Assignment.of(problem, partition.assignment());
    Partition mean = Cost.partition(seen(problem, point, false), assignment);
    Partition tail = Cost.partition(seen(problem, point, true), assignment);
    Exits exits = problem.options().exits().orElseThrow();
    return partition.withExits(
        new Partition.ExitChoice(
            exits.names(),
            exits.confidence(),
            point.thresholds(),
            point.accuracy(),
            mean.latencyMs(),
            tail.latencyMs()));
  }

  /**
   * The problem as the request that is planned for sees it, where exits were chosen: with the
   * probabilities of the partition's operating point. The same problem where it has none.
   *
   * @param tail as the 95th percentile sees it, else the mean
   */
  public static Problem chosen(Problem problem, Partition partition, boolean tail) {
    if (partition.exits().isEmpty() || problem.options().exits().isEmpty()) {
      return problem;
    }
    Partition.ExitChoice choice = partition.exits().get();
    return points(problem).stream()
        .filter(
            point ->
                point.thresholds().equals(choice.thresholds())
                    && point.accuracy() == choice.accuracy())
        .findFirst()
        .map(point -> seen(problem, point, tail))
        .orElse(problem);
  }

  /** The problem at a point, on average or at the tail. */
  static Problem seen(Problem problem, Exits.Point point, boolean tail) {
    return tail ? atPercentile(atPoint(problem, point), TAIL) : atPoint(problem, point);
  }

  /** The problem with the probabilities of one operating point. */
  static Problem atPoint(Problem problem, Exits.Point point) {
    return problem.withLayers(
        problem.layers().stream()
            .map(layer -> layer.withReach(point.reach().getOrDefault(layer.name(), 1.0)))
            .toList());
  }

  /**
   * The problem as a request sees it that goes farther than the fraction {@code quantile} of all.
   */
  static Problem atPercentile(Problem problem, double quantile) {
    double rare = 1 - quantile;
    List<PlanLayer> layers =
        problem.layers().stream()
            .map(layer -> layer.withReach(layer.reach() > rare ? 1 : 0))
            .toList();
    List<PlanTensor> tensors =
        problem.tensors().stream()
            .map(
                tensor -> {
                  OptionalDouble often = tensor.delivery().probability();
                  return often.isEmpty()
                      ? tensor
                      : new PlanTensor(
                          tensor.name(),
                          tensor.producer(),
                          tensor.consumers(),
                          tensor.bytes(),
                          new PlanTensor.Delivery(
                              tensor.output(),
                              OptionalDouble.of(often.getAsDouble() > rare ? 1 : 0)),
                          tensor.codecs());
                })
            .toList();
    return problem.withLayers(layers).withTensors(tensors);
  }
}
