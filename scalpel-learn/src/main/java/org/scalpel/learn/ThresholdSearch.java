package org.scalpel.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.scalpel.graph.Confidence;

/**
 * Vectors of thresholds that no other beats. Each is judged on the samples themselves, all exits
 * together: which exit answers a sample depends on those before it, so shares of single exits must
 * not be multiplied.
 *
 * <p>For each exit the candidates are quantiles of its confidences, "everyone" (0) and "no one"
 * (above 1). Samples are bits, so that a vector costs some hundred word operations. For any plan
 * the mean latency is a sum of the stages' reaches with weights of its own that are not known here;
 * a vector is kept that is best at its accuracy for the operations of the model, for all stages
 * alike, for some one stage, or among those at which every request has left behind a certain exit.
 */
public final class ThresholdSearch {
  /** Above every confidence: no one leaves. */
  public static final double CLOSED = 2;

  private static final int MOST_LEVELS = 24;
  private static final int MOST_VECTORS = 300_000;

  private final ExitSamples samples;
  private final double[][] thresholds;
  private final long[][][] sure;
  private final long[][] right;
  private final List<Point> points = new ArrayList<>();

  /**
   * A vector of thresholds with what the samples say of it.
   *
   * @param thresholds one for each exit but the last
   * @param right samples that are answered rightly
   * @param left how many samples leave at each exit, the end included
   */
  public record Point(List<Double> thresholds, long right, List<Long> left) {
    /** Copies. */
    public Point {
      thresholds = List.copyOf(thresholds);
      left = List.copyOf(left);
    }

    /** How many samples. */
    public long samples() {
      return left.stream().mapToLong(count -> count).sum();
    }

    /** The share that is answered rightly. */
    public double accuracy() {
      return (double) right / samples();
    }

    /** The share of samples that come as far as behind so many exits. */
    public List<Double> reach() {
      List<Double> reach = new ArrayList<>();
      long inside = samples();
      for (long count : left) {
        reach.add((double) inside / samples());
        inside -= count;
      }
      return reach;
    }

    /** The mean of what leaving at each exit costs. */
    public double mean(List<Double> costs) {
      double sum = 0;
      for (int exit = 0; exit < left.size(); exit++) {
        sum += left.get(exit) * costs.get(exit);
      }
      return sum / samples();
    }
  }

  private ThresholdSearch(ExitSamples samples, Confidence measure) {
    this.samples = samples;
    int exits = samples.end();
    int words = (samples.rows().size() + Long.SIZE - 1) / Long.SIZE;
    thresholds = new double[exits][];
    sure = new long[exits][][];
    right = new long[exits + 1][words];
    for (int exit = 0; exit <= exits; exit++) {
      for (int i = 0; i < samples.rows().size(); i++) {
        ExitSamples.Row row = samples.rows().get(i);
        if (row.answers().get(exit).answer() == row.label()) {
          right[exit][i / Long.SIZE] |= 1L << i;
        }
      }
    }
    int levels = exits == 0 ? 0 : levels(exits);
    for (int exit = 0; exit < exits; exit++) {
      thresholds[exit] = quantiles(exit, measure, levels);
      sure[exit] = new long[thresholds[exit].length][words];
      for (int i = 0; i < samples.rows().size(); i++) {
        float confidence = samples.rows().get(i).answers().get(exit).confidence(measure);
        for (int level = 0; level < thresholds[exit].length; level++) {
          if (confidence >= thresholds[exit][level]) {
            sure[exit][level][i / Long.SIZE] |= 1L << i;
          }
        }
      }
    }
  }

  private static int levels(int exits) {
    return Math.max(2, Math.min(MOST_LEVELS, (int) Math.pow(MOST_VECTORS, 1.0 / exits)));
  }

  /** Thresholds that let equal shares of the samples leave, from everyone to no one. */
  private double[] quantiles(int exit, Confidence measure, int levels) {
    double[] all =
        samples.rows().stream()
            .mapToDouble(row -> row.answers().get(exit).confidence(measure))
            .sorted()
            .toArray();
    double[] chosen = new double[levels];
    chosen[levels - 1] = CLOSED;
    for (int level = 1; level < levels - 1; level++) {
      // Rounded up to what a file shows: whoever reads it lets the same samples leave.
      double found = all[(int) ((long) level * all.length / (levels - 1))];
      chosen[level] = Math.min(CLOSED, Math.ceil(found * 1e6) / 1e6);
    }
    return Arrays.stream(chosen).distinct().toArray();
  }

  /**
   * The points that are worth planning with, by accuracy, the least accurate first.
   *
   * @param costs for each exit what leaving there costs, such as {@link ExitWork#fractions}
   * @param most about so many points
   */
  public static List<Point> search(
      ExitSamples samples, Confidence measure, List<Double> costs, int most) {
    ThresholdSearch search = new ThresholdSearch(samples, measure);
    int words = search.right[0].length;
    long[] everyone = new long[words];
    for (int i = 0; i < samples.rows().size(); i++) {
      everyone[i / Long.SIZE] |= 1L << i;
    }
    search.descend(0, new double[samples.end()], new long[samples.end() + 1], everyone, 0);
    return search.kept(costs, most);
  }

  private void descend(int exit, double[] chosen, long[] left, long[] inside, long hits) {
    if (exit == samples.end()) {
      left[exit] = count(inside);
      points.add(
          new Point(
              Arrays.stream(chosen).boxed().toList(),
              hits + both(inside, right[exit]),
              Arrays.stream(left).boxed().toList()));
      return;
    }
    for (int level = 0; level < thresholds[exit].length; level++) {
      long[] leaving = sure[exit][level];
      long[] staying = new long[inside.length];
      long more = 0;
      long gone = 0;
      for (int w = 0; w < inside.length; w++) {
        long out = inside[w] & leaving[w];
        staying[w] = inside[w] & ~leaving[w];
        gone += Long.bitCount(out);
        more += Long.bitCount(out & right[exit][w]);
      }
      chosen[exit] = thresholds[exit][level];
      left[exit] = gone;
      descend(exit + 1, chosen, left, staying, hits + more);
    }
  }

  private static long count(long[] bits) {
    long sum = 0;
    for (long word : bits) {
      sum += Long.bitCount(word);
    }
    return sum;
  }

  private static long both(long[] one, long[] other) {
    long sum = 0;
    for (int w = 0; w < one.length; w++) {
      sum += Long.bitCount(one[w] & other[w]);
    }
    return sum;
  }

  private List<Point> kept(List<Double> costs, int most) {
    List<List<Double>> views = new ArrayList<>();
    views.add(costs);
    int exits = samples.end();
    views.add(stages(exits, stage -> 1.0));
    for (int only = 0; only < exits; only++) {
      int one = only;
      views.add(stages(exits, stage -> stage == one ? 1.0 : 1e-6));
    }
    int each = Math.max(2, most / (views.size() + exits));
    TreeMap<List<Long>, Point> kept = new TreeMap<>(Comparator.comparing(Object::toString));
    for (List<Double> view : views) {
      for (Point point : thinned(front(points, view), each)) {
        kept.putIfAbsent(point.left(), point);
      }
    }
    for (int deepest = 0; deepest < exits; deepest++) {
      for (Point point : thinned(front(ending(deepest), costs), each)) {
        kept.putIfAbsent(point.left(), point);
      }
    }
    List<Point> sorted = new ArrayList<>(kept.values());
    sorted.sort(
        Comparator.comparingLong(Point::right)
            .thenComparing(point -> point.mean(costs), Comparator.reverseOrder()));
    return List.copyOf(sorted);
  }

  /** The points at which no sample goes on behind this exit: for who must always be in time. */
  private List<Point> ending(int deepest) {
    return points.stream()
        .filter(
            point ->
                point.left().subList(deepest + 1, point.left().size()).stream()
                    .allMatch(count -> count == 0))
        .toList();
  }

  /** What leaving at each exit costs when going on behind exit i costs {@code weight(i)}. */
  private static List<Double> stages(int exits, java.util.function.IntToDoubleFunction weight) {
    List<Double> costs = new ArrayList<>();
    double sum = 0;
    costs.add(sum);
    for (int exit = 0; exit < exits; exit++) {
      sum += weight.applyAsDouble(exit);
      costs.add(sum);
    }
    return costs;
  }

  /** The points that no other beats in both accuracy and mean cost, the cheapest first. */
  static List<Point> front(List<Point> points, List<Double> costs) {
    List<Point> sorted = new ArrayList<>(points);
    sorted.sort(
        Comparator.comparingDouble((Point point) -> point.mean(costs))
            .thenComparing(Point::right, Comparator.reverseOrder()));
    List<Point> front = new ArrayList<>();
    long best = -1;
    for (Point point : sorted) {
      if (point.right() > best) {
        best = point.right();
        front.add(point);
      }
    }
    return front;
  }

  /** So many of them, both ends included, about evenly spaced along the front. */
  private static List<Point> thinned(List<Point> front, int most) {
    if (front.size() <= most) {
      return front;
    }
    List<Point> few = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      few.add(front.get((int) ((long) i * (front.size() - 1) / (most - 1))));
    }
    return few;
  }
}
