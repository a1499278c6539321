package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * The best partition at every pair of bandwidths of two links: each partition is a plane over
 * (1/bandwidth, 1/bandwidth), the best is their lower envelope.
 *
 * <p>Planes are collected until, at every vertex of the envelope within the box, a fresh cut finds
 * nothing lower. The envelope is concave and agrees with the truth at the vertices of each cell, so
 * it is then exact in the whole box.
 */
public final class PlaneTable {
  /** The box's least bandwidth, Mbps. */
  public static final double LEAST_MBPS = 0.01;

  /** The box's greatest bandwidth, Mbps. */
  public static final double MOST_MBPS = 1e5;

  private static final double RELATIVE = 1e-10;
  private static final int MOST_PLANES = 500;

  /**
   * One entry.
   *
   * @param fixedMs the part of its cost that depends on neither bandwidth
   * @param firstMsMbps the part for the first link, times its bandwidth
   * @param secondMsMbps the part for the second link, times its bandwidth
   * @param partition with its times at the problem's own bandwidths
   */
  public record Plane(
      double fixedMs, double firstMsMbps, double secondMsMbps, Partition partition) {
    /** What the entry costs. */
    public double valueMs(double firstMbps, double secondMbps) {
      return fixedMs + firstMsMbps / firstMbps + secondMsMbps / secondMbps;
    }
  }

  private final int[] links;
  private final ScaledLinks scaled;
  private final Envelope envelope = new Envelope(1 / MOST_MBPS, 1 / LEAST_MBPS);
  private final List<ScaledLinks.Found> found = new ArrayList<>();
  private final List<double[]> verified = new ArrayList<>();
  private final List<Plane> planes;
  private int cuts;

  private PlaneTable(Setup setup, int first, int second) {
    links = new int[] {first, second};
    scaled = new ScaledLinks(setup);
    scaled.check(first);
    scaled.check(second);
    solve(1 / MOST_MBPS, 1 / MOST_MBPS);
    boolean changed = true;
    while (changed && found.size() < MOST_PLANES) {
      changed = false;
      for (double[] vertex : envelope.vertices()) {
        changed |= !isVerified(vertex) && solve(vertex[0], vertex[1]);
      }
    }
    planes = seen();
  }

  /**
   * The table of two links, keeping the limits of {@code request}.
   *
   * @throws InfeasibleException if pins, allowed tiers and other links leave a layer no tier
   * @throws ProblemException if there is no such link or it is down
   */
  public static PlaneTable of(Problem problem, Request request, int first, int second) {
    return new PlaneTable(Setup.of(problem, request), first, second);
  }

  private boolean isVerified(double[] vertex) {
    for (double[] known : verified) {
      if (Math.abs(known[0] - vertex[0]) <= 1e-12 * known[0]
          && Math.abs(known[1] - vertex[1]) <= 1e-12 * known[1]) {
        return true;
      }
    }
    return false;
  }

  /** Solves at a point; true if a plane lower than all known ones was found and added. */
  private boolean solve(double x, double y) {
    cuts++;
    verified.add(new double[] {x, y});
    ScaledLinks.Found cut = scaled.at(links, new double[] {1 / x, 1 / y});
    double first = scaled.slope(cut, links[0]);
    double second = scaled.slope(cut, links[1]);
    double fixed =
        scaled.loads(cut).value() - first / scaled.rate(links[0]) - second / scaled.rate(links[1]);
    double value = fixed + first * x + second * y;
    double known = envelope.at(x, y);
    if (known - value <= RELATIVE * Math.max(value, 1e-6)) {
      return false;
    }
    envelope.add(fixed, first, second);
    found.add(cut);
    return true;
  }

  private List<Plane> seen() {
    List<Plane> all = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      if (envelope.isSeen(i)) {
        double[] plane = envelope.plane(i);
        all.add(new Plane(plane[0], plane[1], plane[2], scaled.partition(found.get(i))));
      }
    }
    return List.copyOf(all);
  }

  /** The entries. */
  public List<Plane> planes() {
    return planes;
  }

  /** How many cuts were solved. */
  public int cuts() {
    return cuts;
  }

  /** The best entry at two bandwidths. */
  public Plane at(double firstMbps, double secondMbps) {
    Plane best = planes.get(0);
    for (Plane plane : planes) {
      if (plane.valueMs(firstMbps, secondMbps) < best.valueMs(firstMbps, secondMbps)) {
        best = plane;
      }
    }
    return best;
  }
}
