package org.scalpel.plan;

import java.util.List;

/**
 * When everything of one request happens, for a makespan, and the segments that tiers run.
 *
 * @param segments in the order in which they start; empty where layers run one by one
 * @param tasks by start; no two of one resource overlap
 */
public record Timeline(List<Segment> segments, List<Task> tasks) {
  /** Nothing scheduled. */
  public static final Timeline NONE = new Timeline(List.of(), List.of());

  /**
   * Layers that run as one session and release what they make when it ends.
   *
   * @param tier where
   * @param layers in an order in which they can run
   */
  public record Segment(String tier, List<String> layers) {
    /** Copies the list. */
    public Segment {
      layers = List.copyOf(layers);
    }
  }

  /**
   * One piece of work on one resource.
   *
   * @param name a layer, a segment by its ends, a tensor that is sent, or "codec of" a tensor
   * @param resource a tier, or a direction of a link such as "device->edge"
   * @param startMs since the request began
   * @param endMs since the request began; what a link sends arrives half a round trip later
   */
  public record Task(String name, String resource, double startMs, double endMs) {}

  /** Copies the lists. */
  public Timeline {
    segments = List.copyOf(segments);
    tasks = List.copyOf(tasks);
  }

  /** True if nothing is scheduled. */
  public boolean isEmpty() {
    return tasks.isEmpty();
  }
}
