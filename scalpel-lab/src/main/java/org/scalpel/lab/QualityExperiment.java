package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.plan.Compared;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * By how much do published algorithms miss the best plan? Every model is profiled here once; a
 * device twenty times as slow and an edge four times as slow are declared. Two and three tiers, the
 * uplinks of the literature, every objective. Values are the planner's definitions, so nothing
 * depends on the load of this machine but the profile itself. A valid plan that beats ours ends the
 * experiment.
 */
public final class QualityExperiment implements Experiment {
  private static final double DEVICE_SLOWDOWN = 20;
  private static final double EDGE_SLOWDOWN = 4;
  private static final String BACKHAUL = "100/100/20";

  /** Uplinks of 3G, 4G and WiFi with their downlinks, and a fast one; round trips of our choice. */
  private static final Map<String, String> ACCESS =
      Map.of(
          "1.1",
          "1.1/2.03/50",
          "5.85",
          "5.85/13.76/40",
          "18.88",
          "18.88/54.97/5",
          "100",
          "100/100/2");

  private static final List<String> RATES = List.of("1.1", "5.85", "18.88", "100");

  private static final List<String> PUBLISHED =
      List.of(
          "neurosurgeon",
          "dads",
          "dads-heavy",
          "qdmp",
          "two-cut",
          "decc",
          "eddi",
          "edgent",
          "device-only",
          "edge-only",
          "cloud-only");

  /** Values this close are equal: times are whole nanoseconds inside. */
  private static final double EQUAL = 1e-6;

  private static final double SAME = 1e-3;

  /** The charts have a point for every so many percent of the cases. */
  private static final int STEP = 10;

  @Override
  public String name() {
    return "quality";
  }

  @Override
  public String question() {
    return "How many times as long as our plans do those of the published algorithms take?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "model",
        "kernels",
        "tiers",
        "mbps",
        "objective",
        "algorithm",
        "answer",
        "value_ms",
        "ours_ms",
        "bound_ms",
        "ratio");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<LabModel> models = lab.models(lab.quick() ? List.of(LabModel.small()) : LabModel.all());
    return models.stream().map(model -> new Cell(model.name(), () -> rows(lab, model))).toList();
  }

  private static List<List<String>> rows(Lab lab, LabModel chosen) {
    OnnxModel model = chosen.read(lab.scratch());
    Map<String, TensorData> inputs = chosen.inputs(model, lab.seed());
    KernelGraph kernels;
    Profile profile;
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      kernels = engine.kernels(model);
      ProfileOptions options =
          ProfileOptions.DEFAULT.withBudget(Duration.ofSeconds(lab.pick(1, 4)));
      profile = new Profiler(engine).profile(kernels, inputs, options, (step, share) -> {});
    }
    List<List<String>> rows = new ArrayList<>();
    for (String rate : RATES) {
      for (int tiers = 2; tiers <= 3; tiers++) {
        ProblemBuilder builder =
            new ProblemBuilder(kernels).tier("device", profile.withSlowdown(DEVICE_SLOWDOWN));
        if (tiers == 3) {
          builder.tier("edge", profile.withSlowdown(EDGE_SLOWDOWN));
        }
        builder.tier("cloud", profile);
        String access = Objects.requireNonNull(ACCESS.get(rate));
        String links = tiers == 3 ? access + "," + BACKHAUL : access;
        Problem problem = builder.build(Network.parse(links));
        for (Objective objective : Objective.values()) {
          rows.addAll(compared(chosen.name(), problem, rate, objective));
        }
      }
    }
    return rows;
  }

  private static List<List<String>> compared(
      String model, Problem problem, String rate, Objective objective) {
    Request request = Request.of(objective);
    String our = objective == Objective.MAKESPAN ? "overlap" : Request.AUTO;
    Plan ours = Planner.algorithm(our).plan(problem, request);
    List<List<String>> rows = new ArrayList<>();
    for (String name : PUBLISHED) {
      Compared answer = Planner.compareOne(problem, request, name);
      List<String> row =
          new ArrayList<>(
              List.of(
                  model,
                  String.valueOf(problem.layers().size()),
                  String.valueOf(problem.tiers().size()),
                  rate,
                  objective.text(),
                  name));
      boolean valid = answer.plan().filter(QualityExperiment::isValid).isPresent();
      double value = answer.plan().map(Plan::valueMs).orElse(Double.NaN);
      if (valid && value < ours.valueMs() * (1 - EQUAL)) {
        throw new IllegalStateException(
            "%s: %s beats us with %s against %s ms".formatted(row, name, value, ours.valueMs()));
      }
      row.add(valid ? "valid" : answer.plan().isPresent() ? "invalid" : "none");
      row.add(valid ? String.valueOf(value) : "");
      row.add(String.valueOf(ours.valueMs()));
      row.add(String.valueOf(ours.boundMs()));
      row.add(valid ? String.valueOf(value / ours.valueMs()) : "");
      rows.add(row);
    }
    return rows;
  }

  private static boolean isValid(Plan plan) {
    return plan.partitions().stream().allMatch(Partition::valid);
  }

  @Override
  public void conclude(Table results, Report report) {
    long models = results.by("model").size();
    Table valid = results.where(row -> row.text("answer").equals("valid"));
    report.found(
        "%d models, 2 and 3 tiers, %s Mbps, every objective: in %d comparisons no valid plan of a published algorithm is better than ours."
            .formatted(models, String.join(", ", RATES), valid.rows().size()));
    results
        .by("objective")
        .forEach(
            (objective, table) -> {
              report.table(
                  "Times as long as ours, " + objective,
                  new Table(
                      List.of("algorithm", "cases", "invalid", "as good", "median", "p95", "most"),
                      table.by("algorithm").entrySet().stream()
                          .map(entry -> summary(entry.getKey(), entry.getValue()))
                          .toList()));
              report.chart("quality-" + objective, chart(objective, table));
            });
  }

  private static List<String> summary(String algorithm, Table rows) {
    Table answered = rows.where(row -> !row.text("answer").equals("none"));
    List<Double> ratios = ratios(rows);
    int invalid = answered.rows().size() - ratios.size();
    if (ratios.isEmpty()) {
      return List.of(
          algorithm,
          String.valueOf(answered.rows().size()),
          String.valueOf(invalid),
          "0",
          "",
          "",
          "");
    }
    long equal = ratios.stream().filter(ratio -> ratio <= 1 + SAME).count();
    return List.of(
        algorithm,
        String.valueOf(answered.rows().size()),
        String.valueOf(invalid),
        String.valueOf(equal),
        ratio(at(ratios, 0.5)),
        ratio(at(ratios, 0.95)),
        ratio(at(ratios, 1)));
  }

  private static List<Double> ratios(Table rows) {
    List<Double> ratios =
        new ArrayList<>(rows.where(row -> row.text("answer").equals("valid")).numbers("ratio"));
    Collections.sort(ratios);
    return ratios;
  }

  private static double at(List<Double> sorted, double part) {
    return sorted.get(Math.max(0, (int) Math.ceil(part * sorted.size()) - 1));
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** For each algorithm the part of the cases in which it takes at most so many times as long. */
  private static Chart chart(String objective, Table table) {
    Chart chart =
        new Chart(
                "Published algorithms against ours, " + objective,
                "times as long as ours",
                "cases at most so long (%)")
            .logX();
    table
        .by("algorithm")
        .forEach(
            (algorithm, rows) -> {
              List<Double> ratios = ratios(rows);
              int cases = rows.where(row -> !row.text("answer").equals("none")).rows().size();
              List<Double> times = new ArrayList<>();
              List<Double> part = new ArrayList<>();
              for (int percent = STEP; percent <= 100; percent += STEP) {
                int count = Math.max(1, percent * cases / 100);
                if (count <= ratios.size()) {
                  times.add(ratios.get(count - 1));
                  part.add((double) percent);
                }
              }
              if (!times.isEmpty()) {
                chart.line(algorithm, times, part);
              }
            });
    return chart;
  }
}
