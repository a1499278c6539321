package org.scalpel.plan;

import java.util.Arrays;
import java.util.List;

/** Everything on one tier: device-only the first, edge-only the second, cloud-only the last. */
final class FixedTier extends Solver {
  private enum Place {
    DEVICE,
    EDGE,
    CLOUD
  }

  private final String name;
  private final Place place;

  private FixedTier(String name, Place place) {
    this.name = name;
    this.place = place;
  }

  static List<FixedTier> every() {
    return List.of(
        new FixedTier("device-only", Place.DEVICE),
        new FixedTier("edge-only", Place.EDGE),
        new FixedTier("cloud-only", Place.CLOUD));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  boolean applies(Setup setup) {
    return place != Place.EDGE || setup.in().tiers > 2;
  }

  @Override
  Plan solve(Setup setup, long start) {
    if (!applies(setup)) {
      throw new ProblemException("edge-only: expected three or more tiers, found two");
    }
    int[] tierOf = tiers(setup);
    return setup.plan(name, tierOf, setup.value(tierOf), start);
  }

  /**
   * The assignment.
   *
   * @throws InfeasibleException if the limits forbid it
   */
  int[] tiers(Setup setup) {
    int[] tierOf = new int[setup.in().layers];
    int tier = tier(setup.in().tiers);
    Arrays.fill(tierOf, tier);
    if (!setup.allows(tierOf)) {
      throw new InfeasibleException(
          name
              + ": pins, allowed tiers or a link that is down forbid "
              + setup.in().problem.tiers().get(tier).name());
    }
    return tierOf;
  }

  private int tier(int tiers) {
    return switch (place) {
      case DEVICE -> 0;
      case EDGE -> 1;
      case CLOUD -> tiers - 1;
    };
  }
}
