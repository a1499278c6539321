package org.scalpel.tier;

import java.util.Optional;

/**
 * The device: runs its own segments in this process and sends the rest to its neighbour. Holds the
 * engine, the workers and the connection that all its plans share.
 */
public final class DeviceTier implements AutoCloseable {
  /** A device; {@link TierConfig#next} is its neighbour, {@link TierConfig#listen} is not used. */
  public DeviceTier(TierConfig config) {
    throw new UnsupportedOperationException(config.name());
  }

  /**
   * Makes a plan ready on every tier: sends the model where it is missing, extracts, opens and
   * warms the segments. A plan that is ready already is found again.
   *
   * @throws TierException a tier is missing, too small or refuses
   */
  public PlanExecutor prepare(Deployment deployment) {
    throw new UnsupportedOperationException(deployment.planId());
  }

  /** The neighbour, if there is one. */
  public Optional<TierClient> next() {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
