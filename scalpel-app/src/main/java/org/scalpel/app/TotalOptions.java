package org.scalpel.app;

import java.util.Optional;
import java.util.OptionalDouble;
import org.scalpel.plan.Caps;
import picocli.CommandLine.Option;

/** Caps on what a request uses in all. */
final class TotalOptions {
  @Option(
      names = "--max-energy-mj",
      paramLabel = "X",
      description = "At most X mJ of energy for every request.")
  private Optional<Double> maxEnergyMj = Optional.empty();

  @Option(
      names = "--mean-energy-mj",
      paramLabel = "X",
      description = "At most X mJ of energy on average.")
  private Optional<Double> meanEnergyMj = Optional.empty();

  @Option(
      names = "--max-money",
      paramLabel = "X",
      description = "At most X units of money for every request.")
  private Optional<Double> maxMoney = Optional.empty();

  @Option(
      names = "--mean-money",
      paramLabel = "X",
      description = "At most X units of money on average.")
  private Optional<Double> meanMoney = Optional.empty();

  Caps.Total each() {
    return new Caps.Total(number(maxEnergyMj), number(maxMoney), OptionalDouble.empty());
  }

  Caps.Total mean() {
    return new Caps.Total(number(meanEnergyMj), number(meanMoney), OptionalDouble.empty());
  }

  /** The same number as the planner takes it. */
  static OptionalDouble number(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }
}
