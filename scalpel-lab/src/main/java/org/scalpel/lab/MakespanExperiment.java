package org.scalpel.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.plan.Algorithm;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * How far can a plan for the makespan be from the best, and how long does it take to find? Every
 * model is profiled once on this machine; the tiers are this machine 16 times and 4 times slower
 * and as it is, by declaration; the network is one of four first links and a WAN behind it.
 * Makespans are those of segments. The models are the architectures of {@code $SCALPEL_ZOO} and a
 * generated network of four inputs.
 */
public final class MakespanExperiment implements Experiment {
  private static final double DEVICE = 16;
  private static final double EDGE = 4;
  private static final int RUNS = 9;
  private static final String FUSION = "fusion-4";

  /** The first link: up, down, round trip. */
  private static final List<String> LINKS =
      List.of("1.1/2.2/60", "5.85/13.76/20", "18.88/54.97/5", "100/100/2");

  @Override
  public String name() {
    return "makespan";
  }

  @Override
  public String question() {
    return "How far from the best can plans for the makespan be, and how long do they take to find?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "model",
        "kernels",
        "link",
        "algorithm",
        "value_ms",
        "bound_ms",
        "gap_percent",
        "serial_ms",
        "segments",
        "first_ms",
        "median_ms");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<Cell> cells = new ArrayList<>();
    cells.add(new Cell(FUSION, () -> rows(lab, FUSION, Optional.empty())));
    for (Path file : architectures(lab)) {
      String name = String.valueOf(file.getFileName()).replaceFirst("\\.onnx$", "");
      cells.add(new Cell(name, () -> rows(lab, name, Optional.of(file))));
    }
    return cells;
  }

  private static List<Path> architectures(Lab lab) {
    List<Path> files = Zoo.files("models/architectures");
    if (files.isEmpty()) {
      lab.note()
          .say(
              "makespan: SKIPPED all but "
                  + FUSION
                  + ": SCALPEL_ZOO names no folder with models/architectures");
      return List.of();
    }
    return files.stream()
        .filter(file -> file.toString().endsWith(".onnx"))
        .limit(lab.pick(1, Integer.MAX_VALUE))
        .toList();
  }

  private static List<List<String>> rows(Lab lab, String name, Optional<Path> file) {
    lab.note().say("makespan: " + name);
    OnnxModel model = file.map(OnnxModel::read).orElseGet(() -> FusionModel.of(lab.seed()));
    Map<String, TensorData> inputs = SampleInputs.of(model, lab.seed(), Map.of());
    List<List<String>> rows = new ArrayList<>();
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels = engine.kernels(model);
      ProfileOptions options =
          ProfileOptions.DEFAULT.withBudget(Duration.ofSeconds(lab.pick(1, 3)));
      Profile profile = new Profiler(engine).profile(kernels, inputs, options, (step, share) -> {});
      for (String link : LINKS.subList(lab.pick(2, 0), LINKS.size())) {
        Problem problem =
            new ProblemBuilder(kernels)
                .tier("device", profile.withSlowdown(DEVICE))
                .tier("edge", profile.withSlowdown(EDGE))
                .tier("cloud", profile)
                .build(Network.of(link + ",wan"));
        rows.add(row(name, link, problem, "overlap", RUNS));
        rows.add(row(name, link, problem, "overlap-exact", 1));
      }
    }
    return rows;
  }

  private static List<String> row(
      String model, String link, Problem problem, String algorithm, int runs) {
    Algorithm planner = Planner.algorithm(algorithm);
    Request request = Request.of(Objective.MAKESPAN).withTimeLimit(Duration.ofSeconds(10));
    Plan plan = planner.plan(problem, request);
    List<Double> times = new ArrayList<>(List.of(plan.solveMs()));
    while (times.size() < runs) {
      times.add(planner.plan(problem, request).solveMs());
    }
    double serial =
        Planner.algorithm("mincut").plan(problem, Request.of(Objective.LATENCY)).valueMs();
    return List.of(
        model,
        String.valueOf(problem.layers().size()),
        link,
        algorithm,
        Figure.of(plan.valueMs()),
        Figure.of(plan.boundMs()),
        Figure.of(100 * plan.gap()),
        Figure.of(serial),
        String.valueOf(plan.main().timeline().segments().size()),
        Figure.of(times.get(0)),
        Figure.of(Figure.median(times)));
  }

  @Override
  public void conclude(Table results, Report report) {
    List<List<String>> rows = new ArrayList<>();
    results
        .by("algorithm")
        .forEach(
            (algorithm, table) -> {
              List<Double> gaps = table.numbers("gap_percent");
              List<Double> times = table.numbers("median_ms");
              long close = gaps.stream().filter(gap -> gap <= 1).count();
              rows.add(
                  List.of(
                      algorithm,
                      String.valueOf(gaps.size()),
                      Figure.of(Figure.median(gaps)),
                      Figure.of(Figure.p95(gaps)),
                      Figure.percent((double) close / gaps.size()),
                      Figure.of(Figure.median(times)),
                      Figure.of(Figure.p95(times))));
            });
    report.table(
        "Gap to the proven lower bound",
        new Table(
            List.of(
                "algorithm",
                "problems",
                "gap median %",
                "gap p95 %",
                "within 1 %",
                "median ms",
                "p95 ms"),
            rows));
    for (List<String> row : rows) {
      report.found(
          "%s on %s problems: gap %s %% in the median, %s %% at the 95th percentile; %s are within 1 %%."
              .formatted(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)));
    }
  }
}
