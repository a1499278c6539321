package org.scalpel.lab;

import java.util.List;
import java.util.Optional;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.graph.KernelGraph;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.Cost;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * Ways to run one model on a device and an edge, one after the other and overlapped.
 *
 * <p>A <i>serial</i> way has one session on each tier: the device computes its part, then sends,
 * then the edge computes. An <i>overlapped</i> one has as many sessions as the planner's schedule,
 * and what is ready travels while the next one computes. Codecs are left out, so that the ways
 * differ in nothing else; pictures are bytes already.
 */
final class DeccSchemes {
  static final List<String> TIERS = List.of("device", "edge");

  /** Declared dilation: a small board and a small server. */
  static final List<Double> SLOWDOWNS = List.of(10.0, 3.0);

  static final String DEVICE = "device";
  static final String EDGE = "edge";

  /** The corrected minimum cut of DADS, run as the paper runs it: one part, then the other. */
  static final String CUT = "cut";

  /** The same partition without the barrier. */
  static final String CUT_OVERLAPPED = "cut, overlapped";

  /** Branches at points of their own, as rebuilt from DECC's abstract. */
  static final String DECC = "decc";

  /** The planner's least makespan. */
  static final String OVERLAP = "overlap";

  /** Requests shared out over several partitions; for the throughput only. */
  static final String MIX = "mix";

  /**
   * One way.
   *
   * @param partitions one, or several with their shares
   * @param predictedMs latency of one request; of a mix the time between two answers
   */
  record Scheme(String name, List<Partition> partitions, double predictedMs) {
    Partition main() {
      return partitions.get(0);
    }

    /** How many kernels run on each tier. */
    String cuts() {
      return Cuts.of(main(), TIERS);
    }

    /** How many sessions. */
    int sessions() {
      int pieces = main().timeline().segments().size();
      return pieces > 0 ? pieces : (int) main().assignment().values().stream().distinct().count();
    }
  }

  private final KernelGraph kernels;
  private final Profile profile;
  private final Network network;

  DeccSchemes(KernelGraph kernels, Profile profile, Network network) {
    this.kernels = kernels;
    this.profile = profile;
    this.network = network;
  }

  /** For single requests. */
  List<Scheme> forLatency() {
    Problem problem = problem(Load.LIGHT);
    Partition cut = serial(problem, "mincut");
    return List.of(
        serial(DEVICE, serial(problem, "device-only")),
        serial(EDGE, serial(problem, "cloud-only")),
        serial(CUT, cut),
        overlapped(CUT_OVERLAPPED, pipelined(problem, cut)),
        overlapped(DECC, pipelined(problem, branches(problem))),
        overlapped(OVERLAP, least(problem, Limits.NONE)));
  }

  /** For many. */
  List<Scheme> forLoad() {
    Problem problem = problem(Load.LIGHT);
    var mix = Planner.plan(problem(Load.BUSY), Request.of(Objective.THROUGHPUT).withAlgorithm(MIX));
    return List.of(
        serial(CUT, serial(problem, "mincut")),
        overlapped(DECC, pipelined(problem, branches(problem))),
        overlapped(OVERLAP, least(problem, Limits.NONE)),
        new Scheme(MIX, mix.partitions(), mix.valueMs()));
  }

  private static Scheme serial(String name, Partition partition) {
    return new Scheme(name, List.of(partition), partition.latencyMs());
  }

  private static Scheme overlapped(String name, Partition partition) {
    return new Scheme(name, List.of(partition), partition.makespanMs());
  }

  private Problem problem(Load load) {
    ProblemBuilder builder = new ProblemBuilder(kernels, load);
    for (int k = 0; k < TIERS.size(); k++) {
      builder.tier(TIERS.get(k), profile.withSlowdown(SLOWDOWNS.get(k)));
    }
    return builder.build(network).withoutCodecs();
  }

  /** Costed anew, so that it has one session for each tier. */
  private static Partition serial(Problem problem, String algorithm) {
    Request request = Request.of(Objective.LATENCY);
    Partition found = Planner.algorithm(algorithm).plan(problem, request).main();
    return Cost.partition(problem, Assignment.of(problem, found.assignment()));
  }

  private static Partition branches(Problem problem) {
    return Planner.algorithm("decc").plan(problem, Request.of(Objective.MAKESPAN)).main();
  }

  /** The same assignment in the best order and sessions that the planner finds. */
  private static Partition pipelined(Problem problem, Partition partition) {
    Limits limits = Limits.NONE;
    for (var entry : partition.assignment().entrySet()) {
      limits = limits.pin(entry.getKey(), entry.getValue());
    }
    Partition found = least(problem, limits);
    if (!found.assignment().equals(partition.assignment())) {
      throw new IllegalStateException("the planner moved kernels that were pinned");
    }
    return found;
  }

  private static Partition least(Problem problem, Limits limits) {
    Request request = Request.of(Objective.MAKESPAN).withLimits(limits);
    return Planner.algorithm("overlap").plan(problem, request).main();
  }

  /** The way of that name. */
  static Optional<Scheme> named(List<Scheme> schemes, String name) {
    return schemes.stream().filter(scheme -> scheme.name().equals(name)).findFirst();
  }
}
