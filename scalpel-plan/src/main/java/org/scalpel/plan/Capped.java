package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Least latency with at most so much work or memory on a tier for every request (the limited cloud
 * of DNN Surgery, Liang et al., IEEE TCC 11(3), 2023).
 *
 * <p>Caps are priced first: each price gives one cut, the priced value minus price times cap is a
 * lower bound, any cut that keeps the caps is a plan. What gap remains is closed by CP-SAT within
 * the time limit.
 */
final class Capped extends Solver {
  private static final int ROUNDS = 60;
  private static final double CLOSED = 1e-9;

  @Override
  public String name() {
    return "capped";
  }

  @Override
  boolean applies(Setup setup) {
    return setup.hasHardCaps() && setup.request().objective() == Objective.LATENCY;
  }

  @Override
  Plan solve(Setup setup, long start) {
    Priced priced = new Priced(setup);
    priced.run();
    if (priced.value <= priced.bound * (1 + CLOSED) + 1e-9) {
      return setup.plan(name(), priced.best, priced.bound, start);
    }
    CpPartition exact = new CpPartition(setup);
    if (priced.best.length > 0) {
      exact.hint(priced.best);
    }
    double left = setup.request().timeLimit().toMillis() / 1e3 - Solutions.since(start) / 1e3;
    CpPartition.Result result = exact.solve(Math.max(0.1, left));
    double bound = Math.max(priced.bound, result.bound());
    if (result.tierOf().length > 0) {
      Plan found = exactPlan(setup, result, bound, start);
      if (found.main().valid() && found.valueMs() < priced.value) {
        return found;
      }
    }
    if (priced.best.length == 0) {
      throw new InfeasibleException(
          (result.proven() ? "no assignment keeps " : "no assignment found in time keeps ")
              + names(setup)
              + setup.request().limits().pins().keySet().stream()
                  .findFirst()
                  .map(pin -> " with the pins given")
                  .orElse(""));
    }
    return setup.plan(name(), priced.best, result.proven() ? priced.value : bound, start);
  }

  private Plan exactPlan(Setup setup, CpPartition.Result result, double bound, long start) {
    Loads loads = new Loads(setup.in(), result.tierOf(), result.crossings());
    Partition partition =
        Cost.partition(setup.in(), result.tierOf(), result.crossings())
            .withViolations(setup.brokenCaps(loads));
    double value = loads.value();
    double proved = result.proven() ? value : Math.min(value, bound);
    return Solutions.single(
        name(),
        setup.request().objective(),
        partition,
        new Plan.Score(value, proved, Solutions.since(start)));
  }

  private static String names(Setup setup) {
    List<String> names = new ArrayList<>();
    setup
        .request()
        .limits()
        .maxTierMs()
        .forEach((t, most) -> names.add("max-tier-ms " + t + "=" + most));
    setup
        .request()
        .limits()
        .maxMemoryMib()
        .forEach((t, most) -> names.add("max-memory-mib " + t + "=" + most));
    return String.join(" and ", names);
  }

  /**
   * Prices on the caps, moved by subgradients that halve their step when the bound stops rising.
   */
  private static final class Priced {
    private final Setup setup;
    private final Instance in;
    private final double[] msCap;
    private final double[] memoryCap;
    private final double[] msPrice;
    private final double[] memoryPrice;
    private int[] best = new int[0];
    private double value = Double.POSITIVE_INFINITY;
    private double bound;

    Priced(Setup setup) {
      this.setup = setup;
      in = setup.in();
      msCap = caps(setup.request().limits().maxTierMs());
      memoryCap = caps(setup.request().limits().maxMemoryMib());
      msPrice = new double[in.tiers];
      memoryPrice = new double[in.tiers];
    }

    private double[] caps(Map<String, Double> limits) {
      double[] caps = Prices.filled(in.tiers, Double.POSITIVE_INFINITY);
      limits.forEach((tier, most) -> caps[in.problem.tierIndex(tier)] = most);
      return caps;
    }

    void run() {
      Loads loads = attempt();
      double step = 1;
      for (int round = 0; round < ROUNDS && value > bound * (1 + CLOSED) + 1e-12; round++) {
        double before = bound;
        double target = value < Double.POSITIVE_INFINITY ? value : 2 * bound + 1;
        move(loads, step * (target - bound + 1e-9));
        loads = attempt();
        step = bound > before ? step : step * 0.8;
      }
    }

    /** Polyak's step along how far each cap is exceeded. */
    private void move(Loads loads, double gap) {
      double norm = 1e-300;
      for (int k = 0; k < in.tiers; k++) {
        norm +=
            square(over(loads.tier[k], msCap[k])) + square(over(loads.memoryMib[k], memoryCap[k]));
      }
      for (int k = 0; k < in.tiers; k++) {
        msPrice[k] = Math.max(0, msPrice[k] + gap * over(loads.tier[k], msCap[k]) / norm);
        memoryPrice[k] =
            Math.max(0, memoryPrice[k] + gap * over(loads.memoryMib[k], memoryCap[k]) / norm);
      }
    }

    private static double over(double used, double cap) {
      return cap == Double.POSITIVE_INFINITY ? 0 : used - cap;
    }

    private static double square(double number) {
      return number * number;
    }

    private Loads attempt() {
      Prices own = setup.prices();
      double[] tier = own.tier().clone();
      for (int k = 0; k < in.tiers; k++) {
        tier[k] += msPrice[k];
      }
      Prices prices =
          new Prices(
              tier, own.up(), own.down(), own.rtt(), own.other().withMemory(memoryPrice.clone()));
      Crossings crossings = new Crossings(in, prices, setup.maxLoss());
      double ticks = Ticks.finest(in, prices, crossings);
      int[] tierOf = CutOracle.cut(in, setup.bounds(), prices, crossings, ticks);
      Loads loads = new Loads(in, tierOf, crossings);
      double lagrangian = loads.value();
      for (int k = 0; k < in.tiers; k++) {
        lagrangian += msPrice[k] * over(loads.tier[k], msCap[k]);
        lagrangian += memoryPrice[k] * over(loads.memoryMib[k], memoryCap[k]);
      }
      bound = Math.max(bound, lagrangian);
      double kept = setup.sum(tierOf);
      if (kept < value) {
        value = kept;
        best = tierOf;
      }
      return loads;
    }
  }
}
