package org.scalpel.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.OptimizationLevel;
import org.scalpel.engine.SampleInputs;
import org.scalpel.engine.Session;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * The figures of docs/cost.md and docs/decisions.md, measured. It runs on request, on a quiet
 * machine: SCALPEL_MEASURE names files below the models/ folder of SCALPEL_ZOO, by comma.
 */
class AccuracyTest {
  private static final int CUTS = 50;
  private static final int ROUNDS = 40;

  @Test
  void predictionsMeetMeasurements() {
    for (OnnxModel model : requested()) {
      Map<String, TensorData> inputs = SampleInputs.of(model, 1, Map.of());
      try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
        KernelGraph kernels = engine.kernels(model);
        PredictionError.Summary error =
            PredictionError.crossValidate(engine, kernels, inputs, ProfileOptions.DEFAULT, CUTS);
        System.out.printf(
            "| %s | %d | %.1f | %d | %.1f %% | %.1f %% |%n",
            name(model),
            kernels.kernels().size(),
            Stat.quantile(error.cuts().stream().map(PredictionError.Cut::measuredMs).toList(), 0.5),
            error.cuts().size(),
            100 * error.median(),
            100 * error.p95());
        assertThat(error.median()).as("median error of %s", name(model)).isLessThan(0.05);
        assertThat(error.p95()).as("p95 error of %s", name(model)).isLessThan(0.15);
      }
    }
  }

  @Test
  void levelsOfOptimisation() {
    for (OnnxModel model : requested()) {
      Map<String, TensorData> inputs = SampleInputs.of(model, 1, Map.of());
      EngineOptions options = EngineOptions.DEFAULT;
      try (Engine portable = new Engine(options.withLevel(OptimizationLevel.EXTENDED));
          Engine full = new Engine(options);
          Session slow = portable.open(model);
          Session fast = full.open(model)) {
        List<Double> slowMs = new ArrayList<>();
        List<Double> fastMs = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
          slowMs.add(time(slow, inputs));
          fastMs.add(time(fast, inputs));
        }
        System.out.printf(
            "| %s | %.1f | %.1f |%n",
            name(model), Stat.quantile(slowMs, 0.5), Stat.quantile(fastMs, 0.5));
        assertThat(Stat.quantile(fastMs, 0.5)).isPositive();
      }
    }
  }

  /** What a run takes after a pause, and after waiting actively: what idle time itself costs. */
  @Test
  void pausesBetweenRuns() {
    for (OnnxModel model : requested()) {
      Map<String, TensorData> inputs = SampleInputs.of(model, 1, Map.of());
      try (Engine engine = new Engine(EngineOptions.DEFAULT);
          Session session = engine.open(model);
          Session other = engine.open(model)) {
        Map<String, Runnable> before = new LinkedHashMap<>();
        before.put("another run", () -> {});
        before.put("5 ms of active waiting", () -> spin(5));
        before.put("a pause of 5 ms", () -> Bench.pause(5_000_000));
        before.put("a pause of 20 ms", () -> Bench.pause(20_000_000));
        before.put("a pause of 100 ms", () -> Bench.pause(100_000_000));
        before.put("a pause of 20 ms, 1 ms of active waiting", () -> pauseAndSpin(20, 1));
        before.put("a run of a second session", () -> time(other, inputs));
        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
          for (Map.Entry<String, Runnable> kind : before.entrySet()) {
            time(session, inputs);
            time(session, inputs);
            kind.getValue().run();
            times.computeIfAbsent(kind.getKey(), k -> new ArrayList<>()).add(time(session, inputs));
          }
        }
        times.forEach(
            (kind, ms) ->
                System.out.printf(
                    "| %s | %s | %.2f ms |%n", name(model), kind, Stat.quantile(ms, 0.5)));
        assertThat(times).hasSameSizeAs(before);
      }
    }
  }

  private static void pauseAndSpin(int pauseMs, int spinMs) {
    Bench.pause(pauseMs * 1_000_000L);
    spin(spinMs);
  }

  private static void spin(int ms) {
    long until = System.nanoTime() + ms * 1_000_000L;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  private static double time(Session session, Map<String, TensorData> inputs) {
    long start = System.nanoTime();
    session.recycle(session.run(inputs));
    return (System.nanoTime() - start) * 1e-6;
  }

  private static String name(OnnxModel model) {
    return String.valueOf(Path.of(model.label()).getFileName());
  }

  private static List<OnnxModel> requested() {
    String zoo = System.getenv("SCALPEL_ZOO");
    String names = System.getenv("SCALPEL_MEASURE");
    assumeTrue(
        zoo != null && names != null,
        "SKIPPED: set SCALPEL_ZOO and SCALPEL_MEASURE to measure how well predictions fit");
    List<OnnxModel> models = new ArrayList<>();
    if (zoo != null && names != null) {
      for (String name : names.split(",", -1)) {
        models.add(OnnxModel.read(Path.of(zoo, "models", name)));
      }
    }
    return models;
  }
}
