package org.scalpel.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.scalpel.app.LaneChart.Kind;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Timeline;

/**
 * When everything of one request is planned to happen: a lane for each tier and each direction of a
 * link that is used.
 */
final class TimelineChart {
  private TimelineChart() {}

  /**
   * The schedule of a plan.
   *
   * @throws UserException if the plan has no schedule
   */
  static LaneChart of(Problem problem, Plan plan) {
    Timeline timeline = plan.main().timeline();
    if (timeline.isEmpty()) {
      throw new UserException(
          "--timeline: the plan of "
              + plan.algorithm()
              + " has no schedule; expected a valid plan for --objective makespan");
    }
    String title =
        String.format(
            Locale.ROOT,
            "%s: makespan %.2f ms, lower bound %.2f ms",
            problem.name(),
            plan.valueMs(),
            plan.boundMs());
    List<LaneChart.Bar> bars = new ArrayList<>();
    for (Timeline.Task task : timeline.tasks()) {
      Kind kind = task.resource().contains("->") ? Kind.TRANSFER : Kind.COMPUTE;
      bars.add(
          new LaneChart.Bar(
              task.resource(), task.name(), kind, task.startMs(), task.endMs(), Json.object()));
    }
    return new LaneChart(title, lanes(problem, timeline), bars, List.of());
  }

  private static List<String> lanes(Problem problem, Timeline timeline) {
    List<String> all = new ArrayList<>();
    for (int k = 0; k < problem.tiers().size(); k++) {
      if (k > 0) {
        all.add(problem.upName(k - 1));
        all.add(problem.downName(k - 1));
      }
      all.add(problem.tiers().get(k).name());
    }
    all.removeIf(lane -> timeline.tasks().stream().noneMatch(task -> task.resource().equals(lane)));
    return all;
  }
}
