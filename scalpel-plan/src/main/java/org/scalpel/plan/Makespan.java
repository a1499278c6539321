package org.scalpel.plan;

import java.util.Arrays;

/**
 * List scheduling: whenever a resource is free it takes the ready job of highest priority. Jobs
 * without duration happen at once, so what is already there is never held up behind other work.
 *
 * <p>A run gives every job its start; the makespan is when the last awaited job has arrived.
 */
final class Makespan {
  private static final int TWO_RULES_UP_TO = 20_000;

  private final JobGraph graph;
  private final double[] priority;
  private final int[] waiting;
  private final double[] readyAt;
  private final double[] freeAt;
  private final IndexHeap[] ready;
  private final IndexHeap events = new IndexHeap();
  final double[] start;
  private double end;

  private Makespan(JobGraph graph, double[] priority) {
    this.graph = graph;
    this.priority = priority;
    waiting = new int[graph.jobs];
    readyAt = new double[graph.jobs];
    start = new double[graph.jobs];
    freeAt = new double[graph.resources()];
    ready = new IndexHeap[graph.resources()];
    Arrays.setAll(ready, r -> new IndexHeap());
    for (int successor : graph.next) {
      waiting[successor]++;
    }
  }

  /** The makespan of an assignment: the better of two priority rules. */
  static double of(Instance in, int[] tierOf, Crossings crossings) {
    JobGraph graph = new JobGraph(in, tierOf, crossings);
    double[] rank = graph.ranks();
    double byRank = new Makespan(graph, rank).run();
    if (graph.jobs > TWO_RULES_UP_TO) {
      return byRank;
    }
    return Math.min(byRank, new Makespan(graph, sendersFirst(graph, rank)).run());
  }

  /** The makespan when layers are preferred in the order of given starts, transfers by rank. */
  static double byStarts(Instance in, int[] tierOf, Crossings crossings, double[] starts) {
    JobGraph graph = new JobGraph(in, tierOf, crossings);
    double[] priority = graph.ranks();
    double latest = Arrays.stream(starts).max().orElse(0);
    for (int j = 0; j < graph.jobs; j++) {
      if (graph.isLayer(j)) {
        priority[j] = latest - starts[graph.subject[j]];
      } else if (graph.resource[j] < in.tiers) {
        priority[j] += latest;
      }
    }
    return new Makespan(graph, priority).run();
  }

  /** By rank, but whatever leads to a transfer next comes before the rest. */
  private static double[] sendersFirst(JobGraph graph, double[] rank) {
    double longest = Arrays.stream(rank).filter(Double::isFinite).max().orElse(0);
    double[] priority = rank.clone();
    int firstLink = graph.tiers();
    for (int j = 0; j < graph.jobs; j++) {
      for (int e = graph.nextStart[j]; e < graph.nextStart[j + 1]; e++) {
        if (graph.resource[graph.next[e]] >= firstLink && graph.resource[j] < firstLink) {
          priority[j] = rank[j] + longest;
        }
      }
    }
    return priority;
  }

  private double run() {
    for (int j = 0; j < graph.jobs; j++) {
      if (waiting[j] == 0) {
        events.add(0, j);
      }
    }
    while (!events.isEmpty()) {
      double now = events.leastKey();
      if (now == Double.POSITIVE_INFINITY) {
        return now;
      }
      while (!events.isEmpty() && events.leastKey() <= now) {
        happen(events.remove(), now);
      }
      for (int r = 0; r < ready.length; r++) {
        if (freeAt[r] <= now && !ready[r].isEmpty()) {
          begin(ready[r].remove(), now);
        }
      }
    }
    return end;
  }

  /** A job has become ready, or, written as its complement, has ended. */
  private void happen(int event, double now) {
    if (event < 0) {
      finish(~event, now);
    } else if (graph.duration[event] == 0) {
      start[event] = now;
      finish(event, now);
    } else {
      ready[graph.resource[event]].add(-priority[event], event);
    }
  }

  private void begin(int job, double now) {
    start[job] = now;
    freeAt[graph.resource[job]] = now + graph.duration[job];
    events.add(now + graph.duration[job], ~job);
  }

  private void finish(int job, double now) {
    double arrival = now + graph.delay[job];
    if (graph.last[job]) {
      end = Math.max(end, arrival);
    }
    for (int e = graph.nextStart[job]; e < graph.nextStart[job + 1]; e++) {
      int successor = graph.next[e];
      readyAt[successor] = Math.max(readyAt[successor], arrival);
      if (--waiting[successor] == 0) {
        events.add(readyAt[successor], successor);
      }
    }
  }
}
