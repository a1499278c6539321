package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;

/** The lower envelope of planes {@code a + b·x + c·y} over a square box. */
final class Envelope {
  private final double least;
  private final double most;
  private final List<double[]> planes = new ArrayList<>();

  Envelope(double least, double most) {
    this.least = least;
    this.most = most;
  }

  void add(double a, double b, double c) {
    planes.add(new double[] {a, b, c});
  }

  double[] plane(int i) {
    return planes.get(i).clone();
  }

  double at(double x, double y) {
    double lowest = Double.POSITIVE_INFINITY;
    for (double[] plane : planes) {
      lowest = Math.min(lowest, plane[0] + plane[1] * x + plane[2] * y);
    }
    return lowest;
  }

  /** True if plane {@code i} is the lowest somewhere. */
  boolean isSeen(int i) {
    return cell(i).size() > 2;
  }

  /** The corners of all cells. */
  List<double[]> vertices() {
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i < planes.size(); i++) {
      all.addAll(cell(i));
    }
    return all;
  }

  /** The part of the box where plane {@code i} is lowest: the box clipped by half planes. */
  private List<double[]> cell(int i) {
    List<double[]> polygon = new ArrayList<>();
    polygon.add(new double[] {least, least});
    polygon.add(new double[] {most, least});
    polygon.add(new double[] {most, most});
    polygon.add(new double[] {least, most});
    double[] mine = planes.get(i);
    for (int j = 0; j < planes.size() && !polygon.isEmpty(); j++) {
      if (j != i) {
        double[] other = planes.get(j);
        polygon = clip(polygon, mine[0] - other[0], mine[1] - other[1], mine[2] - other[2]);
      }
    }
    return polygon;
  }

  /** Keeps where {@code a + b·x + c·y <= 0} (Sutherland and Hodgman). */
  private static List<double[]> clip(List<double[]> polygon, double a, double b, double c) {
    List<double[]> kept = new ArrayList<>();
    for (int i = 0; i < polygon.size(); i++) {
      double[] from = polygon.get(i);
      double[] to = polygon.get((i + 1) % polygon.size());
      double start = a + b * from[0] + c * from[1];
      double end = a + b * to[0] + c * to[1];
      if (start <= 0) {
        kept.add(from);
      }
      if ((start < 0 && end > 0) || (start > 0 && end < 0)) {
        double part = start / (start - end);
        kept.add(
            new double[] {from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])});
      }
    }
    return kept;
  }
}
