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

  /** The makespan of an assignment in which every layer stands for itself. */
  static double ofLayers(Instance in, Steps steps, int[] tierOf) {
    return best(new JobGraph(in, tierOf, steps, Pieces.layers(in, tierOf))).end;
  }

  /** The best schedule of three priority rules. */
  static Makespan best(JobGraph graph) {
    return best(graph, 0);
  }

  /** The same, improved by so many tries of other orders of what crosses. */
  static Makespan best(JobGraph graph, int tries) {
    double[] rank = graph.ranks();
    Makespan best = by(graph, rank);
    if (graph.jobs <= TWO_RULES_UP_TO && best.end > graph.least() * (1 + 1e-12)) {
      Makespan second = by(graph, sendersFirst(graph, rank));
      best = second.end < best.end ? second : best;
      best = TransferOrder.improve(graph, rank, best, tries);
    }
    return best;
  }

  /** List scheduling by these priorities. */
  static Makespan by(JobGraph graph, double[] priority) {
    Makespan made = new Makespan(graph, priority);
    made.run();
    return made;
  }

  /**
   * The schedule in which every resource works in the order of {@code starts} and everything begins
   * as soon as that allows.
   */
  static Makespan replay(JobGraph graph, Pieces pieces, Starts starts) {
    double[] key = new double[graph.jobs];
    Integer[] sorted = new Integer[graph.jobs];
    for (int j = 0; j < graph.jobs; j++) {
      double known = starts.of(graph, pieces, j);
      key[j] = Double.isNaN(known) ? key[j] : Math.max(known, key[j]);
      sorted[j] = j;
      for (int e = graph.nextStart[j]; e < graph.nextStart[j + 1]; e++) {
        key[graph.next[e]] = Math.max(key[graph.next[e]], key[j]);
      }
    }
    Arrays.sort(
        sorted,
        (left, right) -> {
          int byKey = Double.compare(key[left], key[right]);
          return byKey != 0 ? byKey : Integer.compare(left, right);
        });
    Makespan made = new Makespan(graph, key);
    for (int j : sorted) {
      made.follow(j);
    }
    return made;
  }

  private void follow(int job) {
    int r = graph.resource[job];
    double length = graph.duration[job];
    start[job] = length == 0 ? readyAt[job] : Math.max(readyAt[job], freeAt[r]);
    freeAt[r] = length == 0 ? freeAt[r] : start[job] + length;
    double arrival = start[job] + length + graph.delay[job];
    end = graph.last[job] ? Math.max(end, arrival) : end;
    for (int e = graph.nextStart[job]; e < graph.nextStart[job + 1]; e++) {
      readyAt[graph.next[e]] = Math.max(readyAt[graph.next[e]], arrival);
    }
  }

  /** When the last awaited job has arrived. */
  double end() {
    return end;
  }

  JobGraph graph() {
    return graph;
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

  private void run() {
    for (int j = 0; j < graph.jobs; j++) {
      if (waiting[j] == 0) {
        events.add(0, j);
      }
    }
    while (!events.isEmpty()) {
      double now = events.leastKey();
      if (now == Double.POSITIVE_INFINITY) {
        end = now;
        return;
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
