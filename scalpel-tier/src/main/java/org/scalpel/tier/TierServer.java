package org.scalpel.tier;

import org.scalpel.graph.OnnxModel;

/**
 * A running tier: an Open Inference Protocol server that also holds models, prepares segments of
 * plans and passes requests on to the tier behind it.
 */
public final class TierServer implements AutoCloseable {
  TierServer() {}

  /**
   * Starts a tier; it is ready when this returns.
   *
   * @throws TierException the port is taken, or listening there is not allowed
   */
  public static TierServer start(TierConfig config) {
    throw new UnsupportedOperationException(config.name());
  }

  /** Where it listens, with the port that the system chose. */
  public Endpoint address() {
    throw new UnsupportedOperationException();
  }

  /** Publishes a whole model under a name, so that any client of the protocol can call it. */
  public void publish(String name, OnnxModel model) {
    throw new UnsupportedOperationException();
  }

  /** Waits until the server is closed. */
  public void awaitClosed() throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Drains: not ready any more, requests under way are finished, then everything is closed. */
  @Override
  public void close() {}
}
