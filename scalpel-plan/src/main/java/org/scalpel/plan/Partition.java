package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One way to cut the graph, and what it costs.
 *
 * @param share the part of the requests that it serves
 * @param times what it costs
 * @param assignment layer name → tier name
 * @param codecs tensor name → link ("device->edge") → codec, where the codec is not raw
 * @param exits the operating point, when exits were planned
 * @param violations what is wrong with it; empty for a valid partition
 * @param timeline when everything happens, for a makespan
 */
public record Partition(
    double share,
    Times times,
    Map<String, String> assignment,
    Map<String, Map<String, String>> codecs,
    Optional<ExitChoice> exits,
    List<String> violations,
    Timeline timeline) {

  /** A partition without a timeline. */
  public Partition(
      double share,
      Times times,
      Map<String, String> assignment,
      Map<String, Map<String, String>> codecs,
      Optional<ExitChoice> exits,
      List<String> violations) {
    this(share, times, assignment, codecs, exits, violations, Timeline.NONE);
  }

  /**
   * What a partition costs, unrounded.
   *
   * @param latencyMs serial latency of one request
   * @param periodMs the largest load of a tier or of a direction of a link
   * @param makespanMs with tiers and links overlapping; infinite where it is not defined
   * @param stagesMs time per tier, per direction of a link, and "rtt"; they sum to the latency
   */
  public record Times(
      double latencyMs, double periodMs, double makespanMs, Map<String, Double> stagesMs) {
    /** Copies the map, keeping its order. */
    public Times {
      stagesMs = Collections.unmodifiableMap(new LinkedHashMap<>(stagesMs));
    }
  }

  /**
   * The operating point of the exits.
   *
   * @param names the exits, the last is the model's own end; empty in plans that do not say
   * @param confidence the word for what the thresholds bound; empty where the model itself says it
   * @param thresholds one for each exit but the last
   * @param accuracy the accuracy measured for them
   * @param meanMs mean latency of the partition at this point
   * @param tailMs its 95th percentile
   */
  public record ExitChoice(
      List<String> names,
      String confidence,
      List<Double> thresholds,
      double accuracy,
      double meanMs,
      double tailMs) {
    /** Copies the lists. */
    public ExitChoice {
      names = List.copyOf(names);
      thresholds = List.copyOf(thresholds);
    }
  }

  /** Copies the collections, keeping their order. */
  public Partition {
    assignment = Collections.unmodifiableMap(new LinkedHashMap<>(assignment));
    codecs = Collections.unmodifiableMap(new LinkedHashMap<>(codecs));
    violations = List.copyOf(violations);
  }

  /** True if it keeps the order of tiers and every limit. */
  public boolean valid() {
    return violations.isEmpty();
  }

  /** Serial latency of one request. */
  public double latencyMs() {
    return times.latencyMs();
  }

  /** The largest load of a tier or of a direction of a link. */
  public double periodMs() {
    return times.periodMs();
  }

  /** The time of one request when tiers and links overlap; infinite where it is not defined. */
  public double makespanMs() {
    return times.makespanMs();
  }

  /** Time per stage. */
  public Map<String, Double> stagesMs() {
    return times.stagesMs();
  }

  /** The time of one stage: a tier, "device->edge" or "rtt"; 0 for one that does not exist. */
  public double stageMs(String stage) {
    return times.stagesMs().getOrDefault(stage, 0.0);
  }

  /** The same partition at this operating point of the exits. */
  Partition withExits(ExitChoice choice) {
    return new Partition(
        share, times, assignment, codecs, Optional.of(choice), violations, timeline);
  }

  /** The same partition with the makespan of this schedule. */
  Partition withTimeline(double ms, Timeline schedule) {
    Times other = new Times(times.latencyMs(), times.periodMs(), ms, times.stagesMs());
    return new Partition(share, other, assignment, codecs, exits, violations, schedule);
  }

  /** The same partition with these faults besides its own. */
  Partition withViolations(List<String> more) {
    List<String> all = new ArrayList<>(violations);
    all.addAll(more);
    return new Partition(share, times, assignment, codecs, exits, all, timeline);
  }

  /** The same partition, serving this part of the requests. */
  public Partition withShare(double part) {
    return new Partition(part, times, assignment, codecs, exits, violations, timeline);
  }
}
