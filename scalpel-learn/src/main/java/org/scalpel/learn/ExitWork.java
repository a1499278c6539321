package org.scalpel.learn;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.scalpel.engine.Engine;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelStats;
import org.scalpel.graph.OnnxModel;

/**
 * What a request costs that leaves at an exit, and which kernels stand behind it.
 *
 * @param kernels of the model with exits
 * @param stages for every kernel how many exits stand before it
 * @param shares for every kernel its multiply-accumulate operations as a fraction of those of the
 *     model without exits
 */
public record ExitWork(KernelGraph kernels, List<Integer> stages, List<Double> shares) {
  /** Copies. */
  public ExitWork {
    stages = List.copyOf(stages);
    shares = List.copyOf(shares);
  }

  /** Finds it out by running the model once. */
  public static ExitWork of(Engine engine, OnnxModel model) {
    EarlyExits exits = ExitSamples.exitsOf(model);
    String end = exits.exits().get(exits.exits().size() - 1).output();
    Classifier classifier = Classifier.of(engine, model, Optional.of(end));
    KernelGraph kernels = engine.kernels(model);
    List<KernelStats> stats =
        KernelStats.of(
            kernels, Classifier.facts(engine, model, classifier.width(), classifier.height()));
    int[] stages = exits.stages(kernels);
    boolean[] plain = exits.needed(kernels, exits.exits().size() - 1);
    double whole = 0;
    for (int kernel = 0; kernel < stages.length; kernel++) {
      whole += plain[kernel] ? stats.get(kernel).macs() : 0;
    }
    double all = Math.max(1, whole);
    return new ExitWork(
        kernels,
        Arrays.stream(stages).boxed().toList(),
        stats.stream().map(one -> one.macs() / all).toList());
  }

  /**
   * For every exit the multiply-accumulate operations until it has answered, heads included, as a
   * fraction of those of the model without exits.
   */
  public List<Double> fractions() {
    int exits = stages.stream().mapToInt(stage -> stage).max().orElse(0) + 1;
    double[] until = new double[exits];
    for (int kernel = 0; kernel < shares.size(); kernel++) {
      for (int exit = stages.get(kernel); exit < exits; exit++) {
        until[exit] += shares.get(kernel);
      }
    }
    return Arrays.stream(until).boxed().toList();
  }

  /** The expected operations when kernels run with these probabilities, as a fraction likewise. */
  public double expected(Map<String, Double> reach) {
    double sum = 0;
    for (KernelGraph.Kernel kernel : kernels.kernels()) {
      sum += shares.get(kernel.index()) * reach.getOrDefault(kernel.name(), 1.0);
    }
    return sum;
  }

  /** The probability that each kernel runs, from that of each stage; where it is not 1. */
  public Map<String, Double> reach(List<Double> ofStage) {
    Map<String, Double> reach = new TreeMap<>();
    for (KernelGraph.Kernel kernel : kernels.kernels()) {
      double often = ofStage.get(stages.get(kernel.index()));
      if (often < 1) {
        reach.put(kernel.name(), often);
      }
    }
    return reach;
  }
}
