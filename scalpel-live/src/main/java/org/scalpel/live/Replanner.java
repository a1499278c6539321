package org.scalpel.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.BandwidthTable;
import org.scalpel.plan.Cost;
import org.scalpel.plan.ExitFrontier;
import org.scalpel.plan.InfeasibleException;
import org.scalpel.plan.Link;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Shares;

/** The planner's answers for any situation. */
final class Replanner {
  // Beyond such a change of a link the warm plans need not be the best.
  private static final double REACH = 32;

  private final LiveSetup setup;

  Replanner(LiveSetup setup) {
    this.setup = setup;
  }

  /** The problem as it is in a situation. */
  Problem problem(Situation now) {
    ProblemBuilder builder =
        new ProblemBuilder(setup.kernels(), Load.of(setup.request().objective()))
            .lossy(setup.request().limits().quality().maxLoss().isPresent());
    for (int t = 0; t < setup.tiers().size(); t++) {
      Profile profile = setup.tiers().get(t).profile();
      builder.tier(
          setup.tiers().get(t).name(),
          profile.withSlowdown(profile.slowdown() * now.factors().get(t)));
    }
    Problem problem = builder.build(new Network(now.links()));
    return setup.exits().map(exits -> LiveExits.gated(problem, setup, exits)).orElse(problem);
  }

  /**
   * The best plan.
   *
   * @throws InfeasibleException the user's constraints leave none
   */
  Plan planned(Problem problem) {
    return Planner.plan(problem, setup.request());
  }

  /**
   * The best plan, unless the user's constraints leave none. Where no exit keeps the deadline any
   * more, the fastest one.
   */
  Optional<Plan> plan(Problem problem) {
    try {
      return Optional.of(planned(problem));
    } catch (InfeasibleException e) {
      return setup.promised().isPresent() ? fastest(problem) : Optional.empty();
    }
  }

  private Optional<Plan> fastest(Problem problem) {
    try {
      return Optional.of(Planner.plan(problem, LiveExits.hurried(setup.request())));
    } catch (InfeasibleException e) {
      return Optional.empty();
    }
  }

  /** How good sharing requests out among these is in a problem. */
  Standing standing(Problem problem, List<Partition> partitions) {
    double value = value(problem, partitions);
    return new Standing(value > deadlineMs(), accuracy(partitions), value);
  }

  /**
   * How good a plan is that was just made for the problem: its value is known, so that a mix need
   * not be shared out anew.
   */
  Standing standing(Problem problem, Plan plan) {
    boolean late = setup.promised().isPresent() && value(problem, plan.partitions()) > deadlineMs();
    return new Standing(late, accuracy(plan.partitions()), plan.valueMs());
  }

  private double accuracy(List<Partition> partitions) {
    return setup.promised().isPresent() ? LiveExits.accuracy(partitions) : 1;
  }

  /** The deadline of a plan with exits; infinite where there is none. */
  double deadlineMs() {
    return setup.promised().map(time -> time.toNanos() / 1e6).orElse(Double.POSITIVE_INFINITY);
  }

  /**
   * What sharing requests out among these costs in a problem, in the unit of the objective, for
   * throughput in the best shares; infinite where a partition cannot run.
   */
  double value(Problem problem, List<Partition> partitions) {
    double weighted = 0;
    List<Map<String, Double>> ways = new ArrayList<>();
    for (Partition partition : partitions) {
      Partition costed = costed(problem, partition);
      if (!costed.valid() || !Double.isFinite(costed.latencyMs())) {
        return Double.POSITIVE_INFINITY;
      }
      weighted +=
          partition.share()
              * (setup.request().objective() == Objective.MAKESPAN
                  ? costed.times().makespanMs()
                  : costed.latencyMs());
      ways.add(loads(costed));
    }
    return setup.request().objective() == Objective.THROUGHPUT
        ? Shares.best(ways).periodMs()
        : weighted;
  }

  private static Map<String, Double> loads(Partition costed) {
    Map<String, Double> loads = new HashMap<>(costed.times().stagesMs());
    loads.remove("rtt");
    return loads;
  }

  /**
   * What a request of a warm plan takes of every stage, by its own answers where there are some.
   */
  Map<String, Double> loads(Problem problem, WarmPlan plan) {
    return plan.measured().correct(loads(costed(problem, plan.partition())));
  }

  /** What every tier's part of a partition takes by the profiles as they were measured. */
  Map<String, Double> profiledMs(Partition partition) {
    Situation profiled =
        new Situation(setup.network().links(), setup.tiers().stream().map(t -> 1.0).toList());
    Problem problem = problem(profiled);
    return costed(problem, partition).times().stagesMs();
  }

  /** With the codecs that it has: others would be another plan. */
  private Partition costed(Problem problem, Partition partition) {
    Problem seen =
        ExitFrontier.chosen(problem, partition, setup.request().limits().quality().tail());
    return Cost.partition(seen, Assignment.of(problem, partition.assignment()), partition.codecs());
  }

  /** The device alone, where the constraints allow it. */
  Optional<Partition> alone(Problem problem) {
    List<Link> down = problem.links().stream().map(link -> link.withRates(0, 0)).toList();
    return plan(problem.withLinks(down)).map(Plan::main);
  }

  /** The partitions that are best when one of the links changes, the nearest changes first. */
  List<Partition> likely(Problem problem) {
    if (setup.request().objective() != Objective.LATENCY) {
      return List.of();
    }
    if (setup.exits().isPresent()) {
      return LiveExits.nearby(problem).stream()
          .flatMap(near -> plan(near).stream())
          .map(Plan::main)
          .distinct()
          .toList();
    }
    List<Near> found = new ArrayList<>();
    for (int k = 0; k < problem.links().size(); k++) {
      double mbps = problem.links().get(k).upMbps();
      if (mbps > 0) {
        for (BandwidthTable.Piece piece : table(problem, k)) {
          double distance = distance(piece, mbps);
          if (distance <= Math.log(REACH)) {
            found.add(new Near(distance, piece.partition()));
          }
        }
      }
    }
    return found.stream()
        .sorted(java.util.Comparator.comparingDouble(Near::distance))
        .map(Near::partition)
        .toList();
  }

  private List<BandwidthTable.Piece> table(Problem problem, int link) {
    try {
      return BandwidthTable.of(problem, setup.request(), link).pieces();
    } catch (InfeasibleException e) {
      return List.of();
    }
  }

  private static double distance(BandwidthTable.Piece piece, double mbps) {
    if (mbps < piece.fromMbps()) {
      return Math.log(piece.fromMbps() / mbps);
    }
    return mbps > piece.toMbps() ? Math.log(mbps / piece.toMbps()) : 0;
  }

  private record Near(double distance, Partition partition) {}
}
