package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import org.scalpel.codec.ImageCodec;
import org.scalpel.tier.Stage;

/** The demo as a self-contained page: picture, findings, table, timelines, graphs by tier. */
final class DemoReport {
  private static final List<String> DRAWN = List.of(DemoPlans.AUTO, DemoPlans.PRIVATE);

  private final DemoSubject subject;
  private final DemoRun.Result result;
  private final DemoStory story;

  DemoReport(DemoSubject subject, DemoRun.Result result, DemoStory story) {
    this.subject = subject;
    this.result = result;
    this.story = story;
  }

  String html() {
    return GraphPage.resource("report.html")
        .replace("/*STYLE*/", GraphPage.resource("page.css"))
        .replace("/*SCRIPT*/", GraphPage.resource("graph.js"))
        .replace("{{TITLE}}", GraphPage.escape(subject.title()))
        .replace("{{ANSWER}}", GraphPage.escape(result.answer()))
        .replace("{{SETTING}}", GraphPage.escape(story.setting()))
        .replace("{{PICTURE}}", picture())
        .replace("{{FINDINGS}}", findings())
        .replace("{{TABLE}}", table())
        .replace("\"DATA\"", GraphPage.embed(data()));
  }

  private String picture() {
    byte[] png = ImageCodec.encodePng(subject.picture().picture());
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  private String findings() {
    StringBuilder html = new StringBuilder();
    story
        .findings()
        .forEach(line -> html.append("<li>").append(GraphPage.escape(line)).append("</li>\n"));
    return html.toString();
  }

  private String table() {
    StringBuilder html = new StringBuilder("<tr><th>plan</th>");
    List<String> headings = List.of("predicted", "median", "p95", "bytes sent");
    headings.forEach(heading -> html.append("<th>").append(heading).append("</th>"));
    result
        .tiers()
        .forEach(
            tier -> html.append("<th>kernels on ").append(GraphPage.escape(tier)).append("</th>"));
    html.append("</tr>\n");
    for (DemoRow row : result.rows()) {
      html.append("<tr><td>").append(GraphPage.escape(row.name())).append("</td>");
      cell(html, Units.ms(row.predictedMs()));
      cell(html, Units.ms(row.medianMs()));
      cell(html, Units.ms(row.p95Ms()));
      cell(html, Units.bytes(row.bytesSent()));
      row.kernels().values().forEach(count -> cell(html, String.valueOf(count)));
      html.append("</tr>\n");
    }
    return html.toString();
  }

  private static void cell(StringBuilder html, String text) {
    html.append("<td>").append(GraphPage.escape(text)).append("</td>");
  }

  private ObjectNode data() {
    ObjectNode data = Json.object();
    data.set("tiers", Json.texts(result.tiers()));
    ArrayNode plans = data.putArray("plans");
    Inspection inspection = Inspection.of(result.model().kernels(), result.facts());
    for (String name : DRAWN) {
      DemoRow row = result.row(name);
      ObjectNode plan = plans.addObject().put("name", name);
      plan.set("timeline", timeline(row));
      GraphView view = KernelDrawing.of(inspection, result.model(), row.partition()).view();
      ObjectNode graph = GraphPage.data(view);
      graph.put("embedded", true);
      plan.set("graph", graph);
    }
    return data;
  }

  /** The stages of the request nearest to the median, one after the other. */
  private ObjectNode timeline(DemoRow row) {
    ObjectNode timeline = Json.object().put("total", row.sample().totalMs());
    timeline.put("predicted", row.predictedMs());
    ArrayNode stages = timeline.putArray("stages");
    for (Stage stage : row.sample().stages()) {
      ObjectNode one = stages.addObject().put("name", stage.name());
      one.put("ms", stage.measuredMs()).put("bytes", stage.bytes());
      one.put("text", text(stage));
    }
    return timeline;
  }

  private String text(Stage stage) {
    String predicted =
        stage.predictedMs().isPresent()
            ? ", predicted " + Units.ms(stage.predictedMs().getAsDouble() + roundTripMs(stage))
            : "";
    String bytes = stage.bytes() > 0 ? ", " + Units.bytes(stage.bytes()) : "";
    return Units.ms(stage.measuredMs()) + predicted + bytes;
  }

  /** A plan states the round trips of all links in one sum; here each stands with its link. */
  private double roundTripMs(Stage stage) {
    int link = result.tiers().indexOf(stage.name().split("<->")[0]);
    boolean isLink = stage.name().contains("<->") && link >= 0;
    return isLink ? result.model().problem().links().get(link).rttMs() : 0;
  }
}
