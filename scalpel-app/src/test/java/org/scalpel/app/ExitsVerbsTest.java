package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.cost.Pictures;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** The verbs from a pretrained classifier to a plan with exits. */
@Timeout(120)
class ExitsVerbsTest {
  @TempDir private static Path shared;
  private static Path model = Path.of("");
  private static Path recipe = Path.of("");
  private static Path train = Path.of("");
  private static Path test = Path.of("");
  private static Path exited = Path.of("");
  private static Path points = Path.of("");
  private static JsonNode attached = Json.object();
  private static JsonNode calibrated = Json.object();

  @TempDir private Path folder;

  @BeforeAll
  static void once() throws IOException {
    model = TinyClassifier.write(shared.resolve("tiny.onnx"));
    recipe = Files.writeString(shared.resolve("recipe.yaml"), TinyClassifier.RECIPE);
    train = TinyClassifier.pictures(shared.resolve("train"), 75, 1);
    test = TinyClassifier.pictures(shared.resolve("test"), 100, 2);
    exited = shared.resolve("exits.onnx");
    points = shared.resolve("exits.json");
    Cli attach = attach(train, exited, "--exits", "2", "--json");
    assertThat(attach.code()).as(attach.err()).isZero();
    attached = attach.json();
    Cli calibrate =
        Cli.run(
            "exits", "calibrate", exited, "--data", test, "--part", "1/2", "-o", points, "--json");
    assertThat(calibrate.code()).as(calibrate.err()).isZero();
    calibrated = calibrate.json();
  }

  private static Cli attach(Path data, Path output, Object... more) {
    return attach(model, data, output, more);
  }

  private static Cli attach(Path which, Path data, Path output, Object... more) {
    List<Object> words = new ArrayList<>(List.of("exits", "attach", which, "--recipe", recipe));
    words.addAll(List.of("--data", data, "-o", output));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  @Test
  void theModelWithExitsAnswersAsBeforeAndMore() {
    OnnxModel before = Recipe.read(recipe, OnnxModel.read(model)).apply(OnnxModel.read(model));
    OnnxModel after = OnnxModel.read(exited);
    assertThat(after.outputs().stream().map(OnnxModel.Value::name))
        .containsExactly("logits", "exit1", "exit2", "final");
    EarlyExits exits = EarlyExits.of(after).orElseThrow();
    assertThat(exits.names()).containsExactly("exit1", "exit2", "final");
    assertThat(exits.classes()).isEqualTo(4);
    Map<String, TensorData> input =
        Map.of("x_uint8", Pictures.tensor(TinyClassifier.picture(1, new Random(9))));
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Session plain = engine.open(before);
        Session early = engine.open(after)) {
      Map<String, TensorData> found = early.run(input);
      assertThat(floats(found, "logits")).containsExactly(floats(plain.run(input), "logits"));
      for (String exit : exits.names()) {
        float sum = 0;
        for (float p : floats(found, exit)) {
          sum += p;
        }
        assertThat(sum).as(exit).isCloseTo(1, within(1e-5f));
      }
    }
  }

  private static float[] floats(Map<String, TensorData> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name)).floats();
  }

  @Test
  void headsLearnAndTellWhatTheyAreWorth() {
    assertThat(attached.get("samples").asInt()).isEqualTo(300);
    assertThat(attached.get("labelled").asBoolean()).isTrue();
    assertThat(attached.get("exits")).hasSize(3);
    for (JsonNode exit : attached.get("exits")) {
      assertThat(exit.get("accuracy").asDouble()).as("guessing: 0.25").isGreaterThan(0.35);
      assertThat(exit.get("accuracy_interval").get(0).asDouble())
          .isLessThan(exit.get("accuracy").asDouble());
      assertThat(exit.get("temperature").asDouble()).isPositive();
    }
    assertThat(attached.get("exits").get(2).get("agreement").asDouble()).isEqualTo(1);
    assertThat(exited.resolveSibling("exits.onnx.part")).doesNotExist();
  }

  @Test
  void theSameSeedGivesTheSameModelAndFeaturesThatAreThereAreUsed() throws IOException {
    Path again = folder.resolve("again.onnx");
    assertThat(attach(train, again, "--exits", "2").code()).isZero();
    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(exited));
    Path part =
        Files.writeString(folder.resolve("other.onnx.part"), "of something else\n".repeat(99));
    Cli refused = attach(train, folder.resolve("other.onnx"), "--exits", "2");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("other.onnx.part", "Maybe remove it");
    assertThat(part).exists();
  }

  @Test
  void pointsTradeAccuracyForOperations() {
    JsonNode all = calibrated.get("points");
    assertThat(all.size()).isGreaterThanOrEqualTo(3);
    double cheapest = 2;
    for (JsonNode point : all) {
      double sum = 0;
      for (JsonNode rate : point.get("rates")) {
        sum += rate.asDouble();
      }
      assertThat(sum).isCloseTo(1, within(1e-9));
      cheapest = Math.min(cheapest, point.get("expected_macs_fraction").asDouble());
    }
    assertThat(cheapest).isLessThan(0.6);
    assertThat(shared.resolve("exits.samples.jsonl.gz")).exists();
    JsonNode file = Json.read(points);
    assertThat(file.get("confidence").asText()).isEqualTo("probability");
    assertThat(file.get("names").toString()).isEqualTo("[\"exit1\",\"exit2\",\"final\"]");
  }

  @Test
  void keptConfidencesAreCalibratedAgainByAnotherMeasure() throws IOException {
    Path kept = shared.resolve("exits.samples.jsonl.gz");
    Path other = folder.resolve("entropy.json");
    Cli cli =
        Cli.run(
            "exits", "calibrate", exited, "--kept", kept, "--confidence", "entropy", "-o", other);
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(Json.read(other).get("confidence").asText()).isEqualTo("entropy");
    Cli plain = Cli.run("exits", "calibrate", model, "--kept", kept, "-o", other);
    assertThat(plain.code()).isEqualTo(2);
    assertThat(plain.err()).contains("tiny.onnx: has no exits");
  }

  @Test
  void evaluationTellsExitsAndTheWhole() {
    Cli cli =
        Cli.run(
            "exits",
            "evaluate",
            exited,
            "--exits",
            points,
            "--data",
            test,
            "--part",
            "2/2",
            "--json");
    assertThat(cli.code()).as(cli.err()).isZero();
    JsonNode json = cli.json();
    assertThat(json.get("samples").asInt()).isEqualTo(200);
    double right = 0;
    double rates = 0;
    double macs = 0;
    for (JsonNode exit : json.get("exits")) {
      double rate = exit.get("rate").asDouble();
      rates += rate;
      macs += rate * exit.get("macs_fraction").asDouble();
      right += rate * exit.get("accuracy_leaving").asDouble(0);
      assertThat(exit.get("agreement").asDouble()).isBetween(0.4, 1.0);
      assertThat(exit.get("accuracy").asDouble()).isBetween(0.4, 1.0);
    }
    assertThat(rates).isCloseTo(1, within(1e-9));
    assertThat(json.get("accuracy").asDouble()).isCloseTo(right, within(1e-9));
    assertThat(json.get("expected_macs_fraction").asDouble()).isCloseTo(macs, within(1e-9));
    assertThat(json.get("accuracy_interval").get(1).asDouble())
        .isGreaterThan(json.get("accuracy").asDouble());
    Cli closed =
        Cli.run("exits", "evaluate", exited, "--thresholds", "2,2", "--data", test, "--json");
    assertThat(closed.json().get("agreement").asDouble()).isEqualTo(1);
    Cli never =
        Cli.run("exits", "evaluate", exited, "--thresholds", "0,0", "--data", test, "--json");
    assertThat(never.err()).contains("exit2 never fires");
  }

  @Test
  void thePlannerTakesThePointsAsTheyAre() {
    Path device = profile("device", 200);
    Path cloud = profile("cloud", 1);
    JsonNode floor = plan(device, cloud, "--min-accuracy", "0.5").json();
    JsonNode exits = floor.get("partitions").get(0).get("exits");
    assertThat(exits.get("names").toString()).isEqualTo("[\"exit1\",\"exit2\",\"final\"]");
    assertThat(exits.get("confidence").asText()).isEqualTo("probability");
    assertThat(exits.get("thresholds")).hasSize(2);
    double fastest = exits.get("mean_ms").asDouble();
    Cli late = plan(device, cloud, "--deadline-ms", String.valueOf(fastest / 100));
    assertThat(late.code()).isEqualTo(3);
    JsonNode patient = plan(device, cloud, "--deadline-ms", "100000").json();
    double best = patient.get("partitions").get(0).get("exits").get("accuracy").asDouble();
    assertThat(best).isGreaterThanOrEqualTo(exits.get("accuracy").asDouble());
    JsonNode segments = patient.get("partitions").get(0).get("segments");
    assertThat(segments.get(0).get("after_exit").isNull()).isTrue();
    assertThat(segments.get(segments.size() - 1).get("after_exit").asText()).isEqualTo("exit2");
  }

  private static Cli plan(Path device, Path cloud, String option, String value) {
    return Cli.run(
        "plan",
        exited,
        "--exits",
        points,
        "--profile",
        "device=" + device,
        "--profile",
        "cloud=" + cloud,
        "--network",
        "100/100/1",
        option,
        value,
        "--json");
  }

  private Path profile(String tier, int slowdown) {
    Path file = folder.resolve(tier + ".json");
    Cli cli =
        Cli.run("profile", exited, "-o", file, "--budget-s", "0.3", "--slowdown", slowdown, "-q");
    assertThat(cli.code()).as(cli.err()).isZero();
    return file;
  }

  @Test
  void withoutLabelsTheModelTeaches() throws IOException {
    Path flat = Files.createDirectories(folder.resolve("flat"));
    Random random = new Random(3);
    for (int i = 0; i < 150; i++) {
      Files.write(
          flat.resolve(i + ".png"),
          org.scalpel.codec.ImageCodec.encodePng(TinyClassifier.picture(i % 4, random)));
    }
    Path output = folder.resolve("distilled.onnx");
    Cli cli = attach(flat, output, "--exits", "1", "--grid", "2", "--json");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.json().get("labelled").asBoolean()).isFalse();
    JsonNode exit = cli.json().get("exits").get(0);
    assertThat(exit.get("features").asInt()).isEqualTo(8 * 4);
    assertThat(exit.get("agreement").asDouble()).isGreaterThan(0.5);
  }

  @Test
  void aModelThatHoldsItsRecipeTakesPicturesWithoutOne() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    Path picture = train.resolve("red/0.png");
    Cli run = Cli.run("run", exited, "--input", picture, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    Path profile = folder.resolve("profile.json");
    Cli measured =
        Cli.run("profile", exited, "--input", picture, "--budget-s", "1", "-o", profile, "--json");
    assertThat(measured.code()).as(measured.err()).isZero();
    assertThat(measured.out()).contains("\"png\"", "\"jpeg\"");
    Cli none = Cli.run("profile", exited, "--input", folder.resolve("empty"), "-o", profile);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("--input: expected at least one file");
  }

  @Test
  void brokenPicturesAreSkippedCountedAndNamed() throws IOException {
    Path data = TinyClassifier.pictures(folder.resolve("data"), 40, 4);
    Files.writeString(data.resolve("red/0.png"), "no picture");
    Files.write(data.resolve("checker/1.png"), new byte[0]);
    Cli cli = attach(data, folder.resolve("out.onnx"), "--json");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.err()).contains("2 broken pictures were skipped").contains("red/0.png");
    assertThat(cli.json().get("skipped").get("broken")).hasSize(2);
    assertThat(cli.json().get("samples").asInt()).isEqualTo(158);
  }

  @Test
  void dataThatCannotTeachIsRefusedWithWhatIsNeeded() throws IOException {
    Path few = TinyClassifier.pictures(folder.resolve("few"), 10, 4);
    refused(attach(few, out()), "expected at least 100");
    Path one = Files.createDirectories(folder.resolve("one"));
    Files.createDirectories(one.resolve("red"));
    Files.write(
        one.resolve("red/a.png"),
        org.scalpel.codec.ImageCodec.encodePng(TinyClassifier.picture(0, new Random(1))));
    refused(attach(one, out()), "all 1 pictures are of one class, 'red'");
    Path three = TinyClassifier.pictures(folder.resolve("three"), 40, 4);
    Files.move(three.resolve("red"), folder.resolve("gone"));
    refused(attach(three, out()), "labels do not match the model: 3 classes", "--classes FILE");
    Path names = Files.write(folder.resolve("names"), TinyClassifier.CLASSES);
    Cli named = attach(three, out(), "--classes", names);
    assertThat(named.code()).as(named.err()).isZero();
    assertThat(named.err()).contains("warning: one class has fewer than 5 pictures: ", " (0);");
    Path wrong =
        Files.write(folder.resolve("wrong"), List.of("green", "checker", "stripes", "red"));
    Path output = out();
    refused(attach(train, output, "--classes", wrong), "labels do not match", "guessing");
    assertThat(output.resolveSibling(output.getFileName() + ".part")).exists();
    assertThat(attach(train, output).code()).as("features are kept for other labels").isZero();
    refused(attach(folder.resolve("nothing"), out()), "no such file or folder");
    assertThat(Cli.run("exits").code()).isEqualTo(2);
  }

  private Path out() {
    return folder.resolve("out" + System.nanoTime() + ".onnx");
  }

  private static void refused(Cli cli, String... parts) {
    assertThat(cli.code()).as(cli.err()).isEqualTo(2);
    assertThat(cli.err()).contains(parts);
    assertThat(cli.err().lines().filter(line -> !line.startsWith("attaching"))).hasSize(1);
  }

  @Test
  void modelsThatAreNoClassifiersAreRefused() throws IOException {
    Path picture = written("picture.onnx", Optional.empty());
    refused(attach(picture, train, out()), "is not a classifier", "'y' is float32");
    Cli bare = Cli.run("exits", "attach", model, "--data", train, "-o", out());
    refused(bare, "expected uint8 [N,H,W,3]", "--recipe FILE");
    refused(attach(train, out(), "--answer", "other"), "no output 'other'");
    refused(
        Cli.run("exits", "attach", exited, "--answer", "logits", "--data", train, "-o", out()),
        "has exits already");
    refused(attach(train, out(), "--after", "conv9"), "no kernel or node of that name");
  }

  @Test
  void featuresThatAreNoNumbersAreCountedAndRefused() throws IOException {
    Path nan = written("nan.onnx", Optional.of("Log"));
    Path out = out();
    refused(attach(nan, train, out), "0 usable pictures", "NaN or infinity");
    assertThat(out.resolveSibling(out.getFileName() + ".part")).doesNotExist();
  }

  /** A model that answers with a picture, or with logarithms of negative numbers. */
  private Path written(String name, Optional<String> op) throws IOException {
    ModelBuilder builder =
        ModelBuilder.opset(13)
            .input("x", TensorFact.of(ElementType.FLOAT32, 1, 3, 12, 12))
            .node("Neg", List.of("x"), List.of("a"));
    if (op.isEmpty()) {
      builder.node("Tanh", List.of("a"), List.of("y")).output("y");
    } else {
      float[] weights = new float[12];
      weights[0] = 1;
      builder
          .initializer("w", TensorData.ofFloats(weights, 4, 3, 1, 1))
          .node("Conv", List.of("a", "w"), List.of("c"))
          .node(op.get(), List.of("c"), List.of("l"))
          .node("Tanh", List.of("l"), List.of("t"))
          .node("Conv", List.of("t", "v"), List.of("d"))
          .initializer("v", TensorData.ofFloats(new float[16], 4, 4, 1, 1))
          .node("GlobalAveragePool", List.of("d"), List.of("p"))
          .node("Flatten", List.of("p"), List.of("y"))
          .output("y");
    }
    Path file = folder.resolve(name);
    builder.build().write(file);
    return file;
  }
}
