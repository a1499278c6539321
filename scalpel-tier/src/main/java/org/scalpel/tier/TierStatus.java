package org.scalpel.tier;

import java.util.List;

/**
 * What a tier is, holds and does.
 *
 * @param tier its name
 * @param version of Scalpel
 * @param runtime the version of the inference runtime
 * @param threads of one run
 * @param workers runs at the same time
 * @param slowdown declared time dilation
 * @param next the tier behind it, or empty
 * @param models published whole
 * @param plans prepared
 * @param load of the queue
 * @param storeBytes of models held
 */
public record TierStatus(
    String tier,
    String version,
    String runtime,
    int threads,
    int workers,
    double slowdown,
    String next,
    List<Model> models,
    List<PreparedPlan> plans,
    Load load,
    long storeBytes) {
  /** A whole model that any client may call. */
  public record Model(String name, long requests, long failures) {}

  /** A plan that is ready. */
  public record PreparedPlan(
      String id, String model, List<String> segments, long bytes, long requests) {}

  /** How full the queue is, and whether the tier is closing. */
  public record Load(int queued, int capacity, boolean draining) {}
}
