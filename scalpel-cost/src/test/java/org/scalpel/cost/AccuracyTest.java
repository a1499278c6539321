package org.scalpel.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
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
