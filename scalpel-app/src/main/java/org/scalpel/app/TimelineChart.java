package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Timeline;

/**
 * When everything of one request happens: a lane for each tier and each direction of a link that is
 * used, as a drawing (SVG, or a page that holds it) or as a Chrome trace.
 */
final class TimelineChart {
  private static final int WIDTH = 1200;
  private static final int LEFT = 150;
  private static final int LANE = 44;
  private static final int BAR = 30;
  private static final int TOP = 46;
  private static final int TICKS = 8;
  private static final double LETTER = 6.2;
  private static final String TIER_COLOUR = "#4c78a8";
  private static final String LINK_COLOUR = "#f58518";

  private final Problem problem;
  private final Plan plan;
  private final Timeline timeline;
  private final List<String> lanes = new ArrayList<>();

  /**
   * Prepares.
   *
   * @throws UserException if the plan has no schedule
   */
  TimelineChart(Problem problem, Plan plan) {
    this.problem = problem;
    this.plan = plan;
    timeline = plan.main().timeline();
    if (timeline.isEmpty()) {
      throw new UserException(
          "--timeline: the plan of "
              + plan.algorithm()
              + " has no schedule; expected a valid plan for --objective makespan");
    }
    for (int k = 0; k < problem.tiers().size(); k++) {
      if (k > 0) {
        lane(problem.upName(k - 1));
        lane(problem.downName(k - 1));
      }
      lane(problem.tiers().get(k).name());
    }
  }

  private void lane(String resource) {
    if (timeline.tasks().stream().anyMatch(task -> task.resource().equals(resource))) {
      lanes.add(resource);
    }
  }

  /** The text for a file of this name: {@code .json} a Chrome trace, {@code .html}, else SVG. */
  String text(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return Json.text(trace()) + "\n";
    }
    return name.endsWith(".html")
        ? "<!doctype html>\n<meta charset=\"utf-8\">\n<title>"
            + escape(problem.name())
            + "</title>\n"
            + svg()
        : svg();
  }

  /** Complete events in microseconds, one thread per lane. */
  ObjectNode trace() {
    ObjectNode json = Json.object();
    ArrayNode events = json.putArray("traceEvents");
    for (int lane = 0; lane < lanes.size(); lane++) {
      ObjectNode named = events.addObject().put("name", "thread_name").put("ph", "M");
      named.put("pid", 1).put("tid", lane).putObject("args").put("name", lanes.get(lane));
    }
    for (Timeline.Task task : timeline.tasks()) {
      ObjectNode event = events.addObject().put("name", task.name()).put("ph", "X");
      event.put("pid", 1).put("tid", lanes.indexOf(task.resource()));
      event.put("ts", task.startMs() * 1e3).put("dur", (task.endMs() - task.startMs()) * 1e3);
    }
    json.put("displayTimeUnit", "ms");
    return json;
  }

  /** The drawing; names appear on bars that have room and on hover. */
  String svg() {
    int height = TOP + lanes.size() * LANE + 30;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
            WIDTH, height));
    svg.append(
        format(
            "<text x=\"10\" y=\"22\" font-size=\"15\">%s: makespan %.2f ms, lower bound %.2f ms</text>%n",
            escape(problem.name()), plan.valueMs(), plan.boundMs()));
    axis(svg, height);
    for (int lane = 0; lane < lanes.size(); lane++) {
      svg.append(
          format(
              "<text x=\"10\" y=\"%d\">%s</text>%n",
              TOP + lane * LANE + BAR / 2 + 4, escape(lanes.get(lane))));
    }
    timeline.tasks().forEach(task -> bar(svg, task));
    return svg.append("</svg>\n").toString();
  }

  private void axis(StringBuilder svg, int height) {
    for (int tick = 0; tick <= TICKS; tick++) {
      double ms = plan.valueMs() * tick / TICKS;
      svg.append(
          format(
              "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#ddd\"/>"
                  + "<text x=\"%1$.1f\" y=\"%4$d\" text-anchor=\"middle\" fill=\"#555\">%5$.1f ms</text>%n",
              x(ms), TOP - 8, height - 24, height - 8, ms));
    }
  }

  private void bar(StringBuilder svg, Timeline.Task task) {
    int lane = lanes.indexOf(task.resource());
    int y = TOP + lane * LANE;
    double width = Math.max(0.5, x(task.endMs()) - x(task.startMs()));
    String colour = task.resource().contains("->") ? LINK_COLOUR : TIER_COLOUR;
    svg.append(
        format(
            "<g><title>%s on %s: %.3f to %.3f ms</title>",
            escape(task.name()), escape(task.resource()), task.startMs(), task.endMs()));
    svg.append(
        format(
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\""
                + " stroke=\"white\" stroke-width=\"0.5\"/>",
            x(task.startMs()), y, width, BAR, colour));
    int room = (int) ((width - 6) / LETTER);
    if (room >= 3) {
      String name =
          task.name().length() <= room ? task.name() : task.name().substring(0, room - 1) + "…";
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" fill=\"white\">%s</text>",
              x(task.startMs()) + 3, y + BAR / 2 + 4, escape(name)));
    }
    svg.append("</g>\n");
  }

  private double x(double ms) {
    double span = Math.max(plan.valueMs(), 1e-9);
    return LEFT + (WIDTH - LEFT - 40) * ms / span;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
