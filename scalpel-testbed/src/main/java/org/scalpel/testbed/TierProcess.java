package org.scalpel.testbed;

import java.util.List;

/** A child JVM that is surely ended. */
public final class TierProcess implements AutoCloseable {
  private TierProcess() {}

  /** Starts the child and waits for its ready line. */
  public static TierProcess start(TierProcessConfig config) {
    throw new TestbedException("process " + config.name() + " is not built yet");
  }

  /** The port of the ready line. */
  public int port() {
    return 0;
  }

  /** Process id. */
  public long pid() {
    return 0;
  }

  /** Whether it still runs. */
  public boolean alive() {
    return false;
  }

  /** The last lines it printed. */
  public List<String> tail() {
    return List.of();
  }

  /** Ends it at once, without warning (as a crash would). */
  public void kill() {}

  /** Asks it to end, then insists; returns when it is gone. */
  @Override
  public void close() {}
}
