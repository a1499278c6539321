package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Self-contained pages: a template with style, script and data put in, nothing fetched from
 * elsewhere. Whatever a model calls its layers arrives as data, never as markup.
 */
final class GraphPage {
  private GraphPage() {}

  /** A page that shows one graph and the facts about it. */
  static String html(String title, Map<String, String> facts, GraphView view) {
    ObjectNode data = data(view);
    data.put("title", title);
    data.set("facts", pairs(facts));
    return resource("graph.html")
        .replace("/*STYLE*/", resource("page.css"))
        .replace("/*SCRIPT*/", resource("graph.js"))
        .replace("{{TITLE}}", escape(title))
        .replace("\"DATA\"", embed(data));
  }

  /** The graph with its layout, as the script of the page wants it. */
  static ObjectNode data(GraphView view) {
    GraphLayout layout = GraphLayout.of(view);
    ObjectNode data = Json.object();
    data.put("width", round(layout.width())).put("height", round(layout.height()));
    data.set("tiers", Json.texts(view.tiers()));
    ArrayNode nodes = data.putArray("nodes");
    for (int i = 0; i < view.nodes().size(); i++) {
      nodes.add(node(view.nodes().get(i), layout.boxes().get(i)));
    }
    ArrayNode edges = data.putArray("edges");
    for (int i = 0; i < view.edges().size(); i++) {
      GraphView.Edge edge = view.edges().get(i);
      ObjectNode json = edges.addObject();
      json.put("from", edge.from()).put("to", edge.to()).put("bytes", edge.bytes());
      ArrayNode points = json.putArray("points");
      for (GraphLayout.Point point : layout.routes().get(i)) {
        points.add(round(point.x())).add(round(point.y()));
      }
      json.set("details", pairs(edge.details()));
    }
    return data;
  }

  private static ObjectNode node(GraphView.Node node, GraphLayout.Box box) {
    ObjectNode json = Json.object();
    json.put("kind", node.kind().name().toLowerCase(java.util.Locale.ROOT));
    json.put("x", round(box.x())).put("y", round(box.y()));
    json.put("w", round(box.width())).put("h", round(box.height()));
    json.put("title", node.title()).put("name", node.name());
    json.put("cost", Math.round(node.cost() * 1000) / 1000.0).put("tier", node.tier());
    json.put("cut", node.marked());
    json.set("details", pairs(node.details()));
    return json;
  }

  private static ArrayNode pairs(Map<String, String> map) {
    ArrayNode pairs = Json.array();
    map.forEach((key, value) -> pairs.addArray().add(key).add(value));
    return pairs;
  }

  private static double round(double value) {
    return Math.round(value * 10) / 10.0;
  }

  /** JSON that may stand inside a script element, whatever its strings hold. */
  static String embed(ObjectNode data) {
    return Json.compact(data)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  /** Text that may stand in markup. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  static String resource(String name) {
    try (InputStream stream = GraphPage.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + name + " is missing from the build");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException fault) {
      throw new IllegalStateException("resource " + name + " cannot be read", fault);
    }
  }
}
