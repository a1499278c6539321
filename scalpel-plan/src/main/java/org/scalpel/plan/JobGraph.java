package org.scalpel.plan;

import java.util.Arrays;

/**
 * What has to happen for one request under one assignment: layers, encodings, transfers, decodings,
 * each on the one resource that does it, and which waits for which.
 *
 * <p>Resources: tiers 0…K-1, then uplinks, then downlinks. Jobs are numbered so that every job
 * waits only for smaller numbers. A transfer's effect arrives half a round trip after it ends.
 */
final class JobGraph {
  private static final int START = -1;

  private final Instance in;
  private final int[] tierOf;
  private final Crossings crossings;
  private int[] edgeFrom = new int[64];
  private int[] edgeTo = new int[64];
  private int edges;

  int jobs;
  double[] duration;
  double[] delay;
  int[] resource;

  /** The layer or the tensor that the job is about. */
  int[] subject;

  /** True for jobs whose end is awaited. */
  boolean[] last;

  int[] nextStart = new int[0];
  int[] next = new int[0];
  private final int[] layerJob;

  JobGraph(Instance in, int[] tierOf, Crossings crossings) {
    this.in = in;
    this.tierOf = tierOf;
    this.crossings = crossings;
    int expected = in.layers + 16;
    duration = new double[expected];
    delay = new double[expected];
    resource = new int[expected];
    subject = new int[expected];
    last = new boolean[expected];
    layerJob = new int[in.layers];
    boolean anyOutput =
        in.problem.tensors().stream().anyMatch(t -> t.output() && t.producer() >= 0);
    for (int t = 0; t < in.tensors; t++) {
      if (in.producer[t] < 0) {
        tensor(t, START);
      }
    }
    for (int v : in.order) {
      int k = tierOf[v];
      layerJob[v] = job(in.compute[v * in.tiers + k], k, 0, v);
      last[layerJob[v]] = !anyOutput;
      for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
        tensor(in.made[m], layerJob[v]);
      }
    }
    sortEdges();
  }

  boolean isLayer(int job) {
    return resource[job] < in.tiers && subject[job] < in.layers && layerJob[subject[job]] == job;
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
      last = Arrays.copyOf(last, size);
    }
    duration[jobs] = ms;
    resource[jobs] = on;
    delay[jobs] = after;
    subject[jobs] = about;
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

  private void tensor(int t, int maker) {
    int home = in.home(t, tierOf);
    int farthest = in.farthest(t, tierOf);
    readers(t, maker, home, true);
    int at = maker;
    for (int k = home; k < farthest; k++) {
      at = crossing(t, k, true, at);
      readers(t, at, k + 1, false);
    }
    if (in.problem.tensors().get(t).output() && maker != START) {
      int back = maker;
      for (int k = home - 1; k >= 0 && in.returns(t); k--) {
        back = crossing(t, k, false, back);
      }
      last[back] = true;
    }
  }

  /**
   * Readers of {@code t} on {@code tier} wait for {@code job}; those before it too, if it is home.
   */
  private void readers(int t, int job, int tier, boolean before) {
    for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
      int on = tierOf[in.consumer[c]];
      if (on == tier || (before && on < tier)) {
        edge(job, ~in.consumer[c]);
      }
    }
  }

  /** Encoding, transfer and decoding of one tensor on one link; returns the job that ends it. */
  private int crossing(int t, int k, boolean away, int after) {
    Codec codec = crossings.codec(t, k, away);
    Link link = in.problem.links().get(k);
    int near = away ? k : k + 1;
    int far = away ? k + 1 : k;
    int at = after;
    if (codec.encodeMs(near) > 0) {
      int encoding = job(codec.encodeMs(near), near, 0, t);
      edge(at, encoding);
      at = encoding;
    }
    double rate = away ? link.upMbps() : link.downMbps();
    double ms = rate == 0 ? Double.POSITIVE_INFINITY : codec.bytes() * 8e-3 / rate;
    int on = in.tiers + (away ? 0 : in.links) + k;
    int transfer = job(ms, on, link.rttMs() / 2, t);
    edge(at, transfer);
    at = transfer;
    if (codec.decodeMs(far) > 0) {
      int decoding = job(codec.decodeMs(far), far, 0, t);
      edge(at, decoding);
      at = decoding;
    }
    return at;
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
      next[place[edgeFrom[e]]++] = edgeTo[e] < 0 ? layerJob[~edgeTo[e]] : edgeTo[e];
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
}
