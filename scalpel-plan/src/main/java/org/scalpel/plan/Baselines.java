package org.scalpel.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The simple plans that stand beside every answer. */
final class Baselines {
  private Baselines() {}

  /** Name → the objective's value, infinite where the limits forbid it. */
  static Map<String, Double> of(Setup setup) {
    List<Solver> solvers = new ArrayList<>(FixedTier.every());
    solvers.add(new Neurosurgeon());
    Map<String, Double> values = new LinkedHashMap<>();
    for (Solver solver : solvers) {
      if (solver.applies(setup)) {
        values.put(solver.name(), value(solver, setup));
      }
    }
    return values;
  }

  private static double value(Solver solver, Setup setup) {
    try {
      int[] tierOf =
          solver instanceof FixedTier fixed ? fixed.tiers(setup) : Neurosurgeon.prefix(setup);
      return setup.value(tierOf);
    } catch (InfeasibleException forbidden) {
      return Double.POSITIVE_INFINITY;
    }
  }
}
