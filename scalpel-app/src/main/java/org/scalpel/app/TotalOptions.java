package org.scalpel.app;

import java.util.OptionalDouble;
import org.scalpel.plan.Caps;
import picocli.CommandLine.Option;

/** Caps on what a request uses in all. */
final class TotalOptions {
  @Option(
      names = "--max-energy-mj",
      paramLabel = "X",
      description = "At most X mJ of energy for every request.")
  private OptionalDouble maxEnergyMj = OptionalDouble.empty();

  @Option(
      names = "--mean-energy-mj",
      paramLabel = "X",
      description = "At most X mJ of energy on average.")
  private OptionalDouble meanEnergyMj = OptionalDouble.empty();

  @Option(
      names = "--max-money",
      paramLabel = "X",
      description = "At most X units of money for every request.")
  private OptionalDouble maxMoney = OptionalDouble.empty();

  @Option(
      names = "--mean-money",
      paramLabel = "X",
      description = "At most X units of money on average.")
  private OptionalDouble meanMoney = OptionalDouble.empty();

  Caps.Total each() {
    return new Caps.Total(maxEnergyMj, maxMoney, OptionalDouble.empty());
  }

  Caps.Total mean() {
    return new Caps.Total(meanEnergyMj, meanMoney, OptionalDouble.empty());
  }
}
