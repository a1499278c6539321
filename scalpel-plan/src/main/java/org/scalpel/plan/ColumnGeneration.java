package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The best mix of partitions by column generation: a linear program shares requests among the
 * partitions known, its dual prices every resource, one minimum cut at these prices finds the
 * partition that would help most. The cut's value is a lower bound on every mix, and on every
 * single partition.
 */
final class ColumnGeneration {
  private static final int MOST_ROUNDS = 400;
  private static final double CLOSED = 1e-10;

  private final Setup setup;
  private final MixRows rows;
  private final boolean throughput;
  private final MixProgram program;
  private final List<Column> columns = new ArrayList<>();
  private double bound;
  private double[] shares = new double[0];

  ColumnGeneration(Setup setup) {
    this.setup = setup;
    rows = new MixRows(setup);
    throughput = setup.request().objective() == Objective.THROUGHPUT;
    start();
    double scale = columns.get(0).value;
    program = new MixProgram(rows, throughput, scale > 0 ? scale : 1);
  }

  /** The cheapest by the problem's own weights, and the least use of each cap. */
  private void start() {
    add(rows.prices(new double[0], new double[rows.count()]));
    for (int row = 0; row < rows.count(); row++) {
      double[] only = new double[rows.count()];
      only[row] = 1e6;
      add(rows.prices(new double[0], only));
    }
    double[] all = new double[rows.count()];
    Arrays.fill(all, 1e6);
    add(rows.prices(new double[0], all));
    if (throughput) {
      int resources = setup.in().tiers + 2 * setup.in().links;
      add(rows.prices(Prices.filled(resources, 1.0 / resources), new double[rows.count()]));
    }
  }

  private Column price(Prices prices) {
    Crossings crossings = new Crossings(setup.in(), prices, setup.maxLoss());
    double ticks = Ticks.finest(setup.in(), prices, crossings);
    int[] tierOf = CutOracle.cut(setup.in(), setup.bounds(), prices, crossings, ticks);
    return new Column(rows, tierOf, crossings);
  }

  private void add(Prices prices) {
    Column column = price(prices);
    if (columns.stream().noneMatch(column::same)) {
      columns.add(column);
    }
  }

  /**
   * Runs to the end.
   *
   * @throws InfeasibleException if no mix keeps the caps
   */
  void run() {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double[][] prices = program.prices(columns);
      Column column = price(rows.prices(prices[0], prices[1]));
      bound = Math.max(bound, bound(column, prices[0], prices[1]));
      boolean known = columns.stream().anyMatch(column::same);
      if (!known) {
        columns.add(column);
      }
      if (known || round % 4 == 3) {
        shares = program.shares(columns);
        if (known || (shares.length > 0 && value() <= bound * (1 + CLOSED))) {
          break;
        }
      }
    }
    shares = program.shares(columns);
    if (shares.length == 0) {
      throw new InfeasibleException(
          "mean-tier-ms " + rows.names() + ": no mix of partitions stays below");
    }
  }

  private double bound(Column column, double[] weights, double[] prices) {
    double sum = throughput ? 0 : column.value;
    for (int r = 0; r < weights.length; r++) {
      sum += weights[r] * column.loads[r];
    }
    for (int row = 0; row < prices.length; row++) {
      sum += prices[row] * (column.used[row] - rows.most(row));
    }
    return sum;
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
}
