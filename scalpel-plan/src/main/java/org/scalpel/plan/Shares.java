package org.scalpel.plan;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * How to share requests out among ways whose stages are known, so that the busiest machine or link
 * has least to do: the master program of {@link Mix}, for times that were measured instead of
 * planned.
 *
 * @param parts one per way, summing to 1
 * @param periodMs between two answers when everything goes as said
 */
public record Shares(List<Double> parts, double periodMs) {
  /** Copies. */
  public Shares {
    parts = List.copyOf(parts);
  }

  /**
   * The best shares.
   *
   * @param ways one or more, each with what a request takes of every stage, in ms
   */
  public static Shares best(List<Map<String, Double>> ways) {
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Variable period = model.newVariable("period").lower(0).weight(1);
    Expression one = model.newExpression("shares").level(1);
    Map<String, Expression> loads = new HashMap<>();
    List<Variable> shares =
        IntStream.range(0, ways.size())
            .mapToObj(way -> model.newVariable("s" + way).lower(0))
            .toList();
    for (int way = 0; way < ways.size(); way++) {
      Variable share = shares.get(way);
      one.set(share, 1);
      ways.get(way)
          .forEach(
              (stage, ms) ->
                  loads
                      .computeIfAbsent(
                          stage, name -> model.newExpression(name).upper(0).set(period, -1))
                      .set(share, ms));
    }
    Optimisation.Result result = model.minimise();
    double[] parts = new double[ways.size()];
    Arrays.setAll(parts, way -> Math.max(0, result.doubleValue(way + 1)));
    double sum = Arrays.stream(parts).sum();
    List<Double> whole = Arrays.stream(parts).mapToObj(part -> part / sum).toList();
    return new Shares(whole, period(ways, whole));
  }

  /** What the busiest stage has to do for a request in the mean, in ms. */
  public static double period(List<Map<String, Double>> ways, List<Double> parts) {
    Map<String, Double> loads = new HashMap<>();
    for (int way = 0; way < ways.size(); way++) {
      double part = parts.get(way);
      ways.get(way).forEach((stage, ms) -> loads.merge(stage, part * ms, Double::sum));
    }
    return loads.values().stream().mapToDouble(ms -> ms).max().orElse(0);
  }
}
