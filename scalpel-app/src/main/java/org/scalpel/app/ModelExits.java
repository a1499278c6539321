package org.scalpel.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.plan.ExitControl;
import org.scalpel.plan.ExitStages;
import org.scalpel.plan.Exits;
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

  /**
   * The model's problem with these exits, and a tensor of no bytes from each exit's head to every
   * kernel that it gates. A head is the kernel that makes the output of an exit's name, or the
   * kernel or node of that name.
   */
  Problem gated(Exits exits) {
    Problem problem = model.problem();
    return ExitControl.gated(
        problem,
        exits,
        name ->
            ExitControl.producer(problem, name)
                .orElseGet(() -> problem.layerIndex(model.kernelOf("--exits", name))));
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
