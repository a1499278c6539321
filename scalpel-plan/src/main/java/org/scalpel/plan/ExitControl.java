package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * A problem with early exits whose decisions are part of the graph: a tensor of no bytes leads from
 * each exit's head to every layer that it gates.
 *
 * <pre>
 *   trunk ──▶ rest          trunk ──────────▶ rest
 *     └─────▶ head            └─▶ head ──0──▶ rest
 * </pre>
 *
 * Without it a head could stand beyond what it gates, and its decision would travel back for free.
 */
public final class ExitControl {
  private ExitControl() {}

  /**
   * The problem with these exits and their control tensors.
   *
   * @param head the layer that makes an exit's answer, by the exit's name
   * @throws ProblemException the exits name layers that are not there, or are not nested
   */
  public static Problem gated(Problem problem, Exits exits, ToIntFunction<String> head) {
    Problem with = declared(problem, exits);
    int[] stages = ExitStages.of(with);
    List<PlanTensor> tensors = new ArrayList<>(with.tensors());
    for (int exit = 0; exit + 1 < exits.names().size(); exit++) {
      List<Integer> behind = new ArrayList<>();
      for (int layer = 0; layer < stages.length; layer++) {
        if (stages[layer] > exit) {
          behind.add(layer);
        }
      }
      if (!behind.isEmpty()) {
        String name = exits.names().get(exit);
        tensors.add(PlanTensor.of("exit:" + name, head.applyAsInt(name), behind, 0));
      }
    }
    return with.withTensors(tensors);
  }

  /**
   * The problem with these exits, for problems that carry their own control tensors.
   *
   * @throws ProblemException the exits name layers that are not there
   */
  public static Problem declared(Problem problem, Exits exits) {
    Options options = problem.options();
    for (Exits.Point point : exits.points()) {
      point.reach().keySet().forEach(problem::layerIndex);
    }
    return problem.withOptions(
        new Options(options.weights(), Optional.of(exits), options.resultsAt()));
  }

  /** The layer that makes the tensor of that name, if there is one. */
  public static Optional<Integer> producer(Problem problem, String tensor) {
    return problem.tensors().stream()
        .filter(one -> one.name().equals(tensor) && one.producer() >= 0)
        .findFirst()
        .map(PlanTensor::producer);
  }
}
