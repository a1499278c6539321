package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Latency against work on one tier, for example cloud milliseconds: the corners of the lower convex
 * hull over all partitions. Between two corners a mix of both meets any budget on average; a cap
 * that every request must keep may need a partition above the hull ({@link Limits#maxTierMs}).
 *
 * <p>Found like a bandwidth table: a price on the tier's work gives a line in the price, and their
 * lower envelope gives every corner in 2b+1 cuts.
 */
public final class CostFrontier {
  private static final double RELATIVE = 1e-9;
  private static final int MOST = 200;

  /**
   * One corner.
   *
   * @param tierMs work on the tier
   * @param latencyMs latency, or the problem's weighted sum
   * @param partition reaches both
   */
  public record Point(double tierMs, double latencyMs, Partition partition) {}

  private final Setup setup;
  private final int tier;
  private final List<Point> points = new ArrayList<>();

  private CostFrontier(Setup setup, int tier) {
    this.setup = setup;
    this.tier = tier;
  }

  /**
   * The corners, the least work first.
   *
   * @throws InfeasibleException if the limits leave a layer no tier
   */
  public static List<Point> of(Problem problem, Request request, String tier) {
    CostFrontier frontier = new CostFrontier(Setup.of(problem, request), problem.tierIndex(tier));
    Point fast = frontier.solve(0);
    Point frugal = frontier.solve(1e6);
    frontier.points.add(fast);
    if (frugal.tierMs() < fast.tierMs() * (1 - RELATIVE)) {
      frontier.points.add(frugal);
      frontier.between(fast, frugal);
    }
    frontier.points.sort(Comparator.comparingDouble(Point::tierMs));
    return List.copyOf(frontier.points);
  }

  private void between(Point fast, Point frugal) {
    double price = (frugal.latencyMs() - fast.latencyMs()) / (fast.tierMs() - frugal.tierMs());
    Point middle = solve(price);
    double known = fast.latencyMs() + price * fast.tierMs();
    double found = middle.latencyMs() + price * middle.tierMs();
    boolean between =
        middle.tierMs() < fast.tierMs() * (1 - RELATIVE)
            && middle.tierMs() > frugal.tierMs() * (1 + RELATIVE);
    if (between && found < known * (1 - RELATIVE) && points.size() < MOST) {
      points.add(middle);
      between(fast, middle);
      between(middle, frugal);
    }
  }

  private Point solve(double price) {
    Prices own = setup.prices();
    double[] prices = own.tier().clone();
    prices[tier] += price;
    Prices priced = new Prices(prices, own.up(), own.down(), own.rtt(), own.other());
    Crossings crossings = new Crossings(setup.in(), priced, setup.maxLoss());
    double ticks = Ticks.finest(setup.in(), priced, crossings);
    int[] tierOf = CutOracle.cut(setup.in(), setup.bounds(), priced, crossings, ticks);
    Loads loads = new Loads(setup.in(), tierOf, crossings);
    return new Point(
        loads.tier[tier], loads.value(), Cost.partition(setup.in(), tierOf, crossings));
  }
}
