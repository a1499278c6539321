package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.scalpel.plan.Algorithm;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * How long does planning take, and how does that grow? Three tiers, synthetic Inception and
 * residual graphs; ours is everything from problem to plan (network, cut, extraction, recomputed
 * value). The yardsticks build the same network and find the cut's value only, so they do less.
 */
public final class PlannerExperiment implements Experiment {
  /** A yardstick is not given a size at which one run of it took longer before. */
  private static final double PATIENCE_MS = 4_000;

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
        int runs = size >= 30_000 ? lab.pick(2, 5) : lab.pick(5, 15);
        cells.add(new Cell(size + "/" + instance, () -> measure(size, seed, runs)));
      }
    }
    return cells;
  }

  private static List<List<String>> measure(int size, long seed, int runs) {
    Problem problem = SyntheticProblem.of(size, seed);
    Algorithm cut = Planner.algorithm("mincut");
    Request request = Request.of(Objective.LATENCY);
    List<List<String>> rows = new ArrayList<>();
    double value = valueMs(cut.plan(problem, request));
    rows.add(
        timed(
            List.of(size + "", seed + "", "scalpel"),
            runs,
            value,
            () -> valueMs(cut.plan(problem, request))));
    rows.add(
        timed(
            List.of(size + "", seed + "", "or-tools"),
            runs,
            value,
            () -> new TextbookNetwork(problem).orTools()));
    if (size <= 10_000) {
      rows.add(
          timed(
              List.of(size + "", seed + "", "jgrapht"),
              size > 1_000 ? 1 : runs,
              value,
              () -> new TextbookNetwork(problem).jgrapht()));
    }
    return rows;
  }

  private static double valueMs(Plan plan) {
    return plan.score().valueMs();
  }

  private static List<String> timed(
      List<String> head, int runs, double expected, DoubleSupplier solve) {
    List<Double> times = new ArrayList<>();
    double value = 0;
    double spent = 0;
    for (int run = -runs; run < runs; run++) {
      long start = System.nanoTime();
      value = solve.getAsDouble();
      double ms = (System.nanoTime() - start) / 1e6;
      spent += ms;
      if (run >= 0) {
        times.add(ms);
      } else if (spent > PATIENCE_MS / 2) {
        // Warm enough: a second or two of it has run.
        run = -1;
      }
      if (spent > PATIENCE_MS && !times.isEmpty()) {
        break;
      }
    }
    List<String> row = new ArrayList<>(head);
    row.add(Figure.of(Figure.median(times)));
    row.add(Figure.of(Figure.spread(times)));
    row.add(String.valueOf(times.size()));
    row.add(String.valueOf(value));
    row.add(String.valueOf(Math.abs(value / expected - 1)));
    return row;
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
