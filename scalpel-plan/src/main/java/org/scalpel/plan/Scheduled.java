package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An assignment with the pieces that it runs as and when everything happens.
 *
 * <p>Solvers hand arrays around and never compare them.
 */
@SuppressWarnings("ArrayRecordComponent")
record Scheduled(int[] tierOf, Pieces pieces, Makespan run) {
  double ms() {
    return run.end();
  }

  /**
   * One segment per tier, or every layer by itself where that cannot be or segments are unknown.
   */
  static Scheduled plain(Instance in, Steps steps, int[] tierOf) {
    return steps.segmented && ordered(in, tierOf)
        ? whole(in, steps, tierOf)
        : layers(in, steps, tierOf);
  }

  private static boolean ordered(Instance in, int[] tierOf) {
    for (int t = 0; t < in.tensors; t++) {
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        if (tierOf[in.consumer[c]] < in.home(t, tierOf)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Every layer by itself. */
  static Scheduled layers(Instance in, Steps steps, int[] tierOf) {
    return layers(in, steps, tierOf, 0);
  }

  /** The same with so many tries to better the order. */
  static Scheduled layers(Instance in, Steps steps, int[] tierOf, int tries) {
    Pieces pieces = Pieces.layers(in, tierOf);
    JobGraph graph = new JobGraph(in, tierOf, steps, pieces);
    return new Scheduled(tierOf, pieces, Makespan.best(graph, tries));
  }

  /** Every layer by itself, everything in this order. */
  static Scheduled replay(Instance in, Steps steps, int[] tierOf, Starts starts) {
    Pieces pieces = Pieces.layers(in, tierOf);
    JobGraph graph = new JobGraph(in, tierOf, steps, pieces);
    return new Scheduled(tierOf, pieces, Makespan.replay(graph, pieces, starts));
  }

  /** Segments with everything in this order, or as list scheduling has it if that ends earlier. */
  static Scheduled replay(Instance in, Steps steps, int[] tierOf, Slots slots, Starts starts) {
    Integer[] sorted = Arrays.stream(in.order).boxed().toArray(Integer[]::new);
    Arrays.sort(
        sorted,
        Comparator.<Integer>comparingInt(v -> tierOf[v])
            .thenComparingInt(v -> slots.stretch()[v])
            .thenComparingInt(v -> slots.slot()[v]));
    int[] order = new int[in.layers];
    boolean[] breaks = new boolean[in.layers];
    for (int i = 0; i < in.layers; i++) {
      int v = sorted[i];
      order[i] = v;
      breaks[v] = slots.slot()[v] > 0 && (i == 0 || !slots.together(tierOf, order[i - 1], v));
    }
    Scheduled free = segments(in, steps, tierOf, order, breaks);
    Makespan kept =
        Makespan.replay(new JobGraph(in, tierOf, steps, free.pieces), free.pieces, starts);
    return kept.end() < free.ms() ? new Scheduled(tierOf, free.pieces, kept) : free;
  }

  /**
   * The segments of a schedule.
   *
   * @param stretch the stretch of each layer
   * @param slot its segment among those of its tier in that stretch, from 0; the first continues
   *     the last of the stretch before
   */
  record Slots(int[] stretch, int[] slot) {
    boolean together(int[] tierOf, int v, int w) {
      return tierOf[v] == tierOf[w] && stretch[v] == stretch[w] && slot[v] == slot[w];
    }
  }

  /** The segment of each layer among those of its tier, from 0. */
  int[] slots() {
    int[] first = new int[pieces.count];
    for (int p = 1; p < pieces.count; p++) {
      first[p] = pieces.tier[p] == pieces.tier[p - 1] ? first[p - 1] : p;
    }
    return Arrays.stream(pieces.of).map(p -> p - first[p]).toArray();
  }

  /** One segment per tier. */
  static Scheduled whole(Instance in, Steps steps, int[] tierOf) {
    return segments(in, steps, tierOf, in.order, new boolean[in.layers]);
  }

  static Scheduled segments(Instance in, Steps steps, int[] tierOf, int[] order, boolean[] breaks) {
    Pieces pieces = Pieces.segments(in, steps, tierOf, order, breaks);
    return new Scheduled(tierOf, pieces, Makespan.best(new JobGraph(in, tierOf, steps, pieces)));
  }

  /** When what happens where, by name; and the segments, where there are any. */
  Timeline timeline(Instance in) {
    JobGraph graph = run.graph();
    List<Timeline.Task> tasks = new ArrayList<>();
    for (int j = 0; j < graph.jobs; j++) {
      if (graph.duration[j] > 0 || graph.isPiece(j)) {
        double start = run.start[j];
        Timeline.Task task =
            new Timeline.Task(
                what(in, graph, j),
                resource(in, graph.resource[j]),
                start,
                start + graph.duration[j]);
        tasks.add(task);
      }
    }
    tasks.sort(Comparator.comparingDouble(Timeline.Task::startMs));
    return new Timeline(segments(in), tasks);
  }

  private List<Timeline.Segment> segments(Instance in) {
    if (in.problem.tiers().stream().allMatch(tier -> tier.sessionMs().isEmpty())) {
      return List.of();
    }
    double[] start = new double[pieces.count];
    JobGraph graph = run.graph();
    for (int j = 0; j < graph.jobs; j++) {
      if (graph.isPiece(j)) {
        start[~graph.subject[j]] = run.start[j];
      }
    }
    return IntStream.range(0, pieces.count)
        .boxed()
        .sorted(Comparator.comparingDouble(p -> start[p]))
        .map(p -> new Timeline.Segment(tier(in, p), names(in, p)))
        .toList();
  }

  private String tier(Instance in, int p) {
    return in.problem.tiers().get(pieces.tier[p]).name();
  }

  private List<String> names(Instance in, int p) {
    return IntStream.range(pieces.start[p], pieces.start[p + 1])
        .mapToObj(m -> in.problem.layers().get(pieces.members[m]).name())
        .toList();
  }

  private String what(Instance in, JobGraph graph, int j) {
    if (!graph.isPiece(j)) {
      String tensor = in.problem.tensors().get(graph.subject[j]).name();
      return graph.resource[j] >= in.tiers ? tensor : "codec of " + tensor;
    }
    List<String> names = names(in, ~graph.subject[j]);
    return names.size() == 1
        ? names.get(0)
        : names.get(0) + " … " + names.get(names.size() - 1) + " (" + names.size() + ")";
  }

  private static String resource(Instance in, int r) {
    if (r < in.tiers) {
      return in.problem.tiers().get(r).name();
    }
    int link = (r - in.tiers) % in.links;
    return r < in.tiers + in.links ? in.problem.upName(link) : in.problem.downName(link);
  }
}
