package org.scalpel.plan;

import java.util.List;

/**
 * The unit that is placed: for a real model, a kernel.
 *
 * @param name unique among the layers
 * @param computeMs time on each tier
 * @param allowed indices of the tiers it may run on; empty = every tier
 * @param reach the probability that it is executed, 1 without early exits
 * @param charges what else running it costs
 */
public record PlanLayer(
    String name, List<Double> computeMs, List<Integer> allowed, double reach, Charges charges) {

  /**
   * What running a layer costs besides time.
   *
   * @param energyMj millijoule per tier; empty = none
   * @param money money per tier; empty = none
   * @param memoryMib memory held on its tier, MiB
   */
  public record Charges(List<Double> energyMj, List<Double> money, double memoryMib) {
    /** A layer that costs nothing but time. */
    public static final Charges NONE = new Charges(List.of(), List.of(), 0);

    /** Copies the lists and checks the values. */
    public Charges {
      energyMj = List.copyOf(energyMj);
      money = List.copyOf(money);
      energyMj.forEach(value -> Checks.nonNegative("energy_mj", value));
      money.forEach(value -> Checks.nonNegative("money", value));
      Checks.nonNegative("memory_mib", memoryMib);
    }

    double energyMj(int tier) {
      return energyMj.isEmpty() ? 0 : energyMj.get(tier);
    }

    double money(int tier) {
      return money.isEmpty() ? 0 : money.get(tier);
    }
  }

  /** Copies the lists and checks the values. */
  public PlanLayer {
    Checks.name("layer", name);
    computeMs = List.copyOf(computeMs);
    allowed = List.copyOf(allowed);
    for (double value : computeMs) {
      if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
        Checks.nonNegative("layer \"" + name + "\": compute_ms", value);
      }
    }
    if (!(reach >= 0 && reach <= 1)) {
      Checks.probability("layer \"" + name + "\": reach", reach);
    }
  }

  /** A layer that runs anywhere and always, and takes {@code computeMs} on the tiers in order. */
  public static PlanLayer of(String name, Double... computeMs) {
    return of(name, List.of(computeMs));
  }

  /** A layer that runs anywhere and always, and takes {@code computeMs} on the tiers in order. */
  public static PlanLayer of(String name, List<Double> computeMs) {
    return new PlanLayer(name, computeMs, List.of(), 1, Charges.NONE);
  }

  /** The same layer, on these tiers only. */
  public PlanLayer withAllowed(List<Integer> tiers) {
    return new PlanLayer(name, computeMs, tiers, reach, charges);
  }

  /** The same layer, executed with this probability. */
  public PlanLayer withReach(double probability) {
    return new PlanLayer(name, computeMs, allowed, probability, charges);
  }

  /** The same layer with other charges. */
  public PlanLayer withCharges(Charges other) {
    return new PlanLayer(name, computeMs, allowed, reach, other);
  }

  boolean isAllowed(int tier) {
    return allowed.isEmpty() || allowed.contains(tier);
  }
}
