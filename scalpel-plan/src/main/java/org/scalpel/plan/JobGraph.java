package org.scalpel.plan;

import java.util.Arrays;

/**
 * What has to happen for one request under one assignment: pieces (layers or segments), encodings,
 * transfers, decodings, each on the one resource that does it, and which waits for which.
 *
 * <p>Resources: tiers 0…K-1, then uplinks, then downlinks. Jobs are numbered so that every job
 * waits only for smaller numbers. A transfer's effect arrives half a round trip after it ends.
 */
final class JobGraph {
  private static final int START = -1;

  private final Instance in;
  private final int[] tierOf;
  private final Steps steps;
  private final Pieces pieces;
  private int[] edgeFrom;
  private int[] edgeTo;
  private int edges;

  int jobs;
  double[] duration;
  double[] delay;
  int[] resource;

  /** The tensor that the job is about; written as its complement, the piece. */
  int[] subject;

  /** Which step of which crossing a job is, see {@link #code}; -1 for a piece. */
  int[] step;

  /** True for jobs whose end is awaited. */
  boolean[] last;

  int[] nextStart = new int[0];
  int[] next = new int[0];
  private final int[] pieceJob;

  JobGraph(Instance in, int[] tierOf, Steps steps, Pieces pieces) {
    this.in = in;
    this.tierOf = tierOf;
    this.steps = steps;
    this.pieces = pieces;
    int expected = pieces.count + 16;
    duration = new double[expected];
    delay = new double[expected];
    resource = new int[expected];
    subject = new int[expected];
    step = new int[expected];
    last = new boolean[expected];
    edgeFrom = new int[in.consumer.length + 16];
    edgeTo = new int[in.consumer.length + 16];
    pieceJob = new int[pieces.count];
    for (int t = 0; t < in.tensors; t++) {
      if (in.producer[t] < 0) {
        tensor(t, START, START);
      }
    }
    for (int p = 0; p < pieces.count; p++) {
      pieceJob[p] = job(pieces.ms[p], pieces.tier[p], 0, ~p);
      last[pieceJob[p]] = !steps.anyOutput;
      for (int i = pieces.start[p]; i < pieces.start[p + 1]; i++) {
        int v = pieces.members[i];
        for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
          tensor(in.made[m], pieceJob[p], p);
        }
      }
    }
    sortEdges();
  }

  boolean isPiece(int job) {
    return subject[job] < 0;
  }

  int tiers() {
    return in.tiers;
  }

  int resources() {
    return in.tiers + 2 * in.links;
  }

  private int job(double ms, int on, double after, int about) {
    if (jobs == duration.length) {
      int size = jobs * 3 / 2;
      duration = Arrays.copyOf(duration, size);
      delay = Arrays.copyOf(delay, size);
      resource = Arrays.copyOf(resource, size);
      subject = Arrays.copyOf(subject, size);
      step = Arrays.copyOf(step, size);
      last = Arrays.copyOf(last, size);
    }
    duration[jobs] = ms;
    resource[jobs] = on;
    delay[jobs] = after;
    subject[jobs] = about;
    step[jobs] = -1;
    return jobs++;
  }

  private void edge(int from, int to) {
    if (from == START) {
      return;
    }
    if (edges == edgeFrom.length) {
      edgeFrom = Arrays.copyOf(edgeFrom, edges * 2);
      edgeTo = Arrays.copyOf(edgeTo, edges * 2);
    }
    edgeFrom[edges] = from;
    edgeTo[edges++] = to;
  }

  private void tensor(int t, int maker, int piece) {
    int home = in.home(t, tierOf);
    int farthest = in.farthest(t, tierOf);
    readers(t, maker, piece, home);
    int at = maker;
    for (int k = home; k < farthest; k++) {
      at = cross(t, k, steps.up, at);
      readers(t, at, piece, k + 1);
    }
    if (in.problem.tensors().get(t).output() && maker != START) {
      int back = maker;
      for (int k = home - 1; k >= 0 && in.returns(t); k--) {
        back = cross(t, k, steps.down, back);
      }
      last[back] = true;
    }
  }

  /**
   * Readers of {@code t} on {@code tier}, other than its own piece, wait for {@code job}; those on
   * tiers before its home too.
   */
  private void readers(int t, int job, int piece, int tier) {
    boolean home = tier == in.home(t, tierOf);
    for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
      int on = tierOf[in.consumer[c]];
      int reader = pieces.of[in.consumer[c]];
      if ((on == tier || (home && on < tier)) && reader != piece) {
        edge(job, ~reader);
      }
    }
  }

  /** Encoding, transfer and decoding of one tensor on one link; returns the job that ends it. */
  private int cross(int t, int k, Steps.Way way, int after) {
    boolean away = way == steps.up;
    int crossing = t * in.links + k;
    int code = code(crossing, away);
    int at = after;
    if (way.encode[crossing] > 0) {
      int encoding = job(way.encode[crossing], away ? k : k + 1, 0, t);
      step[encoding] = code;
      edge(at, encoding);
      at = encoding;
    }
    int transfer = job(way.send[crossing], in.tiers + (away ? 0 : in.links) + k, steps.half[k], t);
    step[transfer] = code + 1;
    edge(at, transfer);
    at = transfer;
    if (way.decode[crossing] > 0) {
      int decoding = job(way.decode[crossing], away ? k + 1 : k, 0, t);
      step[decoding] = code + 2;
      edge(at, decoding);
      at = decoding;
    }
    return at;
  }

  /** The number of a crossing's encoding; sending and decoding are the next two. */
  static int code(int crossing, boolean away) {
    return crossing * 6 + (away ? 0 : 3);
  }

  private void sortEdges() {
    nextStart = new int[jobs + 1];
    for (int e = 0; e < edges; e++) {
      nextStart[edgeFrom[e] + 1]++;
    }
    for (int j = 0; j < jobs; j++) {
      nextStart[j + 1] += nextStart[j];
    }
    int[] place = Arrays.copyOf(nextStart, jobs);
    next = new int[edges];
    for (int e = 0; e < edges; e++) {
      next[place[edgeFrom[e]]++] = edgeTo[e] < 0 ? pieceJob[~edgeTo[e]] : edgeTo[e];
    }
  }

  /** The longest way from the start of each job to the end of everything. */
  double[] ranks() {
    double[] rank = new double[jobs];
    for (int j = jobs - 1; j >= 0; j--) {
      double after = 0;
      for (int e = nextStart[j]; e < nextStart[j + 1]; e++) {
        after = Math.max(after, rank[next[e]]);
      }
      rank[j] = duration[j] + delay[j] + after;
    }
    return rank;
  }

  /**
   * What no schedule undercuts: the longest way to an end that is awaited, and, if all are, loads.
   */
  double least() {
    double most = 0;
    double[] head = new double[jobs];
    double[] load = new double[resources()];
    for (int j = 0; j < jobs; j++) {
      double end = head[j] + duration[j] + delay[j];
      most = last[j] ? Math.max(most, end) : most;
      load[resource[j]] += duration[j];
      for (int e = nextStart[j]; e < nextStart[j + 1]; e++) {
        head[next[e]] = Math.max(head[next[e]], end);
      }
    }
    for (int r = 0; r < load.length && !steps.idle; r++) {
      most = Math.max(most, load[r]);
    }
    return most;
  }
}
