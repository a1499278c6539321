package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scalpel.plan.BandwidthTable;
import org.scalpel.plan.BandwidthTable.Piece;
import org.scalpel.plan.CostFrontier;
import org.scalpel.plan.Partition;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.PlaneTable;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;
import org.scalpel.plan.TableJson;
import org.scalpel.plan.Tier;

/**
 * Many plans at once, for people and for programs.
 *
 * @param lines for people
 * @param json for programs
 */
record CurveReport(List<String> lines, ObjectNode json) {
  private static final double TAIL = 0.95;

  /** The table of one link, with rates looked up and the best fixed plans under samples. */
  static CurveReport oneLink(
      Problem problem, BandwidthTable table, double[] rates, double[] samples) {
    ObjectNode json = (ObjectNode) Json.parse(TableJson.write(table), "table");
    String link = problem.upName(table.link());
    json.put("link", link);
    TextTable text = new TextTable("Mbit/s up, " + link, "fixed", "per Mbit/s⁻¹", "layers");
    for (Piece piece : table.pieces()) {
      text.row(
          range(piece),
          Units.ms(piece.fixedMs()),
          Units.ms(piece.msMbps()),
          layers(problem, piece.partition()));
    }
    List<String> lines = new ArrayList<>(text.lines());
    if (rates.length > 0) {
      ArrayNode found = json.putArray("look_up");
      for (double rate : rates) {
        Piece piece = table.at(rate);
        found
            .addObject()
            .put("up_mbps", rate)
            .put("value_ms", piece.valueMs(rate))
            .put("piece", table.pieces().indexOf(piece));
        lines.add(
            "at "
                + number(rate)
                + " Mbit/s: "
                + Units.ms(piece.valueMs(rate))
                + ", "
                + layers(problem, piece.partition()));
      }
    }
    if (samples.length > 0) {
      ObjectNode fixed = json.putObject("best_fixed");
      fixed.put("samples", samples.length);
      fixed(fixed.putObject("mean"), table, table.bestOnAverage(samples), samples);
      fixed(fixed.putObject("p95"), table, table.bestAtQuantile(TAIL, samples), samples);
      for (String goal : List.of("mean", "p95")) {
        var best = fixed.get(goal);
        Piece piece = table.pieces().get(best.get("piece").asInt());
        lines.add(
            "best fixed plan by "
                + goal
                + " of "
                + samples.length
                + " samples: mean "
                + Units.ms(best.get("mean_ms").asDouble())
                + ", p95 "
                + Units.ms(best.get("p95_ms").asDouble())
                + ", "
                + layers(problem, piece.partition()));
      }
    }
    return new CurveReport(lines, json);
  }

  private static void fixed(ObjectNode json, BandwidthTable table, Piece piece, double[] samples) {
    double[] values = Arrays.stream(samples).map(piece::valueMs).sorted().toArray();
    json.put("piece", table.pieces().indexOf(piece));
    json.put("mean_ms", Arrays.stream(values).average().orElseThrow());
    json.put("p95_ms", values[(int) Math.ceil(TAIL * values.length) - 1]);
  }

  /** The table of two links, with one pair of rates looked up or none. */
  static CurveReport twoLinks(Problem problem, PlaneTable table, double[] rates) {
    ObjectNode json = (ObjectNode) Json.parse(TableJson.write(table), "table");
    String first = problem.upName(0);
    String second = problem.upName(1);
    json.set("links", Json.texts(List.of(first, second)));
    TextTable text =
        new TextTable("plan", "fixed", "/ rate " + first, "/ rate " + second, "layers");
    for (PlaneTable.Plane plane : table.planes()) {
      text.row(
          table.planes().indexOf(plane),
          Units.ms(plane.fixedMs()),
          Units.ms(plane.firstMsMbps()),
          Units.ms(plane.secondMsMbps()),
          layers(problem, plane.partition()));
    }
    List<String> lines = new ArrayList<>(text.lines());
    if (rates.length > 0) {
      if (rates.length != 2) {
        throw new UserException(
            "--at-mbps: expected two rates for two links, found " + rates.length);
      }
      PlaneTable.Plane plane = table.at(rates[0], rates[1]);
      ObjectNode found = json.putArray("look_up").addObject();
      found.putArray("up_mbps").add(rates[0]).add(rates[1]);
      found
          .put("value_ms", plane.valueMs(rates[0], rates[1]))
          .put("plane", table.planes().indexOf(plane));
      lines.add(
          "at "
              + number(rates[0])
              + " and "
              + number(rates[1])
              + " Mbit/s: "
              + Units.ms(plane.valueMs(rates[0], rates[1]))
              + ", plan "
              + table.planes().indexOf(plane));
    }
    return new CurveReport(lines, json);
  }

  /** Latency against compute on {@code tier}. */
  static CurveReport frontier(Problem problem, Request request, String tier) {
    ObjectNode json = Json.object();
    json.put("tier", tier);
    ArrayNode corners = json.putArray("frontier");
    TextTable text = new TextTable("compute on " + tier, "latency", "layers");
    for (CostFrontier.Point point : CostFrontier.of(problem, request, tier)) {
      ObjectNode corner = corners.addObject();
      corner.put("tier_ms", point.tierMs()).put("latency_ms", point.latencyMs());
      corner.set("partition", PlanJson.node(point.partition()));
      text.row(
          Units.ms(point.tierMs()),
          Units.ms(point.latencyMs()),
          layers(problem, point.partition()));
    }
    return new CurveReport(text.lines(), json);
  }

  private static String range(Piece piece) {
    return Double.isFinite(piece.toMbps())
        ? number(piece.fromMbps()) + " to " + number(piece.toMbps())
        : "from " + number(piece.fromMbps());
  }

  static String number(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.4g", value);
  }

  /** How many layers each tier has, as in "device 1, edge 2, cloud 0". */
  static String layers(Problem problem, Partition partition) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    problem.tiers().stream().map(Tier::name).forEach(tier -> counts.put(tier, 0));
    partition.assignment().values().forEach(tier -> counts.merge(tier, 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((tier, count) -> parts.add(tier + " " + count));
    return String.join(", ", parts);
  }
}
