package org.scalpel.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.plan.ExitStages;
import org.scalpel.plan.Exits;
import org.scalpel.plan.Options;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Problem;

/** Early exits of a model: their heads, what they gate, and the segments that they end. */
final class ModelExits {
  private final ModelProblem model;

  private ModelExits(ModelProblem model) {
    this.model = model;
  }

  static ModelExits of(ModelProblem model) {
    return new ModelExits(model);
  }

  /** The problem with these exits, for problems that carry their own control tensors. */
  static Problem on(Problem problem, Exits exits) {
    Options options = problem.options();
    for (Exits.Point point : exits.points()) {
      point.reach().keySet().forEach(problem::layerIndex);
    }
    return problem.withOptions(
        new Options(options.weights(), Optional.of(exits), options.resultsAt()));
  }

  /**
   * The model's problem with these exits, and a tensor of no bytes from each exit's head to every
   * kernel that it gates, so that the decision never travels back for free.
   */
  Problem gated(Exits exits) {
    Problem problem = on(model.problem(), exits);
    int[] stages = ExitStages.of(problem);
    List<PlanTensor> tensors = new ArrayList<>(problem.tensors());
    for (int exit = 0; exit + 1 < exits.names().size(); exit++) {
      List<Integer> behind = new ArrayList<>();
      for (int layer = 0; layer < stages.length; layer++) {
        if (stages[layer] > exit) {
          behind.add(layer);
        }
      }
      if (!behind.isEmpty()) {
        String name = exits.names().get(exit);
        tensors.add(PlanTensor.of("exit:" + name, head(problem, name), behind, 0));
      }
    }
    return new Problem(
        problem.name(),
        problem.tiers(),
        problem.layers(),
        tensors,
        problem.links(),
        problem.options());
  }

  /** The kernel that makes the output of that name, or the kernel or node of that name. */
  private int head(Problem problem, String name) {
    return problem.tensors().stream()
        .filter(tensor -> tensor.name().equals(name) && tensor.producer() >= 0)
        .findFirst()
        .map(PlanTensor::producer)
        .orElseGet(() -> problem.layerIndex(model.kernelOf("--exits", name)));
  }

  /** A segment's kernels, and the exit behind which it runs. */
  record Piece(int tier, Optional<String> afterExit, List<Integer> kernels) {}

  /** The kernels by exit, then by tier: no exit's part needs anything of a later one's. */
  static List<Piece> pieces(ModelProblem model, int[] tierOfKernel) {
    Problem problem = model.problem();
    int[] stages = ExitStages.of(problem);
    List<String> names = problem.options().exits().orElseThrow().names();
    Map<Integer, List<Integer>> byPlace = new TreeMap<>();
    int tiers = problem.tiers().size();
    for (Kernel kernel : model.kernels().kernels()) {
      int place = stages[problem.layerIndex(kernel.name())] * tiers + tierOfKernel[kernel.index()];
      byPlace.computeIfAbsent(place, any -> new ArrayList<>()).add(kernel.index());
    }
    Map<Integer, Piece> pieces = new LinkedHashMap<>();
    byPlace.forEach(
        (place, kernels) -> {
          int stage = place / tiers;
          Optional<String> after =
              stage == 0 ? Optional.empty() : Optional.of(names.get(stage - 1));
          pieces.put(place, new Piece(place % tiers, after, kernels));
        });
    return List.copyOf(pieces.values());
  }
}
