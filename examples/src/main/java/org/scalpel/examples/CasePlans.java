package org.scalpel.examples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.scalpel.codec.TensorCodec;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorFact;
import org.scalpel.live.LivePolicy;
import org.scalpel.live.LiveSetup;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Link;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;
import org.scalpel.plan.Tier;

/**
 * Plans for a detector on the machines of a study.
 *
 * @param facts of every tensor between kernels
 * @param profiles tier → profile, the device first
 */
record CasePlans(
    KernelGraph kernels,
    Map<String, TensorFact> facts,
    Map<String, Profile> profiles,
    Network network,
    Objective objective) {
  static final String PLANNED = "planned";

  /** Begins as planned and follows links and machines. */
  static final String LIVE = "live";

  /** What cameras of any number would do if none knew of the others. */
  static final String ALONE = "planned-alone";

  // What a picture may lose is judged by the events, which are reported, and not by the planner.
  private static final double ANY_LOSS = 1e9;

  /**
   * Tensors may travel as they are or so that nothing is lost, pictures also as JPEG where that is
   * allowed, as any network camera sends them.
   */
  static Profile withCodecs(Profile profile, boolean jpeg) {
    Profile.Measured measured = profile.measured();
    List<CodecTime> offered =
        measured.codecs().stream()
            .filter(
                codec ->
                    codec.codec().equals(CodecTime.JPEG)
                        ? jpeg
                        : TensorCodec.named(codec.codec()).map(TensorCodec::lossless).orElse(true))
            .toList();
    return new Profile(
        profile.subject(),
        profile.environment(),
        new Profile.Measured(measured.kernels(), measured.wholeMs(), offered),
        profile.fit(),
        profile.rested(),
        profile.slowdown());
  }

  Request request() {
    return Request.of(objective).withLimits(Limits.NONE.maxLoss(ANY_LOSS));
  }

  /** So many cameras share every tier and link but their own. */
  Problem problem(int cameras) {
    ProblemBuilder builder = new ProblemBuilder(kernels, Load.of(objective)).lossy(true);
    profiles.forEach(builder::tier);
    Problem one = builder.build(network);
    List<Tier> tiers = new ArrayList<>();
    for (Tier tier : one.tiers()) {
      tiers.add(tiers.isEmpty() ? tier : tier.withSharers(cameras));
    }
    List<Link> links = new ArrayList<>();
    for (Link link : one.links()) {
      links.add(links.isEmpty() ? link : link.withSharers(cameras));
    }
    return new Problem(one.name(), tiers, one.layers(), one.tensors(), links, one.options());
  }

  /** Name → plan, the planned one first; those that cannot be are left out. */
  Map<String, Plan> schemes(int cameras) {
    Problem problem = problem(cameras);
    Map<String, Plan> plans = new LinkedHashMap<>();
    Plan planned = Planner.plan(problem, request());
    plans.put(PLANNED, planned);
    if (cameras == 1 && objective == Objective.LATENCY) {
      plans.put(LIVE, planned);
    }
    if (cameras > 1) {
      Plan alone = Planner.plan(problem(1), request());
      if (!words(alone.partitions()).equals(words(planned.partitions()))) {
        plans.put(ALONE, alone);
      }
    }
    List<String> single =
        problem.tiers().size() > 2
            ? List.of("device-only", "edge-only", "cloud-only")
            : List.of("device-only", "cloud-only");
    for (String algorithm : single) {
      Optional<Plan> plan = Planner.compareOne(problem, request(), algorithm).plan();
      plan.filter(found -> Double.isFinite(found.valueMs()))
          .ifPresent(found -> plans.put(algorithm, found));
    }
    return plans;
  }

  /**
   * What a plan comes to when so many cameras follow it, whatever it was planned for: the busiest
   * machine or link decides how many frames pass.
   */
  SchemeResult.Predicted predicted(Plan plan, int cameras) {
    List<String> tiers = List.copyOf(profiles.keySet());
    String own = tiers.get(0);
    Set<String> apart = Set.of(own, own + "->" + tiers.get(1), tiers.get(1) + "->" + own);
    Map<String, Double> loads = new LinkedHashMap<>();
    double ms = 0;
    for (Partition partition : plan.partitions()) {
      ms += partition.share() * partition.latencyMs();
      partition
          .stagesMs()
          .forEach(
              (stage, time) ->
                  loads.merge(
                      stage,
                      partition.share() * time * (apart.contains(stage) ? 1 : cameras),
                      Double::sum));
    }
    loads.remove("rtt");
    double busiest = loads.values().stream().mapToDouble(load -> load).max().orElse(0);
    return new SchemeResult.Predicted(ms, cameras * 1e3 / busiest);
  }

  LiveSetup live() {
    List<LiveSetup.Machine> machines = new ArrayList<>();
    profiles.forEach((tier, profile) -> machines.add(new LiveSetup.Machine(tier, profile)));
    return new LiveSetup(kernels, facts, machines, network, request(), LivePolicy.DEFAULT);
  }

  /** A plan in words: how many kernels where, and what travels how. */
  String words(List<Partition> partitions) {
    return partitions.stream()
        .map(
            partition -> {
              String share =
                  partitions.size() == 1 ? "" : Math.round(100 * partition.share()) + " %: ";
              return share + placed(partition) + encoded(partition);
            })
        .collect(Collectors.joining("; "));
  }

  private String placed(Partition partition) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    profiles.keySet().forEach(tier -> counts.put(tier, 0));
    partition.assignment().values().forEach(tier -> counts.merge(tier, 1, Integer::sum));
    List<String> used =
        counts.entrySet().stream()
            .filter(tier -> tier.getValue() > 0)
            .map(tier -> tier.getKey() + " " + tier.getValue())
            .toList();
    return used.size() == 1
        ? "all on " + used.get(0).split(" ")[0]
        : String.join(", ", used) + " kernels";
  }

  private static String encoded(Partition partition) {
    List<String> codecs =
        partition.codecs().values().stream()
            .flatMap(links -> links.values().stream())
            .distinct()
            .sorted()
            .toList();
    return codecs.isEmpty() ? "" : " (" + String.join(", ", codecs) + ")";
  }
}
