package org.scalpel.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Link;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Window;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.TierConfig;

/**
 * Where the kernels of a model run.
 *
 * @param partition a partition, or none for everything on the device
 * @param rttMs of the links, where they are known; a plan has only their sum
 * @param window requests in flight that reach the period of a plan for throughput, otherwise 1
 */
record Placement(Optional<Partition> partition, List<Double> rttMs, int window) {
  /** Everything on the device. */
  static final Placement HERE = new Placement(Optional.empty(), List.of(), 1);

  /** By a plan file, which must be of this model. */
  static Placement ofPlan(Path file, OnnxModel model, KernelGraph kernels) {
    Plan plan = PlanJson.read(InputFile.text(file), file.toString());
    // By name first, so that a plan of another model is refused with the file's name.
    PlanFile.ofPlan(file, model).tierOfKernel(kernels);
    return new Placement(Optional.of(plan.main()), List.of(), windowOf(plan));
  }

  /** By planning now. */
  static Placement planned(ModelProblem problem, RequestOptions request) {
    Plan plan = Planner.plan(problem.problem(), request.request(problem::kernelOf));
    return new Placement(
        Optional.of(plan.main()),
        problem.problem().links().stream().map(Link::rttMs).toList(),
        windowOf(plan));
  }

  /** As many requests in flight as reach the period, within what a device keeps in flight. */
  private static int windowOf(Plan plan) {
    return plan.objective() == Objective.THROUGHPUT
        ? Math.min(Window.of(plan).least(), TierConfig.builder("device").build().window())
        : 1;
  }

  /** The same for whoever only cuts: who leaves at an exit is decided where the parts are run. */
  Placement withoutExits() {
    return new Placement(partition.map(Placement::open), rttMs, window);
  }

  private static Partition open(Partition whole) {
    return new Partition(
        whole.share(),
        whole.times(),
        whole.assignment(),
        whole.codecs(),
        Optional.empty(),
        whole.violations(),
        whole.timeline());
  }

  Deployment deployment(KernelGraph kernels, Map<String, TensorFact> facts) {
    if (partition.isPresent()) {
      List<String> tiers = PlanFile.tiers(partition.get());
      Deployment deployment = Deployment.of(kernels, facts, tiers, partition.get());
      return rttMs.isEmpty() ? deployment : deployment.withRttMs(rttMs);
    }
    List<Integer> here = kernels.kernels().stream().map(kernel -> 0).toList();
    return new Deployment(kernels, List.of("device"), here, facts, Map.of(), Map.of());
  }
}
