package org.scalpel.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Bandwidth tables as JSON text. */
public final class TableJson {
  private TableJson() {}

  /** One link: pieces in the order of bandwidth; the last ends at null. */
  public static String write(BandwidthTable table) {
    ObjectNode json = JsonReader.MAPPER.createObjectNode();
    ArrayNode pieces = json.putArray("pieces");
    for (BandwidthTable.Piece piece : table.pieces()) {
      ObjectNode node = pieces.addObject();
      ArrayNode range = node.putArray("up_mbps").add(piece.fromMbps());
      if (Double.isFinite(piece.toMbps())) {
        range.add(piece.toMbps());
      } else {
        range.addNull();
      }
      node.put("fixed_ms", piece.fixedMs()).put("ms_mbps", piece.msMbps());
      node.set("partition", PlanJson.node(piece.partition()));
    }
    return JsonReader.text(json);
  }

  /** Two links: planes over the two rates. */
  public static String write(PlaneTable table) {
    ObjectNode json = JsonReader.MAPPER.createObjectNode();
    ArrayNode planes = json.putArray("planes");
    for (PlaneTable.Plane plane : table.planes()) {
      ObjectNode node = planes.addObject();
      node.put("fixed_ms", plane.fixedMs());
      node.putArray("ms_mbps").add(plane.firstMsMbps()).add(plane.secondMsMbps());
      node.set("partition", PlanJson.node(plane.partition()));
    }
    return JsonReader.text(json);
  }
}
