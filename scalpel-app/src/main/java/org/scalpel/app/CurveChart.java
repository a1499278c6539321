package org.scalpel.app;

import java.util.List;
import java.util.Locale;
import org.scalpel.plan.BandwidthTable;
import org.scalpel.plan.BandwidthTable.Piece;
import org.scalpel.plan.Problem;

/** Cost over bandwidth as SVG: both axes logarithmic, one colour a piece. */
final class CurveChart {
  private static final List<String> COLOURS =
      List.of("#1f77b4", "#d95f02", "#1b9e77", "#7570b3", "#e7298a", "#66a61e", "#a6761d");
  private static final double LEAST = 0.1;
  private static final double MOST = 1000;
  private static final int STEPS = 60;

  private final Problem problem;
  private final BandwidthTable table;
  private final double low;
  private final double high;

  CurveChart(Problem problem, BandwidthTable table) {
    this.problem = problem;
    this.table = table;
    this.low = Math.max(table.valueMs(MOST) / 1.2, 1e-6);
    this.high = Math.max(table.valueMs(LEAST) * 1.2, low * 2);
  }

  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 440\"");
    svg.append(" font-family=\"sans-serif\" font-size=\"12\">\n");
    svg.append("<rect width=\"720\" height=\"440\" fill=\"white\"/>\n");
    for (double rate = LEAST; rate <= MOST; rate *= 10) {
      text(svg, x(rate), 400, CurveReport.number(rate));
    }
    text(svg, 380, 424, "Mbit/s up, " + problem.upName(table.link()));
    text(svg, 40, y(high) + 4, Units.ms(high));
    text(svg, 40, y(low) + 4, Units.ms(low));
    for (int i = 0; i < table.pieces().size(); i++) {
      piece(svg, table.pieces().get(i), COLOURS.get(i % COLOURS.size()));
    }
    return svg.append("</svg>\n").toString();
  }

  private void piece(StringBuilder svg, Piece piece, String colour) {
    double from = Math.max(LEAST, piece.fromMbps());
    double to = Math.min(MOST, piece.toMbps());
    if (from >= to) {
      return;
    }
    svg.append("<polyline fill=\"none\" stroke-width=\"2.5\" stroke=\"").append(colour);
    svg.append("\" points=\"");
    for (int step = 0; step <= STEPS; step++) {
      double rate = from * Math.pow(to / from, step / (double) STEPS);
      svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(rate), y(piece.valueMs(rate))));
    }
    svg.append("\"><title>");
    svg.append(escaped(CurveReport.layers(problem, piece.partition())));
    svg.append("</title></polyline>\n");
  }

  private static double x(double rate) {
    return 80 + 600 * Math.log(rate / LEAST) / Math.log(MOST / LEAST);
  }

  private double y(double value) {
    return 380 - 350 * Math.log(Math.max(value, low) / low) / Math.log(high / low);
  }

  private static void text(StringBuilder svg, double x, double y, String text) {
    svg.append(
        String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x, y));
    svg.append(escaped(text)).append("</text>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
