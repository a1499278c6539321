package org.scalpel.app;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network;
import org.scalpel.cost.Profile;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.Structure;
import org.scalpel.plan.Codec;
import org.scalpel.plan.InfeasibleException;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/** The plans that the demo runs side by side. */
final class DemoPlans {
  static final String AUTO = Request.AUTO;
  static final String PRIVATE = "private";
  static final String JPEG = "cloud-only-jpeg";
  private static final List<String> ALGORITHMS =
      List.of(AUTO, "device-only", "edge-only", "cloud-only", "neurosurgeon");

  private final Problem problem;
  private final Problem lossy;
  private final KernelGraph kernels;

  private DemoPlans(Problem problem, Problem lossy, KernelGraph kernels) {
    this.problem = problem;
    this.lossy = lossy;
    this.kernels = kernels;
  }

  /**
   * Over a model whose picture may also travel as the file that it came as or as PNG, which lose
   * nothing; in one row as JPEG.
   */
  static DemoPlans of(KernelGraph kernels, Map<String, Profile> profiles, Network network) {
    return new DemoPlans(
        ModelProblem.of(kernels, profiles, network, Load.LIGHT, false).problem(),
        onlyJpeg(ModelProblem.of(kernels, profiles, network, Load.LIGHT, true).problem()),
        kernels);
  }

  Problem problem() {
    return problem;
  }

  /** The same where whatever can travel as JPEG must. */
  private static Problem onlyJpeg(Problem problem) {
    List<PlanTensor> tensors = new ArrayList<>();
    for (PlanTensor tensor : problem.tensors()) {
      List<Codec> jpeg =
          tensor.ways().stream().filter(way -> way.name().equals(CodecTime.JPEG)).toList();
      tensors.add(jpeg.isEmpty() ? tensor : tensor.withCodecs(jpeg));
    }
    return problem.withTensors(tensors);
  }

  /** Name → plan, in the order of the table. */
  Map<String, Plan> all() {
    Map<String, Plan> plans = new LinkedHashMap<>();
    Request request = Request.of(Objective.LATENCY);
    for (String algorithm : ALGORITHMS) {
      plans.put(algorithm, Planner.plan(problem, request.withAlgorithm(algorithm)));
    }
    plans.put(JPEG, Planner.plan(lossy, request.withAlgorithm("cloud-only")));
    plans.put(PRIVATE, privately());
    return plans;
  }

  /**
   * The picture and the first kernels stay on the device and the answer is made elsewhere: the best
   * plan that really splits.
   */
  private Plan privately() {
    Limits limits = Limits.NONE;
    String device = problem.tiers().get(0).name();
    for (Kernel kernel : first()) {
      limits = limits.pin(kernel.name(), device);
    }
    List<Plan> plans = new ArrayList<>();
    for (int tier = 1; tier < problem.tiers().size(); tier++) {
      Limits away = limits;
      for (KernelTensor tensor : kernels.tensors()) {
        if (tensor.output() && tensor.producer() >= 0) {
          String name = kernels.kernels().get(tensor.producer()).name();
          away = away.pin(name, problem.tiers().get(tier).name());
        }
      }
      try {
        plans.add(Planner.plan(problem, Request.of(Objective.LATENCY).withLimits(away)));
      } catch (InfeasibleException clash) {
        // A model of one kernel cannot be both here and there; the other tier may still do.
      }
    }
    return plans.stream()
        .min(Comparator.comparingDouble(Plan::valueMs))
        .orElseThrow(() -> new InfeasibleException("the model is too small to be split"));
  }

  /** All kernels up to the first cut vertex that computes on the pixels. */
  private List<Kernel> first() {
    int last = 0;
    for (int cut : Structure.of(kernels).cutVertices()) {
      last = cut;
      boolean computes =
          kernels.kernels().get(cut).layers().stream()
              .map(layer -> kernels.layers().layers().get(layer).op())
              .anyMatch(op -> op.equals("Conv") || op.equals("Gemm") || op.equals("MatMul"));
      if (computes) {
        break;
      }
    }
    return kernels.kernels().subList(0, last + 1);
  }
}
