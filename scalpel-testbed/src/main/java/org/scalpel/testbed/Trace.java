package org.scalpel.testbed;

import java.nio.file.Path;
import java.util.List;

/**
 * Measured bandwidth over time: a step function that starts again at its end.
 *
 * @param name file name
 * @param steps in order of time
 */
public record Trace(String name, List<Step> steps) {

  /**
   * One step.
   *
   * @param durationMs how long it holds, above 0
   * @param mbps downlink rate during the step
   * @param latencyMs one-way latency that the log states, or 0
   */
  public record Step(double durationMs, double mbps, double latencyMs) {}

  /** Copies. */
  public Trace {
    steps = List.copyOf(steps);
  }

  /** Reads a log: JSON steps, or lines of seconds and Mbps. */
  public static Trace read(Path file) {
    throw new TestbedException(file + ": not built yet");
  }
}
