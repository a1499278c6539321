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
 *
 * dual         max v − Σ price_c·cap_c
 *              v ≤ Σ weight_r·load_r + Σ price_c·used_c  for each column,  Σ weight = 1
 * </pre>
 */
final class MixProgram {
  private final MixRows rows;
  private final boolean throughput;
  private final double scale;

  /**
   * A program.
   *
   * @param scale about the size of a load, to keep numbers near 1
   */
  MixProgram(MixRows rows, boolean throughput, double scale) {
    this.rows = rows;
    this.throughput = throughput;
    this.scale = scale;
  }

  /** The shares of the columns; empty if the caps cannot be met with them. */
  double[] shares(List<Column> columns) {
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Expression one = model.newExpression("shares").level(1);
    List<Variable> shares = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      double cost = throughput ? 0 : columns.get(c).value / scale;
      Variable share = model.newVariable("s" + c).lower(0).weight(cost);
      one.set(share, 1);
      shares.add(share);
    }
    if (throughput) {
      Variable period = model.newVariable("Z").lower(0).weight(1);
      for (int r = 0; r < columns.get(0).loads.length; r++) {
        Expression load = model.newExpression("load" + r).upper(0).set(period, -1);
        for (int c = 0; c < columns.size(); c++) {
          load.set(shares.get(c), columns.get(c).loads[r] / scale);
        }
      }
    }
    for (int row = 0; row < rows.count(); row++) {
      Expression cap = model.newExpression("cap" + row).upper(rows.most(row) / scale);
      for (int c = 0; c < columns.size(); c++) {
        cap.set(shares.get(c), columns.get(c).used[row] / scale);
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

  /** The weights of the resources (empty for latency), then the prices of the caps. */
  double[][] prices(List<Column> columns) {
    int resources = throughput ? columns.get(0).loads.length : 0;
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Variable least = model.newVariable("v").weight(1);
    List<Variable> weights = new ArrayList<>();
    Expression one = model.newExpression("weights");
    for (int r = 0; r < resources; r++) {
      Variable weight = model.newVariable("w" + r).lower(0);
      one.set(weight, 1);
      weights.add(weight);
    }
    if (throughput) {
      one.level(1);
    }
    for (int row = 0; row < rows.count(); row++) {
      weights.add(model.newVariable("p" + row).lower(0).upper(1e6).weight(-rows.most(row) / scale));
    }
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      Expression bound = model.newExpression("column" + c).set(least, 1);
      bound.upper(throughput ? 0 : column.value / scale);
      for (int i = 0; i < weights.size(); i++) {
        double amount = i < resources ? column.loads[i] : column.used[i - resources];
        bound.set(weights.get(i), -amount / scale);
      }
    }
    Optimisation.Result result = model.maximise();
    double[] all = new double[weights.size()];
    Arrays.setAll(all, i -> Math.max(0, result.doubleValue(i + 1)));
    double[] loads = Arrays.copyOf(all, resources);
    double sum = Arrays.stream(loads).sum();
    for (int r = 0; r < resources; r++) {
      loads[r] /= sum;
    }
    return new double[][] {loads, Arrays.copyOfRange(all, resources, all.length)};
  }
}
