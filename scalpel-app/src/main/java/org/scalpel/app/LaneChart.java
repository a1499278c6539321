package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What happens when, in lanes one below the other: as a drawing (SVG, or a page that holds it) or
 * as a Chrome trace.
 *
 * @param title of the drawing
 * @param lanes from above
 * @param bars what happens
 * @param notes below the drawing
 */
record LaneChart(String title, List<String> lanes, List<Bar> bars, List<String> notes) {
  private static final int WIDTH = 1200;
  private static final int LEFT = 150;
  private static final int LANE = 44;
  private static final int BAR = 30;
  private static final int THIN = 7;
  private static final int TOP = 46;
  private static final int LINE = 18;
  private static final int TICKS = 8;
  private static final double LETTER = 6.2;

  /** What a bar stands for; a thin one lies below the others of its lane. */
  enum Kind {
    COMPUTE("#4c78a8", false),
    TRANSFER("#f58518", false),
    WAIT("#b0b0b0", false),
    PREDICTED("#54a24b", true);

    private final String colour;
    private final boolean thin;

    Kind(String colour, boolean thin) {
      this.colour = colour;
      this.thin = thin;
    }
  }

  /**
   * One thing that happens.
   *
   * @param details for whoever points at it, and arguments of the trace
   */
  record Bar(
      String lane, String name, Kind kind, double startMs, double endMs, ObjectNode details) {}

  /** The text for a file of this name: {@code .json} a Chrome trace, {@code .html}, else SVG. */
  String text(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return Json.text(trace()) + "\n";
    }
    return name.endsWith(".html")
        ? "<!doctype html>\n<meta charset=\"utf-8\">\n<title>"
            + escape(title)
            + "</title>\n"
            + svg()
        : svg();
  }

  /**
   * Complete events in microseconds, one thread per lane; what was predicted is a process apart.
   */
  ObjectNode trace() {
    ObjectNode json = Json.object();
    ArrayNode events = json.putArray("traceEvents");
    Set<Boolean> parts = new LinkedHashSet<>();
    bars.forEach(bar -> parts.add(bar.kind().thin));
    for (boolean thin : parts) {
      int process = thin ? 2 : 1;
      ObjectNode whole = events.addObject().put("name", "process_name").put("ph", "M");
      whole.put("pid", process).putObject("args").put("name", thin ? "predicted" : title);
      for (int lane = 0; lane < lanes.size(); lane++) {
        ObjectNode named = events.addObject().put("name", "thread_name").put("ph", "M");
        named.put("pid", process).put("tid", lane).putObject("args").put("name", lanes.get(lane));
        ObjectNode order = events.addObject().put("name", "thread_sort_index").put("ph", "M");
        order.put("pid", process).put("tid", lane).putObject("args").put("sort_index", lane);
      }
    }
    for (Bar bar : bars) {
      ObjectNode event = events.addObject().put("name", bar.name()).put("ph", "X");
      event.put("pid", bar.kind().thin ? 2 : 1).put("tid", lanes.indexOf(bar.lane()));
      event.put("ts", bar.startMs() * 1e3).put("dur", (bar.endMs() - bar.startMs()) * 1e3);
      event.set("args", bar.details());
    }
    json.put("displayTimeUnit", "ms");
    return json;
  }

  /** The drawing; names appear on bars that have room and on hover. */
  String svg() {
    int bottom = TOP + lanes.size() * LANE + 30;
    int height = bottom + notes.size() * LINE;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
            WIDTH, height));
    svg.append(format("<text x=\"10\" y=\"22\" font-size=\"15\">%s</text>%n", escape(title)));
    axis(svg, bottom);
    for (int lane = 0; lane < lanes.size(); lane++) {
      svg.append(
          format(
              "<text x=\"10\" y=\"%d\">%s</text>%n",
              TOP + lane * LANE + BAR / 2 + 4, escape(lanes.get(lane))));
    }
    bars.forEach(bar -> bar(svg, bar));
    for (int i = 0; i < notes.size(); i++) {
      svg.append(
          format(
              "<text x=\"10\" y=\"%d\" fill=\"#555\">%s</text>%n",
              bottom + (i + 1) * LINE - 6, escape(notes.get(i))));
    }
    return svg.append("</svg>\n").toString();
  }

  private void axis(StringBuilder svg, int bottom) {
    for (int tick = 0; tick <= TICKS; tick++) {
      double ms = endMs() * tick / TICKS;
      svg.append(
          format(
              "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#ddd\"/>"
                  + "<text x=\"%1$.1f\" y=\"%4$d\" text-anchor=\"middle\" fill=\"#555\">%5$.1f ms</text>%n",
              x(ms), TOP - 8, bottom - 24, bottom - 8, ms));
    }
  }

  private void bar(StringBuilder svg, Bar bar) {
    boolean thin = bar.kind().thin;
    int y = TOP + lanes.indexOf(bar.lane()) * LANE + (thin ? BAR : 0);
    double width = Math.max(0.5, x(bar.endMs()) - x(bar.startMs()));
    svg.append(
        format(
            "<g><title>%s on %s: %.3f to %.3f ms</title>",
            escape(bar.name()), escape(bar.lane()), bar.startMs(), bar.endMs()));
    svg.append(
        format(
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\""
                + " stroke=\"white\" stroke-width=\"0.5\"/>",
            x(bar.startMs()), y, width, thin ? THIN : BAR, bar.kind().colour));
    int room = (int) ((width - 6) / LETTER);
    if (room >= 3 && !thin) {
      String name =
          bar.name().length() <= room ? bar.name() : bar.name().substring(0, room - 1) + "…";
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" fill=\"white\">%s</text>",
              x(bar.startMs()) + 3, y + BAR / 2 + 4, escape(name)));
    }
    svg.append("</g>\n");
  }

  private double endMs() {
    return Math.max(1e-9, bars.stream().mapToDouble(Bar::endMs).max().orElse(0));
  }

  private double x(double ms) {
    return LEFT + (WIDTH - LEFT - 40) * ms / endMs();
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
