package org.scalpel.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.Splitter;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;

/**
 * Where each kernel of a model runs, from a plan file or an assignment file.
 *
 * @param label what messages call it
 * @param tiers the device first
 * @param assignment kernel → tier
 * @param pieces the segments, where the file names them
 */
record PlanFile(
    String label, List<String> tiers, Map<String, String> assignment, List<NamedPiece> pieces) {
  private static final List<String> USUAL_ORDER = List.of("device", "edge", "cloud");

  /** A segment as a plan names it. */
  record NamedPiece(String tier, List<String> kernels) {}

  /** The partition of a plan that serves most requests. */
  static PlanFile ofPlan(Path file, OnnxModel model) {
    requireModel(file, model);
    Plan plan = PlanJson.read(InputFile.text(file), file.toString());
    Partition main = plan.main();
    if (!main.valid()) {
      throw new UserException(
          file + ": the plan is not valid (" + String.join("; ", main.violations()) + ")");
    }
    int index = plan.partitions().indexOf(main);
    JsonNode segments = Json.read(file).path("partitions").path(index).path("segments");
    List<NamedPiece> pieces = new ArrayList<>();
    for (JsonNode segment : segments) {
      List<String> kernels = new ArrayList<>();
      segment.path("kernels").forEach(kernel -> kernels.add(kernel.asText()));
      pieces.add(new NamedPiece(segment.path("tier").asText(), kernels));
    }
    return new PlanFile(file.toString(), tiers(main), main.assignment(), pieces);
  }

  /**
   * Names of kernels may be those of another model, so its digest decides where the plan has it.
   */
  private static void requireModel(Path file, OnnxModel model) {
    String planned = Json.read(file).path("model_sha256").asText(model.sha256());
    if (!planned.equals(model.sha256())) {
      throw new UserException(
          "%s: the plan is of the model with SHA-256 %s; %s has %s"
              .formatted(file, planned, model.label(), model.sha256()));
    }
  }

  /** {@code {"kernel": "tier", …}}. */
  static PlanFile ofAssignment(Path file, List<String> tiers, KernelGraph kernels) {
    JsonNode json = Json.read(file);
    Map<String, String> assignment = new java.util.LinkedHashMap<>();
    if (!json.isObject()) {
      throw new UserException(file + ": expected {\"kernel\": \"tier\", …}");
    }
    json.properties()
        .forEach(
            field -> {
              if (!field.getValue().isTextual()) {
                throw new UserException(
                    file + ": " + field.getKey() + ": expected the name of a tier");
              }
              assignment.put(field.getKey(), field.getValue().asText());
            });
    List<String> order = tiers.isEmpty() ? order(file, assignment, kernels) : tiers;
    return new PlanFile(file.toString(), order, assignment, List.of());
  }

  /**
   * The usual names in their usual order, others in the order in which the model meets them. A mix
   * of both is a slip of the pen, or needs its order said.
   */
  private static List<String> order(
      Path file, Map<String, String> assignment, KernelGraph kernels) {
    Set<String> found = new LinkedHashSet<>();
    for (Kernel kernel : kernels.kernels()) {
      Optional.ofNullable(assignment.get(kernel.name())).ifPresent(found::add);
    }
    found.addAll(assignment.values());
    Set<String> strange = new LinkedHashSet<>(found);
    strange.removeAll(USUAL_ORDER);
    if (!strange.isEmpty() && strange.size() < found.size()) {
      throw new UserException(
          "%s: tier %s: expected one of %s. Maybe name all tiers in order: --tiers"
              .formatted(file, String.join(", ", strange), USUAL_ORDER));
    }
    return strange.isEmpty() ? USUAL_ORDER : List.copyOf(found);
  }

  /** The tiers of a partition, the device first: its stages are in their order. */
  static List<String> tiers(Partition partition) {
    Set<String> names = new LinkedHashSet<>();
    for (String stage : partition.stagesMs().keySet()) {
      if (!stage.contains("->") && !stage.equals("rtt")) {
        names.add(stage);
      }
    }
    names.addAll(partition.assignment().values());
    return List.copyOf(names);
  }

  /** For every kernel its tier, checked by name. */
  int[] tierOfKernel(KernelGraph kernels) {
    for (String name : assignment.keySet()) {
      kernel(kernels, name);
    }
    int[] result = new int[kernels.kernels().size()];
    for (Kernel kernel : kernels.kernels()) {
      String tier = assignment.get(kernel.name());
      if (tier == null) {
        throw new UserException(label + ": kernel \"" + kernel.name() + "\": expected its tier");
      }
      result[kernel.index()] = tier(tier);
    }
    requireForward(kernels, result);
    return result;
  }

  /** Tensors go from the device outwards only; here tiers still have names. */
  private void requireForward(KernelGraph kernels, int[] tierOfKernel) {
    for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
      for (int reader : tensor.consumers()) {
        int maker = tensor.producer();
        if (maker >= 0 && tierOfKernel[maker] > tierOfKernel[reader]) {
          throw new UserException(
              "%s: tensor \"%s\" would travel backward from %s (kernel \"%s\") to %s (kernel \"%s\")"
                  .formatted(
                      label,
                      tensor.name(),
                      tiers.get(tierOfKernel[maker]),
                      kernels.kernels().get(maker).name(),
                      tiers.get(tierOfKernel[reader]),
                      kernels.kernels().get(reader).name()));
        }
      }
    }
  }

  List<Segment> segments(Splitter splitter, KernelGraph kernels) {
    int[] tierOfKernel = tierOfKernel(kernels);
    if (pieces.isEmpty()) {
      return splitter.segments(tierOfKernel);
    }
    List<Segment.Piece> list = new ArrayList<>();
    for (NamedPiece piece : pieces) {
      List<Integer> members =
          piece.kernels().stream().map(name -> kernel(kernels, name).index()).toList();
      list.add(new Segment.Piece(tier(piece.tier()), members));
    }
    return splitter.segments(list);
  }

  private int tier(String name) {
    int index = tiers.indexOf(name);
    if (index < 0) {
      throw new UserException(label + ": tier \"" + name + "\": expected one of " + tiers);
    }
    return index;
  }

  private Kernel kernel(KernelGraph kernels, String name) {
    return kernels
        .kernel(name)
        .orElseThrow(
            () ->
                new UserException(
                    label
                        + ": the model has no kernel \""
                        + name
                        + "\". Maybe the plan is of another model"));
  }
}
