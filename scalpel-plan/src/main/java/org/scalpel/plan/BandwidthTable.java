package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The best partition at every bandwidth of one link, exactly: for fixed compute times each
 * partition costs a constant plus a multiple of 1/bandwidth, and the best is the lower envelope of
 * such lines.
 *
 * <p>Found by Eisner and Severance's method ("Mathematical techniques for efficient record
 * segmentation in large shared databases", JACM 23(4), 1976): solve at both ends, then where the
 * two lines meet; either a third line is below, and both sides are searched, or the meeting point
 * is a breakpoint. b breakpoints take 2b+1 cuts. Up and down scale together; round trips stay.
 *
 * <p>If the true bandwidth differs from the estimate by a factor of at most 1+δ, the entry looked
 * up costs at most 1+δ times the best.
 */
public final class BandwidthTable {
  /** The table's least bandwidth, Mbps. */
  public static final double LEAST_MBPS = 1e-3;

  /** The table's greatest bandwidth, Mbps. */
  public static final double MOST_MBPS = 1e6;

  /**
   * One entry.
   *
   * @param fromMbps where it begins to be best, 0 for the first
   * @param toMbps where it stops, infinite for the last
   * @param fixedMs the part of its cost that does not depend on the bandwidth
   * @param msMbps the rest, times the bandwidth
   * @param partition with its times at the problem's own bandwidth
   */
  public record Piece(
      double fromMbps, double toMbps, double fixedMs, double msMbps, Partition partition) {
    /** What the entry costs at {@code mbps}. */
    public double valueMs(double mbps) {
      return fixedMs + msMbps / mbps;
    }
  }

  private record Entry(ScaledLinks.Found found, Line line) {}

  private final int link;
  private final List<Piece> pieces;
  private final double[] ends;
  private int cuts;

  private BandwidthTable(Setup setup, int link) {
    this.link = link;
    ScaledLinks links = new ScaledLinks(setup);
    links.check(link);
    Entry slow = entry(links, LEAST_MBPS);
    Entry fast = entry(links, MOST_MBPS);
    List<Entry> entries = new ArrayList<>();
    entries.add(slow);
    if (slow.line().slope() < fast.line().slope()
        && slow.line().intercept() > fast.line().intercept()) {
      between(links, fast, slow, entries);
    }
    pieces = pieces(links, entries);
    ends = pieces.stream().mapToDouble(Piece::toMbps).toArray();
  }

  /**
   * The table of {@code link}, keeping the limits of {@code request}.
   *
   * @throws InfeasibleException if pins, allowed tiers and other links leave a layer no tier
   * @throws ProblemException if there is no such link or it is down
   */
  public static BandwidthTable of(Problem problem, Request request, int link) {
    return new BandwidthTable(Setup.of(problem, request), link);
  }

  private Entry entry(ScaledLinks links, double mbps) {
    cuts++;
    ScaledLinks.Found found = links.at(new int[] {link}, new double[] {mbps});
    double slope = links.slope(found, link);
    Loads loads = links.loads(found);
    return new Entry(found, Line.of(loads.value() - slope / links.rate(link), slope));
  }

  /** Adds what is best between two entries, from slow to fast, the fast one included. */
  private void between(ScaledLinks links, Entry fast, Entry slow, List<Entry> entries) {
    Entry middle = entry(links, fast.line().meets(slow.line()));
    if (middle.line().belowMeeting(fast.line(), slow.line())) {
      between(links, middle, slow, entries);
      between(links, fast, middle, entries);
    } else {
      entries.add(fast);
    }
  }

  private static List<Piece> pieces(ScaledLinks links, List<Entry> entries) {
    List<Piece> pieces = new ArrayList<>();
    double from = 0;
    for (int i = 0; i < entries.size(); i++) {
      Line line = entries.get(i).line();
      double to =
          i + 1 < entries.size() ? entries.get(i + 1).line().meets(line) : Double.POSITIVE_INFINITY;
      Partition partition = links.partition(entries.get(i).found());
      pieces.add(new Piece(from, to, line.intercept() / 1e6, line.slope() / 1e6, partition));
      from = to;
    }
    return List.copyOf(pieces);
  }

  /** Which link. */
  public int link() {
    return link;
  }

  /** The entries from the least to the greatest bandwidth. */
  public List<Piece> pieces() {
    return pieces;
  }

  /** How many cuts were solved. */
  public int cuts() {
    return cuts;
  }

  /** The best entry at {@code mbps}. */
  public Piece at(double mbps) {
    int found = Arrays.binarySearch(ends, mbps);
    return pieces.get(Math.min(found < 0 ? -found - 1 : found, ends.length - 1));
  }

  /** The least cost at {@code mbps}. */
  public double valueMs(double mbps) {
    return at(mbps).valueMs(mbps);
  }

  /**
   * The entry of least mean cost under measured bandwidths: the one at their harmonic mean.
   *
   * @param mbps samples, all above 0
   */
  public Piece bestOnAverage(double... mbps) {
    return at(1 / Arrays.stream(mbps).map(rate -> 1 / rate).average().orElseThrow());
  }

  /**
   * The entry whose cost is least in the fraction {@code quantile} of cases, 0.95 for example: the
   * one at that quantile of 1/bandwidth, because every entry costs more on a slower link.
   *
   * @param mbps samples, all above 0
   */
  public Piece bestAtQuantile(double quantile, double... mbps) {
    Checks.probability("quantile", quantile);
    double[] slowness = Arrays.stream(mbps).map(rate -> 1 / rate).sorted().toArray();
    int at = Math.max(0, (int) Math.ceil(quantile * slowness.length) - 1);
    return at(1 / slowness[at]);
  }
}
