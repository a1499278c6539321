package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * The linear program over the columns known so far, and its dual. Both are solved, so that shares
 * and prices come from models that read like the formulas.
 *
 * <pre>
 * throughput   min Z            Σ share·load_r ≤ Z  for each resource r
 * latency      min Σ share·value
 * both         Σ share = 1,  Σ share·used_c ≤ cap_c,  share ≥ 0
 * excess       min Z            Σ share·used_c − cap_c ≤ Z  for each cap c: 0 iff the caps can be met
 *
 * dual         max v − Σ price_c·cap_c
 *              v ≤ Σ weight_r·load_r + Σ price_c·used_c  for each column,  Σ weight = 1
 * </pre>
 */
final class MixProgram {
  /** What the program minimises. */
  enum Goal {
    THROUGHPUT,
    LATENCY,
    EXCESS
  }

  private final CapRows rows;
  private final Goal goal;
  private final double scale;

  /**
   * The dual's answer.
   *
   * @param weights of the resources, summing to 1; empty unless the goal is throughput
   * @param prices of the caps, per unit of the row
   * @param value of the program
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Duals(double[] weights, double[] prices, double value) {}

  /**
   * A program.
   *
   * @param scale about the size of a load, to keep numbers near 1
   */
  MixProgram(CapRows rows, Goal goal, double scale) {
    this.rows = rows;
    this.goal = goal;
    this.scale = scale;
  }

  /** The shares of the columns; empty if the caps cannot be met with them. */
  double[] shares(List<Column> columns) {
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Expression one = model.newExpression("shares").level(1);
    List<Variable> shares = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      double cost = goal == Goal.LATENCY ? columns.get(c).value / scale : 0;
      Variable share = model.newVariable("s" + c).lower(0).weight(cost);
      one.set(share, 1);
      shares.add(share);
    }
    if (goal == Goal.THROUGHPUT) {
      Variable period = model.newVariable("Z").lower(0).weight(1);
      for (int r = 0; r < columns.get(0).loads.length; r++) {
        Expression load = model.newExpression("load" + r).upper(0).set(period, -1);
        for (int c = 0; c < columns.size(); c++) {
          load.set(shares.get(c), columns.get(c).loads[r] / scale);
        }
      }
    }
    for (int row = 0; row < rows.count(); row++) {
      Expression cap = model.newExpression("cap" + row).upper(rows.loosened(row));
      for (int c = 0; c < columns.size(); c++) {
        cap.set(shares.get(c), columns.get(c).used[row]);
      }
    }
    Optimisation.Result result = model.minimise();
    if (!result.getState().isFeasible()) {
      return new double[0];
    }
    double[] found = new double[columns.size()];
    Arrays.setAll(found, c -> Math.max(0, result.doubleValue(c)));
    return normalised(found);
  }

  private static double[] normalised(double[] shares) {
    for (int c = 0; c < shares.length; c++) {
      shares[c] = shares[c] < 1e-12 ? 0 : shares[c];
    }
    double sum = Arrays.stream(shares).sum();
    for (int c = 0; c < shares.length; c++) {
      shares[c] /= sum;
    }
    return shares;
  }

  /** The weights of the resources and the prices of the caps. */
  Duals duals(List<Column> columns) {
    int resources = goal == Goal.THROUGHPUT ? columns.get(0).loads.length : 0;
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Variable least = model.newVariable("v").weight(1);
    List<Variable> weights = new ArrayList<>();
    Expression one = model.newExpression("weights");
    for (int r = 0; r < resources; r++) {
      Variable weight = model.newVariable("w" + r).lower(0);
      one.set(weight, 1);
      weights.add(weight);
    }
    for (int row = 0; row < rows.count(); row++) {
      Variable price = model.newVariable("p" + row).lower(0).weight(-rows.loosened(row));
      weights.add(price);
      if (goal == Goal.EXCESS) {
        one.set(price, 1);
      }
    }
    if (goal != Goal.LATENCY) {
      one.level(1);
    }
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      Expression bound = model.newExpression("column" + c).set(least, 1);
      bound.upper(goal == Goal.LATENCY ? column.value / scale : 0);
      for (int i = 0; i < weights.size(); i++) {
        double amount = i < resources ? column.loads[i] / scale : column.used[i - resources];
        bound.set(weights.get(i), -amount);
      }
    }
    Optimisation.Result result = model.maximise();
    double[] all = new double[weights.size()];
    Arrays.setAll(all, i -> Math.max(0, result.doubleValue(i + 1)));
    return duals(all, resources, result.getValue());
  }

  private Duals duals(double[] all, int resources, double value) {
    double[] weights = Arrays.copyOf(all, resources);
    double sum = Arrays.stream(weights).sum();
    for (int r = 0; r < resources; r++) {
      weights[r] /= sum;
    }
    double unit = goal == Goal.EXCESS ? 1 : scale;
    double[] prices = Arrays.copyOfRange(all, resources, all.length);
    for (int row = 0; row < prices.length; row++) {
      prices[row] *= unit;
    }
    return new Duals(weights, prices, value * unit);
  }
}
