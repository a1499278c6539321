package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.scalpel.graph.Confidence;
import org.scalpel.learn.ExitSamples;
import org.scalpel.learn.ThresholdSearch;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.Cost;
import org.scalpel.plan.ExitControl;
import org.scalpel.plan.Exits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanLayer;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * All ways to answer on one network with one server that any scheme chooses from, with what the
 * calibration samples say of them.
 *
 * <ul>
 *   <li><b>fixed</b>: for each exit the minimum cut of what it needs; everyone leaves there.
 *   <li><b>blocks</b>: the same where only one tensor may cross.
 *   <li><b>chains</b>: the same with the model as a chain and one cut point.
 *   <li><b>points</b>: every vector of thresholds with the partition that is best on average, and
 *       the one that is best for a request that goes as far as any.
 * </ul>
 */
final class ExitWays {
  private final ExitSubject subject;
  private final Confidence measure;
  private final Problem problem;
  private final Problem gated;
  private final int[] stages;
  private final boolean[][] needed;
  private final List<Judged> fixed = new ArrayList<>();
  private final List<Judged> blocks = new ArrayList<>();
  private final List<Judged> chains = new ArrayList<>();
  private final List<Judged> points = new ArrayList<>();

  /** A way with what the calibration samples say of it. */
  record Judged(ExitWay way, double accuracy, double meanMs, double worstMs) {}

  /** The ways for a problem of the model with exits. */
  ExitWays(ExitSubject subject, Problem problem) {
    this.subject = subject;
    this.measure = Confidence.PROBABILITY;
    this.problem = problem;
    List<String> outputs = subject.declared().exits().stream().map(exit -> exit.output()).toList();
    List<String> names = subject.declared().names();
    gated =
        ExitControl.gated(
            problem,
            subject.exits(),
            name -> ExitControl.producer(problem, outputs.get(names.indexOf(name))).orElseThrow());
    stages = subject.declared().stages(subject.kernels());
    needed =
        IntStream.range(0, names.size())
            .mapToObj(exit -> subject.declared().needed(subject.kernels(), exit))
            .toArray(boolean[][]::new);
    for (int exit = 0; exit < names.size(); exit++) {
      Problem whole = upTo(exit);
      Partition cut = best(whole, Request.AUTO);
      fixed.add(judged(fixedWay(exit, "cut", cut, cut.latencyMs())));
      Partition block = blockCut(whole);
      blocks.add(judged(fixedWay(exit, "block cut", block, block.latencyMs())));
      chains.add(judged(chain(exit, whole)));
    }
  }

  List<Judged> fixed() {
    return fixed;
  }

  List<Judged> blocks() {
    return blocks;
  }

  List<Judged> chains() {
    return chains;
  }

  /** Found when first asked for. */
  List<Judged> points() {
    if (points.isEmpty()) {
      subject.exits().points().forEach(this::addPoint);
    }
    return points;
  }

  Confidence measure() {
    return measure;
  }

  /** What thresholds are made from. */
  ExitSamples calibration() {
    return subject.samples().calibration();
  }

  /** The problem with exits, for plans of the planner's own. */
  Problem gated() {
    return gated;
  }

  /** The model without its heads. */
  Problem whole() {
    return upTo(needed.length - 1);
  }

  private Judged judged(ExitWay way) {
    ExitWay.Outcome outcome = way.on(calibration(), measure, Double.POSITIVE_INFINITY);
    return new Judged(
        way, outcome.accuracy(), outcome.meanMs(), way.worstMs(calibration(), measure));
  }

  /** The model cut off behind an exit: everyone leaves there, and no other head is run. */
  private Problem upTo(int exit) {
    return reached(problem, layer -> needed[exit][layer]);
  }

  private static Problem reached(Problem of, IntPredicate runs) {
    List<PlanLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < of.layers().size(); layer++) {
      layers.add(of.layers().get(layer).withReach(runs.test(layer) ? 1 : 0));
    }
    return of.withLayers(layers);
  }

  private static Partition best(Problem of, String algorithm) {
    return Planner.plan(of, Request.of(Objective.LATENCY).withAlgorithm(algorithm)).main();
  }

  private ExitWay fixedWay(int exit, String how, Partition partition, double ms) {
    int exits = needed.length;
    List<Double> thresholds =
        new ArrayList<>(Collections.nCopies(exits - 1, ThresholdSearch.CLOSED));
    if (exit < exits - 1) {
      thresholds.set(exit, 0.0);
    }
    List<Double> times = new ArrayList<>(Collections.nCopies(exits, Double.POSITIVE_INFINITY));
    times.set(exit, ms);
    String what = "%s, %s".formatted(subject.declared().names().get(exit), how);
    return new ExitWay(what, exit, thresholds, partition, times);
  }

  /** The best cut at which a single tensor crosses, or none at all. */
  private static Partition blockCut(Problem whole) {
    int count = whole.layers().size();
    Partition best = Cost.partition(whole, Assignment.all(whole, 0));
    for (int prefix = 0; prefix < count; prefix++) {
      if (alive(whole, prefix) <= 1) {
        int[] tiers = new int[count];
        Arrays.fill(tiers, prefix, count, 1);
        Partition one = Cost.partition(whole, Assignment.of(tiers));
        best = one.latencyMs() < best.latencyMs() ? one : best;
      }
    }
    return best;
  }

  /** How many tensors lead from the first layers, or the model's input, to the others. */
  private static long alive(Problem whole, int prefix) {
    return whole.tensors().stream()
        .filter(
            tensor ->
                tensor.producer() < prefix
                    && (tensor.producer() < 0 || whole.layers().get(tensor.producer()).reach() > 0)
                    && tensor.consumers().stream()
                        .anyMatch(
                            reader -> reader >= prefix && whole.layers().get(reader).reach() > 0))
        .count();
  }

  private ExitWay chain(int exit, Problem whole) {
    Partition usual = best(whole, "neurosurgeon");
    ExitWay way = fixedWay(exit, "chain", usual, usual.latencyMs());
    Plan printed = Planner.plan(whole, Request.of(Objective.LATENCY).withAlgorithm("edgent"));
    return printed.valueMs() < usual.latencyMs()
        ? fixedWay(exit, "chain, front on the server", printed.main(), printed.valueMs())
        : way;
  }

  private void addPoint(Exits.Point point) {
    List<Double> thresholds = thresholds(point);
    Problem mean = reached(point, reach -> reach);
    Problem worst = reached(point, reach -> reach > 0 ? 1.0 : 0.0);
    Partition byMean = best(mean, Request.AUTO);
    Partition byWorst = best(worst, Request.AUTO);
    addWay(thresholds, mean, byMean);
    if (!byWorst.assignment().equals(byMean.assignment())) {
      addWay(thresholds, mean, byWorst);
    }
  }

  private void addWay(List<Double> thresholds, Problem mean, Partition chosen) {
    Partition costed =
        Cost.partition(mean, Assignment.of(mean, chosen.assignment()), chosen.codecs());
    points.add(judged(new ExitWay(words(thresholds), -1, thresholds, costed, exitMs(costed))));
  }

  private Problem reached(Exits.Point point, DoubleUnaryOperator of) {
    return gated.withLayers(
        gated.layers().stream()
            .map(
                layer ->
                    layer.withReach(
                        of.applyAsDouble(point.reach().getOrDefault(layer.name(), 1.0))))
            .toList());
  }

  /**
   * One for each exit of the model but the last; those that the calibration left out are closed.
   */
  private List<Double> thresholds(Exits.Point point) {
    List<Double> all = new ArrayList<>();
    for (String name : subject.declared().names().subList(0, needed.length - 1)) {
      int at = subject.exits().names().indexOf(name);
      all.add(
          at >= 0 && at < point.thresholds().size()
              ? point.thresholds().get(at)
              : ThresholdSearch.CLOSED);
    }
    return all;
  }

  private static String words(List<Double> thresholds) {
    return thresholds.stream()
        .map(t -> t > 1 ? "closed" : String.format(Locale.ROOT, "%.3f", t))
        .toList()
        .toString();
  }

  /** What a request takes that leaves at each exit, heads that it passes included. */
  private List<Double> exitMs(Partition partition) {
    Assignment where = Assignment.of(gated, partition.assignment());
    List<Double> times = new ArrayList<>();
    for (int exit = 0; exit < needed.length; exit++) {
      int here = exit;
      Problem seen = reached(gated, layer -> stages[layer] <= here);
      times.add(Cost.partition(seen, where, partition.codecs()).latencyMs());
    }
    return times;
  }

  /** What a way of other links takes here: exits that its requests never reach are infinite. */
  List<Double> timesOf(ExitWay way) {
    if (way.depth() < 0) {
      return exitMs(way.partition());
    }
    List<Double> times = new ArrayList<>(way.exitMs());
    Problem whole = upTo(way.depth());
    times.set(
        way.depth(),
        Cost.partition(
                whole, Assignment.of(whole, way.partition().assignment()), way.partition().codecs())
            .latencyMs());
    return times;
  }

  /** The exits whose answers the device has by itself: none where the model was cut off. */
  List<Integer> onDevice(ExitWay way) {
    List<Integer> here = new ArrayList<>();
    for (int exit = 0; way.depth() < 0 && exit + 1 < needed.length; exit++) {
      int head = head(exit);
      if (EddiWorld.TIERS
          .get(0)
          .equals(way.partition().assignment().get(problem.layers().get(head).name()))) {
        here.add(exit);
      }
    }
    return here;
  }

  private int head(int exit) {
    return ExitControl.producer(problem, subject.declared().exits().get(exit).output())
        .orElseThrow();
  }
}
