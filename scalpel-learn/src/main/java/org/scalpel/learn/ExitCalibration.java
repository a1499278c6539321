package org.scalpel.learn;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.graph.Confidence;
import org.scalpel.plan.Exits;

/**
 * Calibrated operating points of a model with exits, as the planner takes them.
 *
 * @param exits names, points, measure; exits at which no one ever leaves are left out
 * @param points the same points with all exits of the model
 * @param idle exits at which no sample leaves at any point
 */
public record ExitCalibration(Exits exits, List<ThresholdSearch.Point> points, List<String> idle) {
  /** Copies. */
  public ExitCalibration {
    points = List.copyOf(points);
    idle = List.copyOf(idle);
  }

  /**
   * Calibrates.
   *
   * @param most about so many points
   */
  public static ExitCalibration of(
      ExitSamples samples, ExitWork work, Confidence measure, int most) {
    List<ThresholdSearch.Point> points =
        ThresholdSearch.search(samples, measure, work.fractions(), most);
    List<Integer> used = new ArrayList<>();
    List<String> idle = new ArrayList<>();
    for (int exit = 0; exit < samples.end(); exit++) {
      int one = exit;
      if (points.stream().anyMatch(point -> point.left().get(one) > 0)) {
        used.add(exit);
      } else {
        idle.add(samples.exits().get(exit));
      }
    }
    List<String> names = new ArrayList<>(used.stream().map(samples.exits()::get).toList());
    names.add(samples.exits().get(samples.end()));
    List<Exits.Point> planned =
        points.stream()
            .map(
                point ->
                    new Exits.Point(
                        used.stream().map(point.thresholds()::get).toList(),
                        point.accuracy(),
                        work.reach(point.reach())))
            .toList();
    return new ExitCalibration(new Exits(names, planned, measure.text()), points, idle);
  }
}
