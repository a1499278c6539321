package org.scalpel.plan;

import java.util.Comparator;
import java.util.List;

/**
 * Edgent (Li et al., MECOMM 2018): the network as a chain, the deepest exit first, for each exit
 * every cut point, the first that keeps the deadline. Its <em>front</em> part runs on the server
 * and the rest on the device, so a partition strictly inside breaks our order of tiers; the plan
 * says so, and its value is Edgent's own: upload of the input, server, return of what is alive,
 * device.
 *
 * <p>Server and device are the second and the first tier.
 */
final class Edgent extends Solver {
  @Override
  public String name() {
    return "edgent";
  }

  @Override
  boolean choosesExits() {
    return true;
  }

  @Override
  Plan solve(Setup setup, long start) {
    double deadline =
        setup.request().limits().quality().deadlineMs().orElse(Double.POSITIVE_INFINITY);
    Problem problem = setup.in().problem;
    Request free = setup.request().withLimits(setup.request().limits().withoutGoals());
    List<Exits.Point> points = problem.options().exits().map(Exits::points).orElse(List.of());
    if (points.isEmpty()) {
      return within(new Front(Setup.of(problem, free)), deadline, start);
    }
    Comparator<Exits.Point> depth =
        Comparator.comparingDouble(
            point -> point.reach().values().stream().mapToDouble(p -> p - 1).sum());
    for (Exits.Point point : points.stream().sorted(depth.reversed()).toList()) {
      Front front = new Front(Setup.of(ExitFrontier.atPoint(problem, point), free));
      if (front.least <= deadline) {
        Plan plan = within(front, deadline, start);
        Partition marked = ExitFrontier.marked(problem, plan.main(), point);
        return Solutions.single(name(), plan.objective(), marked, plan.score());
      }
    }
    throw new InfeasibleException("edgent: no exit keeps deadline-ms " + deadline);
  }

  private Plan within(Front front, double deadline, long start) {
    if (front.least > deadline || front.least == Double.POSITIVE_INFINITY) {
      throw new InfeasibleException(
          "edgent: deadline-ms " + deadline + ", links that are down or pins forbid every cut");
    }
    Plan plan = front.setup.plan(name(), front.tiers(), front.least, start);
    if (plan.objective() != Objective.LATENCY) {
      return plan;
    }
    Plan.Score own =
        new Plan.Score(front.least, Math.min(front.least, plan.boundMs()), plan.solveMs());
    return Solutions.single(name(), plan.objective(), plan.main(), own);
  }

  /** The first layers on the server, the others on the device. */
  private static final class Front {
    private final Setup setup;
    private final Instance in;
    private int best;
    private double least = Double.POSITIVE_INFINITY;

    Front(Setup setup) {
      this.setup = setup;
      in = setup.in();
      for (int p = 0; p <= in.layers; p++) {
        double cost = cost(p);
        if (cost < least) {
          least = cost;
          best = p;
        }
      }
    }

    private double cost(int p) {
      double sum = p == 0 ? 0 : in.problem.links().get(0).rttMs();
      int[] place = new int[in.layers];
      for (int i = 0; i < in.layers; i++) {
        int v = in.order[i];
        place[v] = i;
        int k = i < p ? 1 : 0;
        if (!setup.bounds().permits(v, k)) {
          return Double.POSITIVE_INFINITY;
        }
        sum += in.compute[v * in.tiers + k] * in.reach[v];
      }
      for (int t = 0; t < in.tensors; t++) {
        sum += transfer(t, p, place);
      }
      return sum;
    }

    private double transfer(int t, int p, int[] place) {
      boolean front = false;
      boolean rear = in.returns(t);
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        front |= place[in.consumer[c]] < p;
        rear |= place[in.consumer[c]] >= p;
      }
      int at = t * in.links;
      if (in.producer[t] < 0) {
        return front ? setup.crossings().up[at] : 0;
      }
      return place[in.producer[t]] < p && rear ? setup.crossings().down[at] : 0;
    }

    int[] tiers() {
      int[] tierOf = new int[in.layers];
      for (int i = 0; i < best; i++) {
        tierOf[in.order[i]] = 1;
      }
      return tierOf;
    }
  }
}
