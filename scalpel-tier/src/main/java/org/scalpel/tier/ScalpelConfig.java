package org.scalpel.tier;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything that a device needs to run a model on its tiers, from a YAML file or from code.
 *
 * @param model the ONNX file
 * @param tiers the device first
 * @param network a preset or a file per link; empty to measure the links
 * @param planning what to plan for
 * @param run how to run
 */
public record ScalpelConfig(
    Path model, List<TierEntry> tiers, List<String> network, Planning planning, Running run) {
  /**
   * A tier as the device sees it.
   *
   * @param url where it listens; empty for the device
   * @param profile a file; empty to profile the tier when the client opens
   * @param slowdown declared dilation of the device; remote tiers declare their own
   */
  public record TierEntry(
      String name, Optional<Endpoint> url, Optional<Path> profile, double slowdown) {}

  /**
   * What to plan for.
   *
   * @param objective {@code latency}, {@code throughput} or {@code makespan}
   * @param algorithm a name of the planner, or {@code auto}
   * @param pins kernel → tier
   * @param plan a plan file that is taken as it is, instead of planning
   */
  public record Planning(
      String objective, String algorithm, Map<String, String> pins, Optional<Path> plan) {}

  /**
   * How to run.
   *
   * @param threads of one run on the device
   * @param window requests in flight at most
   * @param deadline of one request
   * @param preprocessing how images become the model's input; empty when inputs are tensors
   * @param batch value of symbolic dimensions, if the model has any
   */
  public record Running(
      int threads,
      int window,
      Duration deadline,
      Optional<Object> preprocessing,
      OptionalInt batch) {}

  /** Reads a YAML or JSON file; unknown keys are refused with a suggestion. */
  public static ScalpelConfig read(Path file) {
    throw new UnsupportedOperationException(file.toString());
  }
}
