package org.scalpel.plan;

import com.google.ortools.Loader;
import com.google.ortools.graph.MaxFlow;
import org.jgrapht.alg.flow.PushRelabelMFImpl;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;

/** Other people's maximum flows on our networks. */
final class OracleFlows {
  private OracleFlows() {}

  static long orTools(FlowNetwork network) {
    Loader.loadNativeLibraries();
    MaxFlow flow = new MaxFlow();
    int source = network.nodes();
    int sink = source + 1;
    network.forEachArc(
        (from, to, capacity) ->
            flow.addArcWithCapacity(from < 0 ? source : from, to < 0 ? sink : to, capacity));
    MaxFlow.Status status = flow.solve(source, sink);
    if (status != MaxFlow.Status.OPTIMAL) {
      throw new IllegalStateException("OR-Tools: " + status);
    }
    return flow.getOptimalFlow();
  }

  static double jgrapht(FlowNetwork network) {
    var graph =
        new SimpleDirectedWeightedGraph<Integer, DefaultWeightedEdge>(DefaultWeightedEdge.class);
    int source = network.nodes();
    int sink = source + 1;
    for (int v = 0; v <= sink; v++) {
      graph.addVertex(v);
    }
    network.forEachArc(
        (from, to, capacity) -> {
          int tail = from < 0 ? source : from;
          int head = to < 0 ? sink : to;
          DefaultWeightedEdge edge = graph.getEdge(tail, head);
          if (edge == null) {
            graph.setEdgeWeight(graph.addEdge(tail, head), (double) capacity);
          } else {
            graph.setEdgeWeight(edge, graph.getEdgeWeight(edge) + (double) capacity);
          }
        });
    return new PushRelabelMFImpl<>(graph).getMaximumFlowValue(source, sink);
  }
}
