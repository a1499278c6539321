package org.scalpel.lab;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.scalpel.graph.Confidence;
import org.scalpel.lab.ExitWays.Judged;
import org.scalpel.learn.ExitSamples;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Request;

/**
 * Ways to keep a deadline on one network with one server, as different schemes choose them.
 *
 * <ul>
 *   <li><b>no exits</b>: the whole model, cut off from its heads, by the best of device, edge and
 *       the corrected minimum cut.
 *   <li><b>edgent</b> (Li et al., 2018): the model as a chain, the deepest exit first, for each one
 *       cut point; the first that keeps the deadline. Both its printed form, front on the server,
 *       and the usual reading, front on the device: the faster counts.
 *   <li><b>eddi</b> (Yang et al., 2023, rebuilt from the abstract): for each exit the minimum cut
 *       of what it needs, and of those in time the most accurate; its Evaluator coarsens the graph
 *       to kernels, or to blocks with one tensor between them.
 *   <li><b>ours</b>: thresholds and partition together. Where every request must be in time, among
 *       points at which even the slowest is; where the mean must, by the mean.
 * </ul>
 *
 * What tensors may travel as is the problem's matter ({@link EddiWorld}): the published schemes get
 * one without codecs. Every choice is made on the calibration samples. Where nothing is in time
 * each scheme takes the fastest that it knows.
 */
final class ExitSchemes {
  static final String OURS = "ours";
  static final String OURS_MEAN = "ours, by the mean";
  static final String NO_EXITS = "no exits";
  static final String CUT = "no exits, no codecs";
  static final String EDGENT = "edgent";
  static final String EDDI = "eddi, kernels";
  static final String EDDI_BLOCKS = "eddi, blocks";
  static final String EDDI_CODECS = "eddi, our codecs";

  // A difference in accuracy below this many standard errors is taken for luck: the best of some
  // hundred points is looked at.
  private static final double SURE = 3;

  /** Standard errors of a bound that holds in 95 of 100 cases. */
  private static final double LIKELY = 1.64;

  private final ExitWays ways;

  ExitSchemes(ExitWays ways) {
    this.ways = ways;
  }

  /** What there is to choose from. */
  ExitWays ways() {
    return ways;
  }

  Confidence measure() {
    return ways.measure();
  }

  private Judged last() {
    return ways.fixed().get(ways.fixed().size() - 1);
  }

  /** The fastest answer of all. */
  double fastestMs() {
    return ways.fixed().stream().mapToDouble(Judged::worstMs).min().orElseThrow();
  }

  /** The corrected minimum cut of the whole model. */
  ExitWay noExits() {
    return last().way();
  }

  ExitWay edgent(double deadlineMs) {
    List<Judged> chains = ways.chains();
    for (int exit = chains.size() - 1; exit >= 0; exit--) {
      if (ExitWay.isWithin(chains.get(exit).worstMs(), deadlineMs)) {
        return chains.get(exit).way();
      }
    }
    return fastest(chains).way();
  }

  ExitWay eddi(double deadlineMs) {
    return mostAccurate(ways.fixed(), deadlineMs).way();
  }

  ExitWay eddiBlocks(double deadlineMs) {
    return mostAccurate(ways.blocks(), deadlineMs).way();
  }

  private static Judged mostAccurate(List<Judged> ways, double deadlineMs) {
    return ways.stream()
        .filter(one -> ExitWay.isWithin(one.worstMs(), deadlineMs))
        .max(
            Comparator.comparingDouble(Judged::accuracy)
                .thenComparing(Judged::worstMs, Comparator.reverseOrder()))
        .orElseGet(() -> fastest(ways));
  }

  private static Judged fastest(List<Judged> ways) {
    return ways.stream().min(Comparator.comparingDouble(Judged::worstMs)).orElseThrow();
  }

  /** Every request in time, if anything is. */
  ExitWay ours(double deadlineMs) {
    return better(deadlineMs, one -> ExitWay.isWithin(one.worstMs(), deadlineMs));
  }

  /** The mean in time. */
  ExitWay oursByTheMean(double deadlineMs) {
    return better(deadlineMs, one -> ExitWay.isWithin(one.meanMs(), deadlineMs));
  }

  /** The most accurate point, unless what it gains over one exit for all may be luck. */
  private ExitWay better(double deadlineMs, Predicate<Judged> inTime) {
    Judged one = mostAccurate(ways.fixed(), deadlineMs);
    return ways.points().stream()
        .filter(inTime)
        .max(
            Comparator.comparingDouble(Judged::accuracy)
                .thenComparing(Judged::meanMs, Comparator.reverseOrder()))
        .filter(best -> isSurelyBetter(best.way(), one.way()))
        .orElse(one)
        .way();
  }

  /** Fastest on average among those that lose at most so much of the whole model's accuracy. */
  ExitWay cheapest(double loss) {
    return cheapest(Stream.concat(ways.points().stream(), ways.fixed().stream()), loss);
  }

  /** The same with one exit for everyone, as the published schemes have it. */
  ExitWay cheapestFixed(double loss) {
    return cheapest(ways.fixed().stream(), loss);
  }

  private ExitWay cheapest(Stream<Judged> among, double loss) {
    return among
        .filter(one -> loses(one) <= loss)
        .min(Comparator.comparingDouble(Judged::meanMs))
        .map(Judged::way)
        .orElseGet(this::noExits);
  }

  /**
   * What a way loses of the whole model's accuracy at most, with 95 % certainty: the fastest of
   * some hundred is looked for, so one that was lucky on the calibration samples would be taken.
   */
  private double loses(Judged one) {
    if (one.equals(last())) {
      return 0;
    }
    int[] changes = changes(one.way(), noExits());
    double n = ways.calibration().rows().size();
    return (changes[1] - changes[0] + LIKELY * Math.sqrt(changes[0] + (double) changes[1])) / n;
  }

  private boolean isSurelyBetter(ExitWay way, ExitWay than) {
    int[] changes = changes(way, than);
    return changes[0] - changes[1] > SURE * Math.sqrt(changes[0] + (double) changes[1]);
  }

  /** How many samples one way answers rightly and the other does not, and the reverse. */
  private int[] changes(ExitWay way, ExitWay than) {
    int more = 0;
    int less = 0;
    for (ExitSamples.Row row : ways.calibration().rows()) {
      boolean here = row.answers().get(way.leaves(row, measure())).answer() == row.label();
      boolean there = row.answers().get(than.leaves(row, measure())).answer() == row.label();
      more += here && !there ? 1 : 0;
      less += there && !here ? 1 : 0;
    }
    return new int[] {more, less};
  }

  // Throughput, on a problem of busy machines.

  /** The period of the best mix of partitions without exits. */
  double periodWithoutExits() {
    return Planner.plan(ways.whole(), Request.of(Objective.THROUGHPUT)).valueMs();
  }

  /** The best period of any mix that loses at most so much accuracy; exits or none. */
  double period(double loss) {
    double spared =
        Stream.concat(ways.points().stream(), ways.fixed().stream())
            .filter(one -> loses(one) <= loss)
            .mapToDouble(Judged::accuracy)
            .min()
            .orElse(last().accuracy());
    double least = Math.min(last().accuracy(), spared);
    Request wanted =
        Request.of(Objective.THROUGHPUT).withLimits(Limits.NONE.minAccuracy(Math.max(0, least)));
    double with = Planner.plan(ways.gated(), wanted).valueMs();
    return Math.min(with, periodWithoutExits());
  }
}
