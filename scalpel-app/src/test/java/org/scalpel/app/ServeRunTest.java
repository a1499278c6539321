package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;

@Timeout(60)
class ServeRunTest {
  @TempDir private Path folder;

  @Test
  void withoutTiersEverythingRunsHere() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 3, "");
    Cli cli = Cli.run("run", model, "--input", input(), "--json", "-q");
    assertThat(cli.code()).as(cli.err()).isZero();
    JsonNode json = cli.json();
    assertThat(json.get("answered").asInt()).isEqualTo(1);
    assertThat(json.get("outputs").get(0).get("name").asText()).isEqualTo("y");
    assertThat(json.get("outputs").get(0).get("data")).hasSize(8);
  }

  @Test
  void severalInputsFollowOneOptionAndAModelMayComeLast() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 3, "");
    Cli three = Cli.run("run", model, "--input", input(), input(), input(), "--json", "-q");
    assertThat(three.code()).as(three.err()).isZero();
    assertThat(three.json().get("answered").asInt()).isEqualTo(3);
    Cli last = Cli.run("run", "--json", "-q", "--input", input(), input(), model);
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(last.json().get("answered").asInt()).isEqualTo(2);
  }

  @Test
  void anInputOfAnotherTypeOrShapeIsNamed() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 3, "");
    Path doubles =
        Files.write(
            folder.resolve("doubles.npy"),
            NpyFile.write(
                TensorData.ofBytes(TensorFact.of(ElementType.FLOAT64, 1, 8), new byte[64])));
    Path short7 =
        Files.write(
            folder.resolve("seven.npy"), NpyFile.write(TensorData.ofFloats(new float[7], 1, 7)));
    for (Path file : List.of(doubles, short7)) {
      Cli cli = Cli.run("run", model, "--input", file, "-q");
      assertThat(cli.code()).as(cli.err()).isEqualTo(2);
      assertThat(cli.err()).contains(file + ": is ", "expected float32[1,8]");
      assertThat(cli.err().lines()).hasSize(1);
    }
  }

  @Test
  void aSplitRunAnswersAsTheWholeOneAndStatusShowsThePlan() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 3, "");
    JsonNode whole = Cli.run("run", model, "--input", input(), "--json", "-q").json();
    TierConfig config =
        TierConfig.builder("cloud").listen("localhost:0").store(folder.resolve("store")).build();
    try (TierServer cloud = TierServer.start(config)) {
      String url = "grpc://" + cloud.address();
      Path profile = folder.resolve("cloud.json");
      Cli profiled =
          Cli.run("profile", model, "--tier", url, "-o", profile, "--budget-s", "0.3", "-q");
      assertThat(profiled.code()).as(profiled.err()).isZero();
      Path plan = folder.resolve("plan.json");
      Cli planned =
          Cli.run(
              "plan",
              model,
              "--profile",
              "device=" + profile + ",cloud=" + profile,
              "--network",
              "1000/1000/0",
              "--pin",
              "matmul0=device,tanh2=cloud",
              "-o",
              plan,
              "-q");
      assertThat(planned.code()).as(planned.err()).isZero();
      Cli split =
          Cli.run(
              "run",
              model,
              "--plan",
              plan,
              "--next",
              url,
              "--input",
              input(),
              "--repeat",
              "20",
              "--in-flight",
              "4",
              "--save",
              folder.resolve("outputs.json"),
              "--json",
              "-q");
      assertThat(split.code()).as(split.err()).isZero();
      assertThat(split.json().get("answered").asInt()).isEqualTo(20);
      JsonNode outputs = Json.read(folder.resolve("outputs.json"));
      assertThat(outputs).hasSize(20);
      for (JsonNode one : outputs) {
        for (int i = 0; i < 8; i++) {
          assertThat(one.get(0).get("data").get(i).asDouble())
              .isCloseTo(
                  whole.get("outputs").get(0).get("data").get(i).asDouble(),
                  org.assertj.core.api.Assertions.within(1e-5));
        }
      }
      Cli status = Cli.run("status", url, "--json");
      assertThat(status.json().get("tier").asText()).isEqualTo("cloud");
    }
  }

  @Test
  void aDeploymentFileNamesModelTiersAndNetwork() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 3, "");
    JsonNode whole = Cli.run("run", model, "--input", input(), "--json", "-q").json();
    TierConfig config =
        TierConfig.builder("cloud").listen("localhost:0").store(folder.resolve("store")).build();
    try (TierServer cloud = TierServer.start(config)) {
      Path profile = folder.resolve("p.json");
      assertThat(Cli.run("profile", model, "-o", profile, "--budget-s", "0.3", "-q").code())
          .isZero();
      Path file =
          Files.writeString(
              folder.resolve("scalpel.yaml"),
              """
              schema: 1
              model: tiny.onnx
              tiers:
                - { name: device, profile: p.json, slowdown: 50 }
                - { name: cloud, url: "%s", profile: p.json }
              network: [1000/1000/0]
              """
                  .formatted(cloud.address()));
      Cli run = Cli.run("run", "--config", file, "--input", input(), "--json", "-q");
      assertThat(run.code()).as(run.err()).isZero();
      JsonNode data = run.json().get("outputs").get(0).get("data");
      for (int i = 0; i < 8; i++) {
        assertThat(data.get(i).asDouble())
            .isCloseTo(
                whole.get("outputs").get(0).get("data").get(i).asDouble(),
                org.assertj.core.api.Assertions.within(1e-5));
      }
      Cli both =
          Cli.run("run", "--config", file, "--next", cloud.address(), "--input", input(), "-q");
      assertThat(both.code()).isEqualTo(2);
      assertThat(both.err()).contains("names the tiers");
    }
  }

  @Test
  void aTierThatIsDownEndsWithCodeFour() {
    Cli cli = Cli.run("status", "grpc://127.0.0.1:1");
    assertThat(cli.code()).as(cli.err()).isEqualTo(4);
    assertThat(cli.err().lines()).hasSize(1);
  }

  @Test
  void anOccupiedPortAndAnOpenListenerAreRefused() {
    TierConfig config =
        TierConfig.builder("a").listen("localhost:0").store(folder.resolve("store")).build();
    try (TierServer first = TierServer.start(config)) {
      Cli taken = Cli.run("serve", "--tier", "b", "--listen", first.address());
      assertThat(taken.code()).as(taken.err()).isEqualTo(2);
      assertThat(taken.err().lines()).hasSize(1);
    }
    Cli open = Cli.run("serve", "--tier", "b", "--listen", "0.0.0.0:0");
    assertThat(open.code()).as(open.err()).isEqualTo(2);
    assertThat(open.err()).contains("insecure");
  }

  private Path input() throws IOException {
    TensorData tensor = TensorData.ofFloats(new float[] {1, -1, 0.5f, 2, -2, 0, 3, 0.25f}, 1, 8);
    return Files.write(folder.resolve("x.npy"), NpyFile.write(tensor));
  }
}
