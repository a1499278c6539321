package org.scalpel.plan;

import java.util.ArrayList;
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
    Pieces pieces = Pieces.layers(in, tierOf);
    return new Scheduled(tierOf, pieces, Makespan.best(new JobGraph(in, tierOf, steps, pieces)));
  }

  /** Every layer by itself, everything in this order. */
  static Scheduled replay(Instance in, Steps steps, int[] tierOf, Starts starts) {
    Pieces pieces = Pieces.layers(in, tierOf);
    JobGraph graph = new JobGraph(in, tierOf, steps, pieces);
    return new Scheduled(tierOf, pieces, Makespan.replay(graph, pieces, starts));
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
