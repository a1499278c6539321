package org.scalpel.lab;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart of points or lines over numbers. */
public final class Chart {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 480;

  /** Distinguishable without red and green. */
  private static final List<Color> COLORS =
      List.of(
          new Color(0x0072B2),
          new Color(0xE69F00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0x56B4E9),
          new Color(0xD55E00),
          new Color(0x6A3D9A),
          new Color(0x7F7F7F));

  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.CROSS);

  private final XYChart chart;

  /** An empty chart; axis titles carry the units. */
  public Chart(String title, String xTitle, String yTitle) {
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    var style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(new Color(0xDDDDDD));
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setLegendBorderColor(Color.WHITE);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    style.setMarkerSize(7);
    style.setChartTitleBoxVisible(false);
  }

  /** Both axes logarithmic. */
  public Chart logLog() {
    logX();
    chart.getStyler().setYAxisLogarithmic(true);
    return this;
  }

  /** The x axis logarithmic. */
  public Chart logX() {
    chart.getStyler().setXAxisLogarithmic(true);
    return this;
  }

  /** Points joined by a line, in the given order. */
  public Chart line(String name, List<Double> x, List<Double> y) {
    return add(name, x, y, XYSeries.XYSeriesRenderStyle.Line);
  }

  /** Points alone. */
  public Chart points(String name, List<Double> x, List<Double> y) {
    return add(name, x, y, XYSeries.XYSeriesRenderStyle.Scatter);
  }

  /** The line on which points lie whose two numbers are equal, over the range of these. */
  Chart diagonal(List<Double> values) {
    double low = values.stream().min(Double::compare).orElse(1.0);
    double high = values.stream().max(Double::compare).orElse(1.0);
    return reference("exact", List.of(low, high), List.of(low, high));
  }

  /** A thin grey line to compare with. */
  public Chart reference(String name, List<Double> x, List<Double> y) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(new Color(0x777777));
    series.setLineStyle(
        new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {6}, 0));
    return this;
  }

  private Chart add(
      String name, List<Double> x, List<Double> y, XYSeries.XYSeriesRenderStyle kind) {
    int index = chart.getSeriesMap().size();
    XYSeries series = chart.addSeries(name, new ArrayList<>(x), new ArrayList<>(y));
    series.setXYSeriesRenderStyle(kind);
    series.setLineColor(COLORS.get(index % COLORS.size()));
    series.setMarkerColor(COLORS.get(index % COLORS.size()));
    series.setMarker(MARKERS.get(index % MARKERS.size()));
    return this;
  }

  void writeSvg(Path file) {
    try {
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, file.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A bitmap of the same chart, to look at where nothing shows SVG. */
  void writePng(Path file) {
    try {
      BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
