package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The best mix of partitions by column generation: a linear program shares requests among the
 * partitions known, its dual prices every resource and every cap on the mean, one minimum cut at
 * these prices finds the partition that would help most. The cut's value is a lower bound on every
 * mix, and on every single partition. If the first partitions do not meet the caps, the same loop
 * first makes the largest excess as small as it can be.
 *
 * <p>Under caps that every request keeps, only partitions that keep them become columns; the cut is
 * then a search with a bound of its own ({@link CappedSearch}).
 */
final class ColumnGeneration {
  private static final int MOST_ROUNDS = 400;
  private static final double CLOSED = 1e-10;
  private static final double MET = 1e-9;

  private final Setup setup;
  private final CapRows rows;
  private final ColumnOracle oracle;
  private final boolean throughput;
  private final MixProgram program;
  private final List<Column> columns = new ArrayList<>();
  private final long end;
  private double bound;
  private double[] shares = new double[0];
  private MixProgram.Duals duals =
      new MixProgram.Duals(new double[0], new double[0], Double.POSITIVE_INFINITY);

  /**
   * A mix.
   *
   * @param capped false to look away from all caps: only the bound is of use then
   */
  ColumnGeneration(Setup setup, boolean capped) {
    this.setup = setup;
    end = System.nanoTime() + setup.request().timeLimit().toNanos();
    rows = capped ? setup.mean() : CapRows.none(setup.in());
    oracle = new ColumnOracle(setup, capped);
    throughput = setup.request().objective() == Objective.THROUGHPUT;
    add(oracle.cheapest(setup.prices(), 0).found());
    if (throughput) {
      int resources = setup.in().tiers + 2 * setup.in().links;
      double[] equal = Prices.filled(resources, 1.0 / resources);
      ColumnOracle.Answer answer = oracle.cheapest(prices(equal, new double[rows.count()]), 0);
      bound = answer.bound();
      add(answer.found());
    }
    double scale = columns.get(0).value;
    MixProgram.Goal goal = throughput ? MixProgram.Goal.THROUGHPUT : MixProgram.Goal.LATENCY;
    program = new MixProgram(rows, goal, scale > 0 ? scale : 1);
  }

  /** True if the partition was not known. */
  private boolean add(Found found) {
    Column column = new Column(rows, found);
    return columns.stream().noneMatch(column::same) && columns.add(column);
  }

  /** The prices at which a partition's cost is what a program's dual says. */
  private Prices prices(double[] loads, double[] caps) {
    Instance in = setup.in();
    if (!throughput) {
      return rows.prices(setup.prices(), caps);
    }
    Prices base = Prices.zero(in);
    for (int k = 0; k < in.tiers; k++) {
      base.tier()[k] = loads[k] * in.problem.tiers().get(k).sharers();
    }
    for (int k = 0; k < in.links; k++) {
      double sharers = in.problem.links().get(k).sharers();
      base.up()[k] = loads[in.tiers + k] * sharers;
      base.down()[k] = loads[in.tiers + in.links + k] * sharers;
    }
    return rows.prices(base, caps);
  }

  /**
   * Runs to the end, or until the time limit.
   *
   * @throws InfeasibleException if no mix keeps the caps
   */
  ColumnGeneration run() {
    shares = program.shares(columns);
    if (shares.length == 0) {
      meetCaps();
    }
    for (int round = 0; round < MOST_ROUNDS; round++) {
      duals = program.duals(columns);
      boolean found = improve(prices(duals.weights(), duals.prices()), duals);
      if (!found || round % 4 == 3 || isLate()) {
        shares = program.shares(columns);
        if (!found || value() <= bound * (1 + CLOSED) || isLate()) {
          break;
        }
      }
    }
    shares = program.shares(columns);
    return this;
  }

  private boolean isLate() {
    return System.nanoTime() - end > 0;
  }

  /** Adds the cheapest partition; true if it was new, and so may help. */
  private boolean improve(Prices prices, MixProgram.Duals at) {
    ColumnOracle.Answer answer = oracle.cheapest(prices, 0);
    if (bounded(answer, at) || answer.proven()) {
      return add(answer.found());
    }
    if (add(answer.found()) && helps(prices, answer, at)) {
      return true;
    }
    double left = (end - System.nanoTime()) / 1e9;
    if (left <= 0) {
      return false;
    }
    answer = oracle.cheapest(prices, left);
    bounded(answer, at);
    return add(answer.found());
  }

  /** Raises the bound; true if the mix then is as good as the bound. */
  private boolean bounded(ColumnOracle.Answer answer, MixProgram.Duals at) {
    bound = Math.max(bound, answer.bound() - owed(at));
    return at.value() <= bound * (1 + CLOSED);
  }

  private double owed(MixProgram.Duals at) {
    double owed = 0;
    for (int row = 0; row < rows.count(); row++) {
      owed += at.prices()[row] * rows.loosened(row);
    }
    return owed;
  }

  private boolean helps(Prices prices, ColumnOracle.Answer answer, MixProgram.Duals at) {
    double cost = prices.value(answer.found().loads()) - owed(at);
    return cost < at.value() * (1 - MET);
  }

  /** Columns that together meet the caps, or the proof that none do. */
  private void meetCaps() {
    MixProgram excess = new MixProgram(rows, MixProgram.Goal.EXCESS, 1);
    Prices free = Prices.zero(setup.in());
    for (int round = 0; round < MOST_ROUNDS && shares.length == 0; round++) {
      MixProgram.Duals at = excess.duals(columns);
      Prices prices = rows.prices(free, at.prices());
      ColumnOracle.Answer answer = oracle.cheapest(prices, 0);
      if (answer.bound() - owed(at) > MET || !add(answer.found())) {
        answer =
            answer.proven()
                ? answer
                : oracle.cheapest(prices, Math.max(0.1, (end - System.nanoTime()) / 1e9));
        boolean proven = answer.bound() - owed(at) > 0;
        if (proven || isLate() || !add(answer.found())) {
          throw new InfeasibleException(
              (proven ? "no mix of partitions keeps " : "no mix found keeps ") + clash(at));
        }
      }
      shares = program.shares(columns);
    }
  }

  private String clash(MixProgram.Duals at) {
    return IntStream.range(0, rows.count())
            .filter(row -> at.prices()[row] > MET)
            .mapToObj(row -> rows.caps().get(row).name())
            .collect(Collectors.joining(" and "))
        + (setup.hasHardCaps() ? " together with " + setup.hard().names() : "");
  }

  /** The mix's objective, from unrounded loads. */
  double value() {
    double sum = 0;
    double[] loads = new double[columns.get(0).loads.length];
    for (int c = 0; c < columns.size(); c++) {
      sum += shares[c] * columns.get(c).value;
      for (int r = 0; r < loads.length; r++) {
        loads[r] += shares[c] * columns.get(c).loads[r];
      }
    }
    return throughput ? Arrays.stream(loads).max().orElse(0) : sum;
  }

  double bound() {
    return bound;
  }

  List<Column> columns() {
    return columns;
  }

  double[] shares() {
    return shares;
  }

  /** The prices of resources and caps at the end: what limits the mix. */
  MixProgram.Duals duals() {
    return duals;
  }
}
