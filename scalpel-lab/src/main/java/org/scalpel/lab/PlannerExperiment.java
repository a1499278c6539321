package org.scalpel.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.scalpel.plan.Algorithm;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * How long does planning take, and how does that grow? Three tiers, synthetic Inception and
 * residual graphs; ours is everything from problem to plan (network, cut, extraction, recomputed
 * value). The yardsticks build the same network and find the cut's value only, so they do less.
 */
public final class PlannerExperiment implements Experiment {
  /** Beyond this JGraphT takes minutes. */
  private static final int MOST_FOR_JGRAPHT = 10_000;

  private static final int MOST_RUNS = 2_000;

  @Override
  public String name() {
    return "planner";
  }

  @Override
  public String question() {
    return "How long does planning take beside general maximum-flow libraries, and are they of one"
        + " mind?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "layers", "instance", "solver", "median_ms", "spread_ms", "runs", "value_ms", "difference");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<Integer> sizes =
        lab.quick()
            ? List.of(30, 100, 1_000, 10_000)
            : List.of(30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000);
    List<Cell> cells = new ArrayList<>();
    for (int size : sizes) {
      for (int instance = 0; instance < lab.pick(1, 3); instance++) {
        long seed = lab.seed() + instance;
        double budgetMs = lab.pick(1_000, 4_000);
        cells.add(new Cell(size + "/" + instance, () -> measure(size, seed, budgetMs)));
      }
    }
    return cells;
  }

  private static List<List<String>> measure(int size, long seed, double budgetMs) {
    Problem problem = SyntheticProblem.of(size, seed);
    Algorithm cut = Planner.algorithm("mincut");
    Request request = Request.of(Objective.LATENCY);
    DoubleSupplier ours = () -> cut.plan(problem, request).score().valueMs();
    double value = ours.getAsDouble();
    Map<String, DoubleSupplier> solvers = new LinkedHashMap<>();
    solvers.put("scalpel", ours);
    solvers.put("or-tools", () -> new TextbookNetwork(problem).orTools());
    if (size <= MOST_FOR_JGRAPHT) {
      solvers.put("jgrapht", () -> new TextbookNetwork(problem).jgrapht());
    }
    List<List<String>> rows = new ArrayList<>();
    solvers.forEach(
        (name, solver) -> {
          List<String> row = new ArrayList<>(List.of(String.valueOf(size), String.valueOf(seed)));
          row.add(name);
          row.addAll(timed(solver, value, budgetMs));
          rows.add(row);
        });
    return rows;
  }

  /** Half of the budget warms the compiler up, half is measured; at least one run each. */
  private static List<String> timed(DoubleSupplier solver, double expected, double budgetMs) {
    List<Double> times = new ArrayList<>();
    double value = 0;
    double spent = 0;
    while (times.isEmpty() || (spent < budgetMs && times.size() < MOST_RUNS)) {
      boolean measuring = spent > budgetMs / 2;
      long start = System.nanoTime();
      value = solver.getAsDouble();
      double ms = (System.nanoTime() - start) / 1e6;
      spent += ms;
      if (measuring) {
        times.add(ms);
      }
    }
    return List.of(
        Figure.of(Figure.median(times)),
        Figure.of(Figure.spread(times)),
        String.valueOf(times.size()),
        String.valueOf(value),
        String.valueOf(Math.abs(value / expected - 1)));
  }

  @Override
  public void conclude(Table results, Report report) {
    Chart chart = new Chart("Time to plan, three tiers", "layers", "median (ms)").logLog();
    List<List<String>> rows = new ArrayList<>();
    results
        .by("solver")
        .forEach(
            (solver, table) -> {
              List<Double> x = new ArrayList<>();
              List<Double> y = new ArrayList<>();
              table
                  .by("layers")
                  .forEach(
                      (size, group) -> {
                        double median = Figure.median(group.numbers("median_ms"));
                        x.add(Double.valueOf(size));
                        y.add(median);
                        rows.add(List.of(solver, size, Figure.of(median)));
                      });
              chart.line(solver, x, y);
            });
    report.table("Median over instances", new Table(List.of("solver", "layers", "ms"), rows));
    double worst = results.numbers("difference").stream().max(Double::compare).orElse(0.0);
    report.found(
        "All solvers give the same least latency: the largest relative difference is %.1e."
            .formatted(worst));
    for (List<String> row : rows) {
      if (row.get(0).equals("scalpel")
          && List.of("100", "1000", "10000", "100000").contains(row.get(1))) {
        report.found("%s layers: %s ms from problem to plan.".formatted(row.get(1), row.get(2)));
      }
    }
    report.chart("solve-times", chart);
  }
}
