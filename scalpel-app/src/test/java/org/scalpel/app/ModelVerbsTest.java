package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.TensorData;

class ModelVerbsTest {
  private static final String HOSTILE = "</script><img src=x onerror=alert(1)>&\"'";

  @TempDir private Path folder;

  @Test
  void inspectTellsKernelsTensorsAndPlacesToCut() {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 4, "");
    JsonNode json = Cli.run("inspect", model, "--json").json();
    assertThat(json.get("layers")).hasSize(8);
    assertThat(json.get("kernels").size()).isBetween(4, 8);
    assertThat(json.get("inputs").get(0).get("shape").toString()).isEqualTo("[1,8]");
    assertThat(json.get("tensors").get(0).get("producer").isNull()).isTrue();
    assertThat(json.get("tensors").get(0).get("bytes").asLong()).isEqualTo(32);
    assertThat(json.get("cut_vertices").size()).isEqualTo(json.get("kernels").size());
    assertThat(json.has("blocks")).isTrue();
  }

  @Test
  void namesOfAModelNeverBecomeMarkup() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 3, HOSTILE);
    Path page = folder.resolve("page.html");
    assertThat(Cli.run("inspect", model, "--html", page, "-q").code()).isZero();
    String html = Files.readString(page);
    assertThat(html).doesNotContain("<img").contains("\\u003cimg");
    assertThat(html.split("</script>", -1)).hasSize(3);
  }

  @Test
  void aModelIsProfiledPlannedAndSplit() {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 4, "");
    Path device = profile(model, "device", 50);
    Path cloud = profile(model, "cloud", 1);
    Path plan = folder.resolve("plan.json");
    Cli planned =
        Cli.run(
            "plan",
            model,
            "--profile",
            "device=" + device,
            "--profile",
            "cloud=" + cloud,
            "--network",
            "1000/1000/0",
            "--pin",
            "matmul0=device",
            "--pin",
            "tanh3=cloud",
            "-o",
            plan,
            "--json");
    assertThat(planned.err()).startsWith("wrote");
    assertThat(planned.code()).isZero();
    assertThat(planned.json().get("partitions").get(0).get("segments")).hasSize(2);
    Path segments = folder.resolve("segments");
    Cli split = Cli.run("split", model, "--plan", plan, "-o", segments, "--verify", "--json");
    assertThat(split.code()).isZero();
    assertThat(split.json().get("verify").get("agree").asBoolean()).isTrue();
    assertThat(segments.resolve("0-device.onnx")).exists();
    assertThat(segments.resolve("1-cloud.onnx")).exists();
    assertThat(Json.read(segments.resolve("manifest.json")).get("segments")).hasSize(2);
  }

  @Test
  void aPlanWithExitsHasSegmentsThatEndAtThem() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 4, "");
    Path device = profile(model, "device", 50);
    Path cloud = profile(model, "cloud", 1);
    StringBuilder reach = new StringBuilder();
    boolean behind = false;
    for (JsonNode kernel : Cli.run("inspect", model, "--json").json().get("kernels")) {
      String name = kernel.get("name").asText();
      if (behind) {
        reach.append(reach.isEmpty() ? "" : ",").append('"').append(name).append("\": 0.4");
      }
      behind |= name.equals("tanh1");
    }
    Path exits =
        Files.writeString(
            folder.resolve("exits.json"),
            """
            { "names": ["tanh1", "y"], "points": [
              {"thresholds": [0.9], "accuracy": 0.9, "reach": {%s}} ] }
            """
                .formatted(reach));
    Path plan = folder.resolve("plan.json");
    List<Object> words = new ArrayList<>(List.of("plan", model, "--exits", exits));
    words.addAll(List.of("--profile", "device=" + device, "--profile", "cloud=" + cloud));
    words.addAll(List.of("--network", "1000/1000/0", "--deadline-ms", 1000, "-o", plan));
    words.addAll(List.of("--pin", "tanh3=cloud", "--pin", "matmul0=device"));
    Cli cli = Cli.run(words.toArray());
    assertThat(cli.code()).as(cli.err()).isZero();
    JsonNode segments = Json.read(plan).get("partitions").get(0).get("segments");
    assertThat(segments.get(0).get("after_exit").isNull()).isTrue();
    JsonNode last = segments.get(segments.size() - 1);
    assertThat(last.get("after_exit").asText()).isEqualTo("tanh1");
    assertThat(last.get("tier").asText()).isEqualTo("cloud");
    Path parts = folder.resolve("parts");
    Cli split = Cli.run("split", model, "--plan", plan, "-o", parts, "--verify", "--json");
    assertThat(split.code()).as(split.err()).isZero();
  }

  @Test
  void aProfileOfAnotherModelIsRefusedByName() {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 4, "");
    Path other = TinyModel.write(folder.resolve("other.onnx"), 3, "");
    Path device = profile(other, "device", 1);
    Cli cli =
        Cli.run("plan", model, "--profile", "device=" + device, "--profile", "edge=" + device);
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("device.json");
    assertThat(cli.err().lines()).hasSize(1);
  }

  @Test
  void anAssignmentThatGoesBackOrNamesAMissingKernelIsRefused() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 2, "");
    JsonNode kernels = Cli.run("inspect", model, "--json").json().get("kernels");
    StringBuilder back = new StringBuilder("{");
    for (int i = 0; i < kernels.size(); i++) {
      back.append(i == 0 ? "" : ",")
          .append('"')
          .append(kernels.get(i).get("name").asText())
          .append("\": \"")
          .append(i == 0 ? "edge" : "device")
          .append('"');
    }
    Path backward = Files.writeString(folder.resolve("back.json"), back + "}");
    Path missing = Files.writeString(folder.resolve("missing.json"), "{\"nothing\": \"device\"}");
    for (Path file : List.of(backward, missing)) {
      Path out = folder.resolve("out");
      Cli cli = Cli.run("split", model, "--assignment", file, "-o", out);
      assertThat(cli.code()).as(cli.err()).isEqualTo(2);
      assertThat(cli.err().lines()).hasSize(1);
      assertThat(out).doesNotExist();
      if (file.equals(backward)) {
        assertThat(cli.err())
            .contains(
                "back.json: tensor ", "would travel backward from edge (kernel ", "to device");
      }
    }
  }

  @Test
  void aMisspeltTierIsRefusedAndAnOrderOfItsOwnIsTaken() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 1, "");
    JsonNode kernels = Cli.run("inspect", model, "--json").json().get("kernels");
    String first = kernels.get(0).get("name").asText();
    String last = kernels.get(kernels.size() - 1).get("name").asText();
    assertThat(kernels).hasSize(2);
    String json = "{\"%s\": \"%s\", \"%s\": \"%s\"}";
    Path slip =
        Files.writeString(
            folder.resolve("slip.json"), json.formatted(first, "devcie", last, "edge"));
    Path own =
        Files.writeString(folder.resolve("own.json"), json.formatted(first, "phone", last, "rack"));
    Path out = folder.resolve("out");
    Cli refused = Cli.run("split", model, "--assignment", slip, "-o", out);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("slip.json", "devcie", "--tiers");
    assertThat(out).doesNotExist();
    assertThat(Cli.run("split", model, "--assignment", own, "-o", out).code()).isZero();
    assertThat(out.resolve("0-phone.onnx")).exists();
  }

  @Test
  void weightsCountAsMemoryAndTwoTiersNeedNoNetworkNamed() {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 4, "");
    Path device = profile(model, "device", 1);
    Object[] words = {
      "plan",
      model,
      "--profile",
      "device=" + device,
      "--profile",
      "cloud=" + device,
      "--json",
      "--max-memory-mib",
      "device=1"
    };
    assertThat(Cli.run(words).json().get("algorithm").asText()).isNotBlank();
    assertThat(Cli.run(words).json().get("partitions").get(0).get("assignment").toString())
        .doesNotContain("cloud");
    words[words.length - 1] = "device=0.0001";
    assertThat(Cli.run(words).json().get("partitions").get(0).get("assignment").toString())
        .contains("cloud");
  }

  @Test
  void aPlanOfAModelWithOtherWeightsIsRefused() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 4, "");
    Path device = profile(model, "device", 1);
    Path plan = folder.resolve("plan.json");
    Cli planned =
        Cli.run(
            "plan",
            model,
            "--profile",
            "device=" + device,
            "--profile",
            "cloud=" + device,
            "-o",
            plan);
    assertThat(planned.code()).isZero();
    String document = Files.readString(plan);
    String digest = Json.read(plan).get("model_sha256").asText();
    Files.writeString(plan, document.replace(digest, "0".repeat(64)));
    Cli split = Cli.run("split", model, "--plan", plan, "-o", folder.resolve("out"));
    assertThat(split.code()).isEqualTo(2);
    assertThat(split.err()).contains("plan.json", "SHA-256 0000", digest);
  }

  @Test
  void aProfileThatCannotBeWrittenIsRefusedBeforeAnythingIsMeasured() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 1, "");
    Path file = Files.writeString(folder.resolve("file"), "");
    for (List<Object> wrong :
        List.<List<Object>>of(
            List.of("-o", file.resolve("below.json")),
            List.of("-o", folder.resolve("p.json"), "--slowdown", 0),
            List.of("-o", folder.resolve("p.json"), "--budget-s", -1))) {
      List<Object> words = new ArrayList<>(List.of("profile", model));
      words.addAll(wrong);
      Cli cli = Cli.run(words.toArray());
      assertThat(cli.code()).isEqualTo(2);
      assertThat(cli.err().lines()).as("%s", wrong).hasSize(1);
    }
    assertThat(folder.resolve("p.json")).doesNotExist();
  }

  @Test
  void arraysOfNumPyAreReadAndBrokenOnesRefused() throws IOException {
    TensorData tensor = TensorData.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Path file = Files.write(folder.resolve("a.npy"), NpyFile.write(tensor));
    TensorData read = NpyFile.read(file);
    assertThat(read.fact()).isEqualTo(tensor.fact());
    assertThat(read.floats()).containsExactly(1, 2, 3, 4, 5, 6);
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {0, 5, 9, 40, bytes.length - 1}) {
      Path cut = Files.write(folder.resolve("cut.npy"), java.util.Arrays.copyOf(bytes, length));
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> NpyFile.read(cut))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("cut.npy");
    }
  }

  private Path profile(Path model, String name, int slowdown) {
    Path file = folder.resolve(name + ".json");
    Cli cli =
        Cli.run("profile", model, "-o", file, "--budget-s", "0.3", "--slowdown", slowdown, "-q");
    assertThat(cli.err()).isEmpty();
    assertThat(cli.code()).isZero();
    return file;
  }
}
