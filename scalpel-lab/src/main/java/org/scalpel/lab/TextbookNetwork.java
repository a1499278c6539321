package org.scalpel.lab;

import com.google.ortools.Loader;
import com.google.ortools.graph.MaxFlow;
import java.util.Arrays;
import org.jgrapht.alg.flow.PushRelabelMFImpl;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;
import org.scalpel.plan.Link;
import org.scalpel.plan.PlanLayer;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Problem;

/**
 * The flow network of serial latency, written down once more straight from its definition and
 * handed to other people's solvers: a yardstick of speed and, because nothing is shared with the
 * planner's own code, a check of its values. Raw tensors only: no codecs, exits or prices.
 *
 * <pre>
 *   (v,k) on the sink side ⇔ layer v runs beyond tier k
 *   source ─c[K−1]─▶ (v,K−2) ─c[K−2]─▶ … ─c[1]─▶ (v,0) ─c[0]─▶ sink      and ∞ the other way
 *   (q,k) ─∞─▶ (p,k)            a tensor p→q never travels back
 *   (p,k) ─bytes/up─▶ (t,k) ─∞─▶ (q,k)      charged once per link
 *   source ─bytes/down─▶ (p,k)  for an output         source ─rtt─▶ r_k ─∞─▶ (v,k)
 * </pre>
 */
final class TextbookNetwork {
  private static final double NANOS = 1e6;

  private int[] from = new int[1024];
  private int[] to = new int[1024];
  private long[] capacity = new long[1024];
  private int arcs;
  private final int borders;
  private final int layers;
  private final int nodes;
  private final long infinite;

  TextbookNetwork(Problem problem) {
    borders = problem.tiers().size() - 1;
    layers = problem.layers().size();
    nodes = (layers + problem.tensors().size() + 1) * borders + 2;
    infinite = 1L << 60;
    for (int v = 0; v < layers; v++) {
      addLayer(v, problem.layers().get(v));
    }
    for (int t = 0; t < problem.tensors().size(); t++) {
      for (int k = 0; k < borders; k++) {
        addTensor(t, problem.tensors().get(t), k, problem.links().get(k));
      }
    }
    for (int k = 0; k < borders; k++) {
      arc(source(), rtt(k), nanos(problem.links().get(k).rttMs()));
      for (int v = 0; v < layers; v++) {
        arc(rtt(k), layer(v, k), infinite);
      }
    }
  }

  int nodes() {
    return nodes;
  }

  /** The cut's value by OR-Tools, in ms. */
  double orTools() {
    Loader.loadNativeLibraries();
    MaxFlow flow = new MaxFlow();
    for (int a = 0; a < arcs; a++) {
      flow.addArcWithCapacity(from[a], to[a], capacity[a]);
    }
    MaxFlow.Status status = flow.solve(source(), sink());
    if (status != MaxFlow.Status.OPTIMAL) {
      throw new IllegalStateException("OR-Tools: " + status);
    }
    return flow.getOptimalFlow() / NANOS;
  }

  /** The cut's value by JGraphT's push-relabel, in ms. */
  double jgrapht() {
    var graph =
        new SimpleDirectedWeightedGraph<Integer, DefaultWeightedEdge>(DefaultWeightedEdge.class);
    for (int v = 0; v < nodes; v++) {
      graph.addVertex(v);
    }
    for (int a = 0; a < arcs; a++) {
      DefaultWeightedEdge edge = graph.getEdge(from[a], to[a]);
      double before = edge == null ? 0 : graph.getEdgeWeight(edge);
      graph.setEdgeWeight(
          edge == null ? graph.addEdge(from[a], to[a]) : edge, before + capacity[a]);
    }
    return new PushRelabelMFImpl<>(graph).getMaximumFlowValue(source(), sink()) / NANOS;
  }

  private void addLayer(int v, PlanLayer layer) {
    arc(source(), layer(v, borders - 1), nanos(layer.computeMs().get(borders)));
    for (int k = borders - 1; k > 0; k--) {
      arc(layer(v, k), layer(v, k - 1), nanos(layer.computeMs().get(k)));
      arc(layer(v, k - 1), layer(v, k), infinite);
    }
    arc(layer(v, 0), sink(), nanos(layer.computeMs().get(0)));
  }

  private void addTensor(int t, PlanTensor tensor, int k, Link link) {
    boolean input = tensor.producer() == PlanTensor.MODEL_INPUT;
    int producer = input ? source() : layer(tensor.producer(), k);
    int node = (layers + t) * borders + k;
    arc(producer, node, transfer(tensor.bytes(), link.upMbps()));
    for (int consumer : tensor.consumers()) {
      arc(node, layer(consumer, k), infinite);
      if (!input) {
        arc(layer(consumer, k), producer, infinite);
      }
    }
    if (tensor.output() && !input) {
      arc(source(), producer, transfer(tensor.bytes(), link.downMbps()));
    }
  }

  private void arc(int tail, int head, long limit) {
    if (arcs == from.length) {
      from = Arrays.copyOf(from, 2 * arcs);
      to = Arrays.copyOf(to, 2 * arcs);
      capacity = Arrays.copyOf(capacity, 2 * arcs);
    }
    from[arcs] = tail;
    to[arcs] = head;
    capacity[arcs++] = limit;
  }

  private int layer(int v, int k) {
    return v * borders + k;
  }

  private int rtt(int k) {
    return nodes - 2 - borders + k;
  }

  private int source() {
    return nodes - 2;
  }

  private int sink() {
    return nodes - 1;
  }

  private static long transfer(long bytes, double mbps) {
    return Math.round(bytes * 8 / mbps * 1000);
  }

  private static long nanos(double ms) {
    return Math.round(ms * NANOS);
  }
}
