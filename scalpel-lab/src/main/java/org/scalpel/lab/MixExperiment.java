package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.scalpel.cost.Network;
import org.scalpel.live.LiveClient;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.tier.PlanExecutor;

/**
 * How many requests do all machines together answer? A live client shares requests out over the
 * partitions that it plans itself; then every partition that it used, the best single one, the
 * device alone and the edge alone are run by themselves, each with the window full. What a tier
 * takes for a partition is the mean of its own spans in the mix, or alone where the mix had less
 * than ten answers of it; what a link takes are the bytes that the emulated link carried, at its
 * rate. A linear program over these times says what sharing out can reach at most.
 */
public final class MixExperiment implements Experiment {
  /** Where device and link are both full, few in flight would leave either idle now and then. */
  private static final int WINDOW = 32;

  private static final double DEVICE = 12;
  private static final double EDGE = 6;

  /** A smaller predicted gain is not worth a ratio. */
  private static final double LEAST_GAIN = 0.005;

  /** Up, down (Mbit/s), round trip (ms). */
  private static final List<Network.LinkSpec> LINKS =
      List.of(
          new Network.LinkSpec("lan", 100, 100, 2), new Network.LinkSpec("wifi", 18.88, 54.97, 5));

  private static final List<String> ZOO =
      List.of("mobilenet_v2_1.0_224", "squeezenet1.1", "resnet20_cifar10", "face_resnet29");

  @Override
  public String name() {
    return "mix";
  }

  @Override
  public String question() {
    return "Does sharing requests out over several partitions reach what the plan promises?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "model",
        "link",
        "what",
        "share",
        "answers",
        "failed",
        "period_ms",
        "largest_stage_ms",
        "alone_stage_ms",
        "device_ms",
        "up_ms",
        "edge_ms",
        "down_ms",
        "planned_ms",
        "device_busy",
        "edge_busy");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<LabModel> models = new ArrayList<>();
    List<LabModel> known = LabModel.all();
    known.stream().filter(m -> !(m.source() instanceof LabModel.File)).forEach(models::add);
    models.addAll(LabModel.generated());
    known.stream().filter(m -> ZOO.contains(m.name())).forEach(models::add);
    List<Cell> cells = new ArrayList<>();
    for (LabModel model : lab.models(lab.quick() ? List.of(LabModel.small()) : models)) {
      // Packaged models over both links, the others over the narrower: there a mix has more to
      // gain.
      boolean both = !lab.quick() && known.contains(model) && !ZOO.contains(model.name());
      for (Network.LinkSpec link : LINKS.subList(both ? 0 : 1, LINKS.size())) {
        cells.add(
            new Cell(model.name() + "/" + link.name(), () -> new Trial(lab, model, link).rows()));
      }
    }
    return cells;
  }

  /** One model on one link. */
  private static final class Trial {
    private final Lab lab;
    private final LabModel chosen;
    private final Network.LinkSpec link;

    Trial(Lab lab, LabModel chosen, Network.LinkSpec link) {
      this.lab = lab;
      this.chosen = chosen;
      this.link = link;
    }

    /** A partition run by itself, or within the mix. */
    private record Column(
        String name,
        Partition partition,
        Saturation.Result result,
        Map<String, Double> stages,
        Map<String, Double> alone) {}

    private static double largest(Map<String, Double> stages) {
      return stages.values().stream().mapToDouble(ms -> ms).max().orElse(0);
    }

    List<List<String>> rows() {
      lab.note().say("mix: " + chosen.name() + " over " + link.name());
      LiveBench.Order order = new LiveBench.Order(chosen, DEVICE, EDGE, link, Objective.THROUGHPUT);
      try (LiveBench bench = LiveBench.open(lab, order, device -> device.window(WINDOW))) {
        return measure(bench);
      }
    }

    private Duration time() {
      return Duration.ofSeconds(lab.pick(4, 10));
    }

    private List<List<String>> measure(LiveBench bench) {
      Saturation.Result mixed;
      List<Partition> used;
      try (LiveClient client = LiveClient.open(bench.wire().device(), bench.setup())) {
        mixed = Saturation.run(() -> client.submit(bench.inputs()), Duration.ofSeconds(4), time());
        used = client.partitions();
        client.switches().forEach(one -> lab.note().say("  " + one));
      }
      List<Column> columns = alone(bench, used, mixed);
      SharesProgram.Answer best =
          SharesProgram.solve(columns.stream().map(Column::stages).toList());
      List<List<String>> rows = new ArrayList<>();
      double planned = used.stream().mapToDouble(Partition::periodMs).min().orElse(Double.NaN);
      rows.add(
          row(
              "mix",
              1,
              mixed,
              new Times(best.periodMs(), Double.NaN, Map.of(), mixPlanned(used, planned))));
      for (Column column : columns) {
        double share =
            used.stream()
                .filter(p -> p.assignment().equals(column.partition.assignment()))
                .mapToDouble(Partition::share)
                .sum();
        rows.add(
            row(
                column.name,
                share,
                column.result,
                new Times(
                    largest(column.stages),
                    largest(column.alone),
                    column.stages,
                    column.partition.periodMs())));
      }
      return rows;
    }

    private static double mixPlanned(List<Partition> used, double alone) {
      if (used.size() == 1) {
        return alone;
      }
      Map<String, Double> loads = new LinkedHashMap<>();
      used.forEach(
          p -> p.stagesMs().forEach((s, ms) -> loads.merge(s, p.share() * ms, Double::sum)));
      loads.remove("rtt");
      return Collections.max(loads.values());
    }

    private List<Column> alone(LiveBench bench, List<Partition> used, Saturation.Result mixed) {
      Problem problem = bench.problem(link);
      Map<Map<String, String>, Map.Entry<String, Partition>> wanted = new LinkedHashMap<>();
      for (String algorithm : List.of("single", "device-only", "edge-only", "cloud-only")) {
        Planner.compareOne(problem, bench.setup().request(), algorithm)
            .plan()
            .filter(plan -> Double.isFinite(plan.valueMs()))
            .ifPresent(
                plan ->
                    wanted.putIfAbsent(
                        plan.main().assignment(), Map.entry(algorithm, plan.main())));
      }
      for (Partition partition : used) {
        wanted.putIfAbsent(partition.assignment(), Map.entry("part of the mix", partition));
      }
      List<Column> columns = new ArrayList<>();
      wanted.values().forEach(one -> columns.add(run(bench, one.getKey(), one.getValue(), mixed)));
      return columns;
    }

    private Column run(LiveBench bench, String name, Partition partition, Saturation.Result mixed) {
      LinkProxy proxy = bench.wire().link("edge");
      try (PlanExecutor plan = bench.prepare(partition)) {
        long up = proxy.bytesUp();
        long down = proxy.bytesDown();
        int[] sent = {0};
        Saturation.Result result =
            Saturation.run(
                () -> {
                  sent[0]++;
                  return plan.submit(bench.inputs());
                },
                Duration.ofSeconds(1),
                time());
        Map<String, Double> links =
            Map.of(
                "up", (proxy.bytesUp() - up) * 8e-3 / link.upMbps() / sent[0],
                "down", (proxy.bytesDown() - down) * 8e-3 / link.downMbps() / sent[0]);
        Map<String, Double> alone = result.tiersMs().getOrDefault(plan.plan(), Map.of());
        Map<String, Double> loaded =
            mixed.answers().getOrDefault(plan.plan(), 0) >= 10
                ? mixed.tiersMs().getOrDefault(plan.plan(), Map.of())
                : alone;
        return new Column(name, partition, result, stages(loaded, links), stages(alone, links));
      }
    }

    private static Map<String, Double> stages(
        Map<String, Double> tiers, Map<String, Double> links) {
      Map<String, Double> stages = new LinkedHashMap<>(links);
      LiveBench.TIERS.forEach(tier -> stages.put(tier, tiers.getOrDefault(tier, 0.0)));
      return stages;
    }

    /**
     * What a request takes.
     *
     * @param largest of the stages under the mix's load, which is what the linear program knows
     * @param alone the largest when the partition runs by itself
     */
    private record Times(
        double largest, double alone, Map<String, Double> stages, double planned) {}

    private List<String> row(String what, double share, Saturation.Result result, Times times) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  chosen.name(),
                  link.name(),
                  what,
                  Figure.of(share),
                  String.valueOf(result.answered()),
                  String.valueOf(result.failed()),
                  Figure.of(result.periodMs()),
                  Figure.of(times.largest),
                  Figure.of(times.alone)));
      for (String stage : List.of("device", "up", "edge", "down")) {
        row.add(Figure.of(times.stages.getOrDefault(stage, 0.0)));
      }
      row.add(Figure.of(times.planned));
      LiveBench.TIERS.forEach(tier -> row.add(Figure.of(result.busy().getOrDefault(tier, 0.0))));
      return row;
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    List<List<String>> rows = new ArrayList<>();
    for (String model : new TreeSet<>(results.by("model").keySet())) {
      Table ofModel = results.where(row -> row.text("model").equals(model));
      ofModel.by("link").forEach((link, cell) -> rows.add(verdict(model, link, cell)));
    }
    report.table(
        "Reached",
        new Table(
            List.of(
                "model",
                "link",
                "mix_rps",
                "of_optimum",
                "best_single_rps",
                "single_of_largest_stage",
                "gain",
                "predicted_gain",
                "gain_reached"),
            rows));
    Table verdicts = new Table(List.of("m", "l", "r", "o", "s", "f", "g", "p", "q"), rows);
    report.found(
        "The mix reaches %s of the optimum at least; the best single partition %s of what its largest stage allows at least."
            .formatted(
                Figure.percent(Collections.min(verdicts.numbers("o"))),
                Figure.percent(Collections.min(verdicts.numbers("f")))));
  }

  private static List<String> verdict(String model, String link, Table cell) {
    Table mix = cell.where(row -> row.text("what").equals("mix"));
    Table parts = cell.where(row -> !row.text("what").equals("mix"));
    double period = mix.numbers("period_ms").get(0);
    double optimum = mix.numbers("largest_stage_ms").get(0);
    double single = Collections.min(parts.numbers("period_ms"));
    Table best = parts.where(row -> row.number("period_ms") == single);
    double stage = best.numbers("alone_stage_ms").get(0);
    double gain = single / period;
    double predicted = Collections.min(parts.numbers("largest_stage_ms")) / optimum;
    return List.of(
        model,
        link,
        Figure.of(1e3 / period),
        Figure.of(optimum / period),
        Figure.of(1e3 / single),
        Figure.of(stage / single),
        Figure.of(gain),
        Figure.of(predicted),
        predicted < 1 + LEAST_GAIN ? "" : Figure.of((gain - 1) / (predicted - 1)));
  }
}
