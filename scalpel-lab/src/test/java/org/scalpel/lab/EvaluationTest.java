package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.app.VerbProvider;
import org.scalpel.learn.Dataset;
import org.scalpel.learn.Feature;
import org.scalpel.learn.KernelFeatures;
import org.scalpel.learn.KernelSample;
import org.scalpel.learn.KernelType;
import org.scalpel.learn.ModelSample;
import org.scalpel.learn.Platform;
import org.scalpel.learn.Timing;
import org.scalpel.learn.TrainOptions;
import org.scalpel.nn.Training;

@SuppressWarnings("EnumOrdinal")
class EvaluationTest {
  @TempDir private Path folder;

  @Test
  void everyPredictorIsAskedForEveryArchitectureThatItHasNotSeen() throws Exception {
    List<Dataset> data = List.of(data("one", 1), data("two", 5));
    Training quick = new Training(List.of(16), 30, 10, 16, 5e-3, 1e-3, 0.5);
    Evaluation evaluation =
        new Evaluation(
            new Evaluation.Order(
                data, 3, 1, new Evaluation.Against(true, true), new TrainOptions(2, quick, 1)),
            (done, all) -> {});
    evaluation.run();
    EvaluationReport report = new EvaluationReport(data, evaluation, Regret.of(List.of()));
    // Eleven baselines, the roofline, the networks together, alone, and on a new platform.
    assertThat(report.rows()).hasSize(2 * 15);
    for (EvaluationReport.Row row : report.rows()) {
      if (!row.key().predictor().equals(Evaluation.NEW_PLATFORM)) {
        assertThat(row.kernels().kernels()).isEqualTo(data.get(0).measured().size());
        assertThat(row.modelMape()).isPresent();
      }
      assertThat(row.regret()).isEmpty();
    }
    assertThat(error(report, "networks")).isLessThan(error(report, "linear"));
    assertThat(evaluation.curves()).hasSize(2 * 5);
    assertThat(report.json().at("/platforms/one/networks/within10").asDouble()).isPositive();
    assertThat(report.json().at("/reduction_of_four/two").isNumber()).isTrue();
    RunRecord.Asked asked = new RunRecord.Asked("a test", false, 1);
    report.write(folder, RunRecord.untilNow(asked, Instant.now(), 0));
    assertThat(Files.readString(folder.resolve("results.md"))).contains("boosted trees (log)");
    assertThat(folder.resolve("scatter-one.svg")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve(RunRecord.FILE)))
        .contains("\"start\"", "\"cores\"", "end-edge-cloud.prediction");
  }

  @Test
  void theCommandLineFindsItBelowPredictor() {
    assertThat(ServiceLoader.load(VerbProvider.class))
        .anySatisfy(
            provider ->
                assertThat(provider.verbs())
                    .anySatisfy(entry -> assertThat(entry.name()).isEqualTo("predictor evaluate")));
  }

  private static double error(EvaluationReport report, String predictor) {
    return report.rows().stream()
        .filter(row -> row.key().equals(new Evaluation.Key("one", predictor)))
        .findFirst()
        .orElseThrow()
        .kernels()
        .mape();
  }

  private static Dataset data(String name, double slow) {
    Random random = new Random(7);
    List<KernelSample> samples = new ArrayList<>();
    List<ModelSample> models = new ArrayList<>();
    for (int a = 0; a < 6; a++) {
      List<KernelSample> own = new ArrayList<>();
      for (int k = 0; k < 25; k++) {
        own.add(kernel("net" + a, k, slow, random));
      }
      samples.addAll(own.subList(5, 25));
      double sum = own.subList(0, 5).stream().mapToDouble(KernelSample::ms).sum();
      models.add(
          new ModelSample("m" + a, "net" + a, own.subList(0, 5), new Timing(0.02 + sum, 0, 9)));
    }
    Platform platform = new Platform(name, "made up", "none", 1, "all", Map.of());
    return new Dataset(platform, samples, models);
  }

  private static KernelSample kernel(String net, int k, double slow, Random random) {
    double[] values = new double[KernelFeatures.names().size()];
    double inner = Math.rint(Math.exp(1 + 5 * random.nextDouble()));
    double columns = Math.rint(Math.exp(1 + 5 * random.nextDouble()));
    values[Feature.MATRIX_INNER.ordinal()] = inner;
    values[Feature.MATRIX_COLUMNS.ordinal()] = columns;
    values[Feature.MACS.ordinal()] = inner * columns;
    double ms = slow * (0.003 + Math.pow(inner * columns, 0.8) / 1e4) * (1 + 8 / inner);
    return new KernelSample(
        net + "/" + k, net, KernelFeatures.of(KernelType.GEMM, values), new Timing(ms, 0, 9));
  }
}
