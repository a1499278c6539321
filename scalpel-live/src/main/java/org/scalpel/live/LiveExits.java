package org.scalpel.live;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.scalpel.graph.EarlyExits;
import org.scalpel.plan.ExitControl;
import org.scalpel.plan.Exits;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;
import org.scalpel.tier.Deployment;

/** What early exits change about plans that follow the world. */
final class LiveExits {
  // Steps of a link's rate for which plans are kept ready.
  private static final List<Double> STEPS = List.of(0.5, 2.0, 0.25, 4.0, 0.1, 10.0);

  private LiveExits() {}

  /** The problem with the exits and their control tensors. */
  static Problem gated(Problem problem, LiveSetup setup, Exits exits) {
    List<EarlyExits.Exit> declared =
        EarlyExits.of(setup.kernels().layers().model()).map(EarlyExits::exits).orElse(List.of());
    return ExitControl.gated(
        problem,
        exits,
        name ->
            declared.stream()
                .filter(exit -> exit.name().equals(name))
                .findFirst()
                .flatMap(exit -> ExitControl.producer(problem, exit.output()))
                .orElseGet(() -> problem.layerIndex(name)));
  }

  /** What is asked where nothing keeps the deadline: the fastest point. */
  static Request hurried(Request request) {
    Limits limits = request.limits();
    Limits.Quality quality = limits.quality();
    return request.withLimits(
        new Limits(
            limits.pins(),
            limits.each(),
            limits.mean(),
            new Limits.Quality(
                quality.maxLoss(), OptionalDouble.empty(), OptionalDouble.of(0), quality.tail())));
  }

  /** The problem with the rates of all links changed, in steps up and down. */
  static List<Problem> nearby(Problem problem) {
    List<Problem> all = new ArrayList<>();
    for (double step : STEPS) {
      all.add(
          problem.withLinks(
              problem.links().stream()
                  .map(link -> link.withRates(link.upMbps() * step, link.downMbps() * step))
                  .toList()));
    }
    return all;
  }

  /** The accuracy of the operating points of these partitions, in their shares. */
  static double accuracy(List<Partition> partitions) {
    return partitions.stream()
        .mapToDouble(
            one -> one.share() * one.exits().map(Partition.ExitChoice::accuracy).orElse(1.0))
        .sum();
  }

  /** Whether an exit before the model's end stands on the device: it always has an answer. */
  static boolean answersHere(Deployment deployment) {
    List<Deployment.Exit> exits = deployment.exits();
    return exits.stream()
        .limit(Math.max(0, exits.size() - 1))
        .anyMatch(
            exit ->
                deployment.kernels().tensors().stream()
                    .anyMatch(
                        tensor ->
                            tensor.name().equals(exit.output())
                                && tensor.producer() >= 0
                                && deployment.tierOfKernel().get(tensor.producer()) == 0));
  }
}
