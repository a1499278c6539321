package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.cost.Profile;
import org.scalpel.learn.Dataset;
import org.scalpel.learn.Feature;
import org.scalpel.learn.KernelFeatures;
import org.scalpel.learn.KernelSample;
import org.scalpel.learn.KernelType;
import org.scalpel.learn.Platform;
import org.scalpel.learn.Timing;

/** Predictors from data set to plan, on made-up measurements of matrix products. */
@SuppressWarnings("EnumOrdinal")
class PredictorVerbsTest {
  @TempDir private static Path folder = Path.of("");
  private static Path model = Path.of("");
  private static Path both = Path.of("");

  @BeforeAll
  static void trains() {
    model = TinyModel.write(folder.resolve("tiny.onnx"), 6, "");
    both = folder.resolve("both.json.gz");
    Cli trained =
        Cli.run(
            "predictor",
            "train",
            data("slow", 2),
            data("fast", 0.01),
            "-o",
            both,
            "--networks",
            "1",
            "--json",
            "-q");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.code()).isZero();
    assertThat(trained.json().get("platforms")).hasSize(2);
  }

  private static Path data(String name, double msPerKmac) {
    Random random = new Random(4);
    List<KernelSample> samples = new ArrayList<>();
    for (int k = 0; k < 120; k++) {
      double[] values = new double[KernelFeatures.names().size()];
      double inner = 4 + random.nextInt(60);
      double columns = 4 + random.nextInt(60);
      values[Feature.MATRIX_INNER.ordinal()] = inner;
      values[Feature.MATRIX_COLUMNS.ordinal()] = columns;
      values[Feature.MACS.ordinal()] = inner * columns;
      values[Feature.WEIGHT_BYTES.ordinal()] = 4 * inner * columns;
      double ms = msPerKmac * (0.05 + inner * columns / 1000);
      samples.add(
          new KernelSample(
              "net" + k % 6 + "/" + k,
              "net" + k % 6,
              KernelFeatures.of(KernelType.GEMM, values),
              new Timing(ms, 0, 9)));
    }
    Platform platform = new Platform(name, "made up", "none", 1, "all", Map.of());
    Path file = folder.resolve(name + ".jsonl.gz");
    new Dataset(platform, samples, List.of()).write(file);
    return file;
  }

  @Test
  void aPlanNeedsNoProfile() {
    Cli plan =
        Cli.run(
            "plan",
            model,
            "--predictor",
            "device=" + both + "#slow",
            "--predictor",
            "cloud=" + both + "#fast",
            "--network",
            "1000/1000/0",
            "--explain",
            "--json");
    assertThat(plan.err()).isEmpty();
    JsonNode explanation = plan.json().get("explanation");
    assertThat(explanation.toString())
        .contains("Times on device, cloud are predicted")
        .contains("uncertainty");
    assertThat(plan.json().get("partitions").get(0).get("valid").asBoolean()).isTrue();
  }

  @Test
  void measuredAndPredictedTiersMixInTheOrderOfTheCommandLine() {
    Path profile = folder.resolve("cloud.json");
    assertThat(Cli.run("profile", model, "-o", profile, "--budget-s", "0.2", "-q").code()).isZero();
    Cli plan =
        Cli.run(
            "plan",
            model,
            "--predictor",
            "device=" + both + "#slow",
            "--profile",
            "cloud=" + profile,
            "--network",
            "1000/1000/0",
            "--explain",
            "--json",
            "-q");
    assertThat(plan.err()).isEmpty();
    assertThat(plan.json().get("baselines_ms").fieldNames().next()).isEqualTo("device-only");
    assertThat(plan.json().get("explanation").toString()).contains("Times on device are predicted");
  }

  @Test
  void cautionMakesTheSlowTierSlower() {
    double mean = deviceOnly("0");
    assertThat(deviceOnly("2")).isGreaterThan(mean);
    assertThat(deviceOnly("-1")).isLessThan(mean);
  }

  private static double deviceOnly(String z) {
    return Cli.run(
            "plan",
            model,
            "--predictor",
            "device=" + both + "#slow,cloud=" + both + "#fast",
            "--network",
            "wifi",
            "--z",
            z,
            "--json",
            "-q")
        .json()
        .get("baselines_ms")
        .get("device-only")
        .asDouble();
  }

  @Test
  void aPredictedProfileIsAFile() {
    Path file = folder.resolve("predicted.json");
    Cli cli = Cli.run("profile", model, "--predict", both + "#fast", "-o", file);
    assertThat(cli.code()).isZero();
    assertThat(cli.out()).contains("predicted for fast").contains("whole model");
    Profile profile = Profile.read(file);
    assertThat(profile.measured().kernels())
        .allSatisfy(
            kernel -> {
              assertThat(kernel.medianMs()).isPositive();
              assertThat(kernel.spreadMs()).isPositive();
            });
    assertThat(Cli.run("plan", model, "--profile", "a=" + file + ",b=" + file, "-q").code())
        .isZero();
  }

  @Test
  void aNewPlatformIsFittedWithItsLearningCurve() {
    Path fitted = folder.resolve("board.json");
    Cli cli =
        Cli.run(
            "predictor",
            "train",
            "--from",
            both,
            "--samples",
            "20",
            data("board", 0.3),
            "-o",
            fitted,
            "--json",
            "-q");
    assertThat(cli.err()).isEmpty();
    JsonNode curve = cli.json().get("curve");
    assertThat(curve).hasSize(5);
    assertThat(curve.get(0).get("samples").asInt()).isZero();
    assertThat(curve.get(3).get("mape").asDouble())
        .isLessThan(0.5 * curve.get(0).get("mape").asDouble());
    assertThat(
            Cli.run("profile", model, "--predict", fitted, "-o", folder.resolve("p.json")).code())
        .isZero();
  }

  @Test
  void saysWhatIsWrongInOneLine() throws IOException {
    refused("expected one of slow, fast", "profile", model, "--predict", both, "-o", out());
    refused("no platform 'x'", "profile", model, "--predict", both + "#x", "-o", out());
    refused("neither --tier", "profile", model, "--predict", both, "--tier", "h:1", "-o", out());
    String device = "device=" + both + "#slow";
    refused("two tiers or more", "plan", model, "--predictor", device);
    refused("a profile and a predictor", "plan", model, "--predictor", device, "--profile", device);
    refused("finite", "plan", model, "--predictor", device, "--z", "NaN");
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\"schema\": 7}");
    refused("schema is 7", "plan", model, "--predictor", "a=" + broken + ",b=" + broken);
    refused("--samples", "predictor", "train", both, "--samples", "3", "-o", out());
    refused("line 1", "predictor", "train", both, "-o", out());
    refused("expected what to do", "predictor");
  }

  private static Path out() {
    return folder.resolve("out.json");
  }

  private static void refused(String because, Object... words) {
    Cli cli = Cli.run(words);
    assertThat(cli.code()).as("%s", List.of(words)).isEqualTo(2);
    assertThat(cli.err().strip()).contains(because).doesNotContain("\n");
  }
}
