package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Assignments;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.Cost;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;
import org.scalpel.testbed.LinkShape;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.Rehearsal;

/**
 * Does the planner choose the cut that really is the fastest? A model runs on a slowed-down device
 * and an edge process behind an emulated link, once for every place where one kernel separates it,
 * with everything on the device, everything on the edge, and as planned; in rounds over all of
 * them, so that a drifting machine drifts for all. Regret is the planned cut's measured time over
 * the best measured one, its own included; a plan that equals another cut is measured twice, which
 * shows the noise.
 */
public final class OracleExperiment implements Experiment {
  // Latency is of single requests: between two of them everything is idle for a while.
  private static final Duration PAUSE = Duration.ofMillis(30);

  private static final double SLOWDOWN = 6;
  private static final int MOST_CUTS = 24;
  private static final int WARM_UP = 3;

  /** Up, down (Mbit/s), round trip (ms). */
  private static final List<Network.LinkSpec> LINKS =
      List.of(
          new Network.LinkSpec("4g", 5.85, 13.76, 20),
          new Network.LinkSpec("wifi", 18.88, 54.97, 5),
          new Network.LinkSpec("lan", 200, 200, 1));

  @Override
  public String name() {
    return "oracle";
  }

  @Override
  public String question() {
    return "Is the planned cut the one that measures best?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "model",
        "link",
        "cut",
        "kernels_on_device",
        "planned",
        "runs",
        "predicted_ms",
        "median_ms",
        "spread_ms");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<Cell> cells = new ArrayList<>();
    List<LabModel> models = new ArrayList<>(List.of(LabModel.small()));
    if (!lab.quick()) {
      LabModel.all().stream()
          .filter(m -> List.of("resnet20_cifar10", "squeezenet1.1").contains(m.name()))
          .forEach(models::add);
    }
    for (LabModel model : lab.models(models)) {
      for (Network.LinkSpec link : lab.quick() ? LINKS.subList(1, 2) : LINKS) {
        cells.add(
            new Cell(model.name() + "/" + link.name(), () -> new Contest(lab, model, link).rows()));
      }
    }
    return cells;
  }

  /** One model on one link. */
  private static final class Contest {
    private static final List<String> TIERS = List.of("device", "edge");
    private final Lab lab;
    private final LabModel chosen;
    private final Network.LinkSpec link;

    Contest(Lab lab, LabModel chosen, Network.LinkSpec link) {
      this.lab = lab;
      this.chosen = chosen;
      this.link = link;
    }

    List<List<String>> rows() {
      lab.note().say("oracle: " + chosen.name() + " over " + link.name());
      OnnxModel model = chosen.read(lab.scratch());
      Map<String, TensorData> inputs = chosen.inputs(model, lab.seed());
      LinkShape shape = new LinkShape(link.upMbps(), link.downMbps(), link.rttMs());
      List<Wire.Stop> stops =
          List.of(
              new Wire.Stop("device", SLOWDOWN, Optional.empty()),
              new Wire.Stop("edge", 1, Optional.of(shape)));
      try (Engine engine = new Engine(EngineOptions.DEFAULT);
          Wire wire = Wire.start(stops, lab.scratch())) {
        Rehearsal.run(Duration.ofSeconds(5));
        KernelGraph kernels = engine.kernels(model);
        ProfileOptions options =
            ProfileOptions.DEFAULT.withBudget(Duration.ofSeconds(lab.pick(4, 12)));
        Profile profile =
            new Profiler(engine).profile(kernels, inputs, options, (step, share) -> {});
        Problem problem = problem(kernels, profile);
        Map<String, int[]> cuts = cuts(kernels, problem);
        Map<String, Deployment> deployments = new LinkedHashMap<>();
        cuts.forEach(
            (cut, tiers) ->
                deployments.put(
                    cut,
                    Deployment.of(
                        kernels,
                        profile.subject().facts(),
                        TIERS,
                        Cost.partition(problem, inProblemOrder(problem, tiers)))));
        Map<String, List<Double>> times = measure(wire, inputs, deployments);
        return table(problem, cuts, times);
      }
    }

    private Problem problem(KernelGraph kernels, Profile profile) {
      return new ProblemBuilder(kernels)
          .tier("device", profile.withSlowdown(SLOWDOWN))
          .tier("edge", profile)
          .build(new Network(List.of(link)));
    }

    /** By name; the planned one last, even if it equals another. */
    private Map<String, int[]> cuts(KernelGraph kernels, Problem problem) {
      int count = kernels.kernels().size();
      Map<String, int[]> cuts = new LinkedHashMap<>();
      cuts.put("all on edge", Assignments.prefix(kernels, 0));
      List<int[]> vertices = Assignments.atCutVertices(kernels);
      int step = Math.max(1, (vertices.size() + MOST_CUTS - 1) / lab.pick(8, MOST_CUTS));
      for (int i = 0; i < vertices.size(); i += step) {
        cuts.put("vertex " + i, vertices.get(i));
      }
      cuts.put("all on device", Assignments.prefix(kernels, count));
      Assignment planned =
          Assignment.of(
              problem,
              Planner.plan(problem, Request.of(Objective.LATENCY))
                  .partitions()
                  .get(0)
                  .assignment());
      int[] tiers = new int[count];
      for (int k = 0; k < count; k++) {
        tiers[k] = planned.tier(problem.layerIndex(kernels.kernels().get(k).name()));
      }
      cuts.put("planned", tiers);
      return cuts;
    }

    private Map<String, List<Double>> measure(
        Wire wire, Map<String, TensorData> inputs, Map<String, Deployment> deployments) {
      List<Entrant> entrants = new ArrayList<>();
      deployments.forEach(
          (name, deployment) ->
              entrants.add(
                  new Entrant(name, wire.device().prepare(deployment), new ArrayList<>())));
      int rounds = lab.pick(5, 15);
      for (int round = -WARM_UP; round < rounds; round++) {
        for (Entrant entrant : entrants) {
          // The first request finds caches that the other cuts have filled; only the second counts.
          entrant.plan().execute(inputs);
          LockSupport.parkNanos(PAUSE.toNanos());
          double ms = entrant.plan().execute(inputs).totalMs();
          if (round >= 0) {
            entrant.times().add(ms);
          }
        }
      }
      Map<String, List<Double>> times = new LinkedHashMap<>();
      entrants.forEach(entrant -> times.put(entrant.name(), entrant.times()));
      return times;
    }

    /** A cut, ready on both tiers, and what its requests took. */
    private record Entrant(String name, PlanExecutor plan, List<Double> times) {}

    private List<List<String>> table(
        Problem problem, Map<String, int[]> cuts, Map<String, List<Double>> times) {
      List<List<String>> rows = new ArrayList<>();
      cuts.forEach(
          (name, tiers) -> {
            List<Double> measured = times.getOrDefault(name, List.of());
            long near = Arrays.stream(tiers).filter(t -> t == 0).count();
            double predicted =
                Cost.partition(problem, inProblemOrder(problem, tiers)).times().latencyMs();
            rows.add(
                List.of(
                    chosen.name(),
                    link.name(),
                    name,
                    String.valueOf(near),
                    String.valueOf(name.equals("planned")),
                    String.valueOf(measured.size()),
                    Figure.of(predicted),
                    Figure.of(Figure.median(measured)),
                    Figure.of(Figure.spread(measured))));
          });
      return rows;
    }

    /** The builder keeps the kernels' order. */
    private static Assignment inProblemOrder(Problem problem, int[] tiers) {
      if (problem.layers().size() != tiers.length) {
        throw new IllegalStateException("a problem of other kernels");
      }
      return Assignment.of(tiers);
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    List<List<String>> regrets = new ArrayList<>();
    results
        .by("model")
        .forEach(
            (model, ofModel) ->
                ofModel.by("link").forEach((link, rows) -> regrets.add(regret(model, link, rows))));
    report.table(
        "Planned and best",
        new Table(
            List.of("model", "link", "planned_ms", "best_ms", "best cut", "regret"), regrets));
    long good = regrets.stream().filter(r -> Double.parseDouble(r.get(5)) <= 0.02).count();
    report.found(
        "In %d of %d cells the planned cut measures within 2 %% of the best measured cut."
            .formatted(good, regrets.size()));
    Chart chart =
        new Chart("Every cut, end to end", "predicted (ms)", "measured median (ms)").logLog();
    results
        .by("link")
        .forEach(
            (link, rows) ->
                chart.points(link, rows.numbers("predicted_ms"), rows.numbers("median_ms")));
    report.chart("cuts", chart.diagonal(results.numbers("predicted_ms")));
  }

  private static List<String> regret(String model, String link, Table rows) {
    Table planned = rows.where(row -> row.text("planned").equals("true"));
    double best = rows.numbers("median_ms").stream().min(Double::compare).orElseThrow();
    Table winner = rows.where(row -> row.number("median_ms") == best);
    // The same cut under another name: what differs is noise.
    boolean same =
        winner.first("kernels_on_device").equals(planned.first("kernels_on_device"))
            && winner.first("predicted_ms").equals(planned.first("predicted_ms"));
    double chosen = same ? best : planned.numbers("median_ms").get(0);
    String which = same ? "the plan" : winner.first("cut");
    return List.of(
        model, link, Figure.of(chosen), Figure.of(best), which, Figure.of(chosen / best - 1));
  }
}
