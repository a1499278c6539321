package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.Preprocessing;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.Cost;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * Ways to run one model on an edge device and in a cloud, for latency (light load) or throughput
 * (heavy load). Edge-Only, Cloud-Only, Neurosurgeon in its fair form, DADS as published, and the
 * exact plan send 32-bit numbers; beside them Cloud-Only with pixels and with a JPEG file, and the
 * exact plan that may do the same and take lossless codecs.
 */
final class DadsSchemes {
  static final List<String> TIERS = List.of("edge", "cloud");

  static final String EDGE = "edge-only";
  static final String CLOUD = "cloud-only, fp32";
  static final String CLOUD_PIXELS = "cloud-only, uint8";
  static final String CLOUD_JPEG = "cloud-only, JPEG";
  static final String NEUROSURGEON = "neurosurgeon";
  static final String DADS = "dads, published";
  static final String SINGLE = "ours, fp32, one partition";
  static final String OURS = "ours, fp32";
  static final String OURS_CODED = "ours";

  /** The published algorithm, told of a cloud that is free. */
  static final String DADS_BLIND = "dads, free cloud assumed";

  /** The published algorithm's plan where it keeps a budget, else Edge-Only. */
  static final String DADS_OR_EDGE = "dads, else edge-only";

  static final String OURS_MEAN = "ours, budget in the mean";

  /**
   * One way.
   *
   * @param partitions with shares
   * @param predictedMs latency, or the time between answers under heavy load
   */
  record Scheme(String name, List<Partition> partitions, double predictedMs) {
    /** How many kernels run on edge and cloud, and the shares of several partitions. */
    String cuts() {
      List<String> all = new ArrayList<>();
      for (Partition partition : partitions) {
        String share = partitions.size() == 1 ? "" : " (" + Figure.percent(partition.share()) + ")";
        all.add(Cuts.of(partition, TIERS) + share);
      }
      return String.join(" + ", all);
    }

    boolean valid() {
      return partitions.stream().allMatch(Partition::valid);
    }

    /** What the largest stage of the partition allows between answers. */
    double periodMs() {
      return partitions.stream().mapToDouble(p -> p.share() * p.periodMs()).sum();
    }

    /** One request alone, in the mean over the shares. */
    double latencyMs() {
      return partitions.stream().mapToDouble(p -> p.share() * p.latencyMs()).sum();
    }
  }

  private final KernelGraph kernels;
  private final Optional<Preprocessing> head;
  private final Profile profile;
  private final Objective objective;

  DadsSchemes(
      KernelGraph kernels, Optional<Preprocessing> head, Profile profile, Objective objective) {
    this.kernels = kernels;
    this.head = head;
    this.profile = profile;
    this.objective = objective;
  }

  /** All of them on this link. */
  List<Scheme> all(DadsCalibration machines, Network.LinkSpec link) {
    PictureProblems forms = forms(machines, link);
    Problem floats = forms.floats();
    List<Scheme> schemes = new ArrayList<>();
    schemes.add(planned(EDGE, PictureProblems.within(floats, List.of(0)), exact()));
    schemes.add(planned(CLOUD, PictureProblems.within(floats, List.of(1)), exact()));
    forms.pixelsFar().ifPresent(p -> schemes.add(scheme(CLOUD_PIXELS, p)));
    forms.fileFar().ifPresent(p -> schemes.add(scheme(CLOUD_JPEG, p)));
    schemes.add(planned(NEUROSURGEON, floats, NEUROSURGEON));
    schemes.add(planned(DADS, floats, heavy() ? "dads-heavy" : "dads"));
    if (heavy()) {
      schemes.add(planned(SINGLE, floats, exact()));
    }
    schemes.add(planned(OURS, floats, Request.AUTO));
    forms.files().ifPresent(files -> schemes.add(planned(OURS_CODED, files, Request.AUTO)));
    return schemes;
  }

  /** The published algorithm's plan for other machines, as it fares on these. */
  Scheme blind(DadsCalibration assumed, DadsCalibration machines, Network.LinkSpec link) {
    Partition chosen = planned(DADS, forms(assumed, link).floats(), "dads").partitions().get(0);
    Problem real = forms(machines, link).floats();
    Assignment where = Assignment.of(real, chosen.assignment());
    return scheme(DADS_BLIND, Cost.partition(real, where));
  }

  /** Ways that use no more than this part of the cloud's time for the whole network. */
  List<Scheme> budgeted(DadsCalibration machines, Network.LinkSpec link, double part) {
    Problem floats = forms(machines, link).floats();
    String cloud = TIERS.get(1);
    Scheme edge = planned(EDGE, PictureProblems.within(floats, List.of(0)), exact());
    Scheme whole = planned(CLOUD, PictureProblems.within(floats, List.of(1)), exact());
    double most = part * whole.partitions().get(0).stageMs(cloud);
    Scheme dads = planned(DADS, floats, "dads");
    boolean keeps = dads.partitions().get(0).stageMs(cloud) <= most;
    Request free = Request.of(objective);
    Plan each = Planner.plan(floats, free.withLimits(Limits.NONE.maxTierMs(cloud, most)));
    Plan mean = Planner.plan(floats, free.withLimits(Limits.NONE.meanTierMs(cloud, most)));
    return List.of(
        edge,
        new Scheme(
            DADS_OR_EDGE, (keeps ? dads : edge).partitions(), (keeps ? dads : edge).predictedMs()),
        new Scheme(OURS, each.partitions(), each.valueMs()),
        new Scheme(OURS_MEAN, mean.partitions(), mean.valueMs()));
  }

  /** The planning problem with its picture in every form. */
  PictureProblems forms(DadsCalibration machines, Network.LinkSpec link) {
    return new PictureProblems(
        kernels, head, problem(machines, link, false), problem(machines, link, true));
  }

  private boolean heavy() {
    return objective == Objective.THROUGHPUT;
  }

  /** The best one partition. */
  private String exact() {
    return heavy() ? "single" : "mincut";
  }

  private Scheme planned(String name, Problem problem, String algorithm) {
    Plan plan = Planner.plan(problem, Request.of(objective).withAlgorithm(algorithm));
    if (plan.partitions().size() == 1) {
      return scheme(name, plan.main());
    }
    return new Scheme(name, plan.partitions(), plan.valueMs());
  }

  private Scheme scheme(String name, Partition partition) {
    double ms = heavy() ? partition.periodMs() : partition.latencyMs();
    return new Scheme(name, List.of(partition.withShare(1)), ms);
  }

  private Problem problem(DadsCalibration machines, Network.LinkSpec link, boolean lossy) {
    return new ProblemBuilder(kernels, Load.of(objective))
        .lossy(lossy)
        .tier(TIERS.get(0), profile.withSlowdown(machines.edge()))
        .tier(TIERS.get(1), profile.withSlowdown(machines.cloud()))
        .build(new Network(List.of(link)));
  }
}
