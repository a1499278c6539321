package org.scalpel.app;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.KernelStats;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Partition;

/** A model's kernels as boxes, its tensors as arrows. */
final class KernelDrawing {
  private static final int LAYERS_SHOWN = 8;

  private final Inspection inspection;
  private final List<String> tiers;
  private final Map<String, String> assignment;
  private final Map<String, List<Double>> kernelMs;
  private final List<GraphView.Node> nodes = new ArrayList<>();
  private final List<GraphView.Edge> edges = new ArrayList<>();

  private KernelDrawing(
      Inspection inspection,
      List<String> tiers,
      Map<String, String> assignment,
      Map<String, List<Double>> kernelMs) {
    this.inspection = inspection;
    this.tiers = tiers;
    this.assignment = assignment;
    this.kernelMs = kernelMs;
    kernels();
    tensors();
  }

  /** Coloured by MACs, and by tier where there is a plan. */
  static KernelDrawing of(Inspection inspection, Optional<Partition> plan) {
    Map<String, String> assignment = plan.map(Partition::assignment).orElse(Map.of());
    List<String> tiers = plan.map(PlanFile::tiers).orElse(List.of());
    return new KernelDrawing(inspection, tiers, assignment, Map.of());
  }

  /** Coloured by tier and by the kernels' times on the device. */
  static KernelDrawing of(Inspection inspection, ModelProblem model, Partition plan) {
    return new KernelDrawing(
        inspection, List.copyOf(model.profiles().keySet()), plan.assignment(), model.kernelMs());
  }

  GraphView view() {
    return new GraphView(tiers, nodes, edges);
  }

  private void kernels() {
    Set<Integer> cuts = new HashSet<>(inspection.structure().cutVertices());
    double most = 1e-9;
    for (Kernel kernel : inspection.kernels().kernels()) {
      most = Math.max(most, cost(kernel));
    }
    for (Kernel kernel : inspection.kernels().kernels()) {
      nodes.add(
          new GraphView.Node(
              GraphView.Kind.KERNEL,
              inspection.ops(kernel),
              kernel.name(),
              cost(kernel) / most,
              tiers.indexOf(assignment.getOrDefault(kernel.name(), "")),
              cuts.contains(kernel.index()),
              details(kernel)));
    }
  }

  private double cost(Kernel kernel) {
    List<Double> times = kernelMs.get(kernel.name());
    return times == null || times.isEmpty()
        ? inspection.stats().get(kernel.index()).macs()
        : times.get(0);
  }

  private Map<String, String> details(Kernel kernel) {
    KernelStats stats = inspection.stats().get(kernel.index());
    Map<String, String> details = new LinkedHashMap<>();
    details.put("kernel", kernel.name());
    if (assignment.containsKey(kernel.name())) {
      details.put("runs on", assignment.get(kernel.name()));
    }
    List<Double> times = kernelMs.getOrDefault(kernel.name(), List.of());
    for (int tier = 0; tier < times.size(); tier++) {
      details.put("on " + tiers.get(tier), Units.ms(times.get(tier)));
    }
    details.put("MACs", Units.count(stats.macs()));
    details.put("weights", Units.bytes(stats.parameterBytes()));
    List<String> names =
        kernel.layers().stream()
            .limit(LAYERS_SHOWN)
            .map(layer -> inspection.layer(layer).op() + " " + inspection.layer(layer).name())
            .toList();
    int more = kernel.layers().size() - names.size();
    details.put("layers", String.join(", ", names) + (more > 0 ? " and " + more + " more" : ""));
    return details;
  }

  private void tensors() {
    for (KernelTensor tensor : inspection.kernels().tensors()) {
      Map<String, String> details = details(tensor);
      double bytes = inspection.fact(tensor).map(TensorFact::bytes).orElse(0L);
      int from = tensor.producer();
      if (from < 0) {
        from = end(GraphView.Kind.INPUT, tensor, details);
      }
      for (int consumer : tensor.consumers()) {
        edges.add(new GraphView.Edge(from, consumer, bytes, details));
      }
      if (tensor.output()) {
        edges.add(
            new GraphView.Edge(from, end(GraphView.Kind.OUTPUT, tensor, details), bytes, details));
      }
    }
  }

  private int end(GraphView.Kind kind, KernelTensor tensor, Map<String, String> details) {
    nodes.add(new GraphView.Node(kind, tensor.name(), "", 0, -1, false, details));
    return nodes.size() - 1;
  }

  private Map<String, String> details(KernelTensor tensor) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("tensor", tensor.name());
    Optional<TensorFact> fact = inspection.fact(tensor);
    details.put("type and shape", fact.map(TensorFact::toString).orElse("unknown"));
    details.put("size", fact.map(known -> Units.bytes(known.bytes())).orElse("unknown"));
    return details;
  }
}
