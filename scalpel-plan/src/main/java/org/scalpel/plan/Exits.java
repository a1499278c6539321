package org.scalpel.plan;

import java.util.List;
import java.util.Map;

/**
 * Early exits with their calibrated operating points.
 *
 * @param names the exits in the order of depth, the last is the model's own end
 * @param points what thresholds were calibrated
 * @param confidence the word for what the thresholds bound; empty where the model itself says it
 */
public record Exits(List<String> names, List<Point> points, String confidence) {
  /**
   * One calibrated choice of thresholds.
   *
   * @param thresholds one for each exit but the last
   * @param accuracy measured jointly over the calibration data
   * @param reach layer name → probability that it is executed; a layer not named has 1
   */
  public record Point(List<Double> thresholds, double accuracy, Map<String, Double> reach) {
    /** Copies and checks. */
    public Point {
      thresholds = List.copyOf(thresholds);
      reach = Map.copyOf(reach);
      Checks.probability("accuracy", accuracy);
      reach.forEach((layer, value) -> Checks.probability("reach of \"" + layer + "\"", value));
    }
  }

  /** Exits whose confidence the model says. */
  public Exits(List<String> names, List<Point> points) {
    this(names, points, "");
  }

  /** Copies and checks. */
  public Exits {
    names = List.copyOf(names);
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new ProblemException("exits.points: expected at least one operating point, found none");
    }
    names.forEach(name -> Checks.name("exit", name));
    if (names.stream().distinct().count() < names.size()) {
      throw new ProblemException("exits.names: " + names + " has a duplicate name");
    }
  }
}
