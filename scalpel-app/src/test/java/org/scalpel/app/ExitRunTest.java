package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;

/** {@code run} with a plan of early exits: who left where, and what a dead link changes. */
@Timeout(60)
class ExitRunTest {
  @TempDir private Path folder;

  private Path model() {
    TensorFact three = TensorFact.of(ElementType.FLOAT32, 1, 3);
    OnnxModel plain =
        ModelBuilder.opset(17)
            .input("x", three)
            .initializer("twenty", TensorData.ofFloats(new float[] {20}, 1))
            .node("Mul", List.of("x", "twenty"), List.of("a"))
            .node("Softmax", List.of("a"), List.of("e1"))
            .node("Sin", List.of("a"), List.of("b"))
            .node("Softmax", List.of("b"), List.of("y"))
            .output("e1", three)
            .output("y", three)
            .build();
    Path file = folder.resolve("exits.onnx");
    OnnxModel declared =
        new EarlyExits(
                1,
                "probability",
                3,
                List.of(
                    new EarlyExits.Exit("early", "e1", "a", 1),
                    new EarlyExits.Exit("final", "y", "b", 1)))
            .declaredBy(plain);
    OnnxModel.of(declared.proto(), folder).write(file);
    return file;
  }

  /** What stands behind the exit is the edge's. */
  private Path plan(Path file) throws IOException {
    OnnxModel model = OnnxModel.read(file);
    ObjectNode plan = Json.object();
    plan.put("objective", "latency").put("algorithm", "mincut");
    plan.put("value_ms", 1).put("bound_ms", 1);
    ObjectNode partition = plan.putArray("partitions").addObject();
    partition.put("latency_ms", 1).put("period_ms", 1).put("makespan_ms", 1);
    ObjectNode assignment = partition.putObject("assignment");
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels = engine.kernels(model);
      int[] stages = EarlyExits.of(model).orElseThrow().stages(kernels);
      kernels
          .kernels()
          .forEach(k -> assignment.put(k.name(), stages[k.index()] == 0 ? "device" : "edge"));
    }
    ObjectNode exits = partition.putObject("exits");
    exits.putArray("names").add("early").add("final");
    exits.putArray("thresholds").add(0.9);
    exits.put("accuracy", 0.9).put("mean_ms", 1).put("p95_ms", 1);
    return Files.writeString(folder.resolve("plan.json"), Json.text(plan));
  }

  private Path input(String name, float first) throws IOException {
    return Files.write(
        folder.resolve(name), NpyFile.write(TensorData.ofFloats(new float[] {first, 0, 0}, 1, 3)));
  }

  @Test
  void theRatesOfTheExitsAndEveryAnswersExitAreTold() throws IOException {
    Path model = model();
    Path plan = plan(model);
    TierConfig config =
        TierConfig.builder("edge").listen("localhost:0").store(folder.resolve("store")).build();
    try (TierServer edge = TierServer.start(config)) {
      Object[] words = {
        "run",
        model,
        "--plan",
        plan,
        "--next",
        "grpc://" + edge.address(),
        "--deadline-ms",
        "20000",
        "--input",
        input("sure.npy", 1),
        input("unsure.npy", 0),
        "--repeat",
        "3",
        "-q"
      };
      Cli people = Cli.run(words);
      assertThat(people.code()).as(people.err()).isZero();
      Object[] more = java.util.Arrays.copyOf(words, words.length + 1);
      more[words.length] = "--json";
      Cli cli = Cli.run(more);
      assertThat(cli.code()).as(cli.err()).isZero();
      JsonNode exits = cli.json().get("exits");
      assertThat(exits).hasSize(2);
      assertThat(exits.get(0).get("name").asText()).isEqualTo("early");
      assertThat(exits.get(0).get("rate").asDouble()).isEqualTo(0.5);
      assertThat(exits.get(1).get("name").asText()).isEqualTo("final");
      assertThat(exits.get(1).get("requests").asInt()).isEqualTo(3);
      JsonNode answers = cli.json().get("answers");
      assertThat(answers).hasSize(6);
      assertThat(answers.get(0).get("exit").asText()).isEqualTo("early");
      assertThat(answers.get(0).get("reason").asText()).isEqualTo("sure");
      assertThat(answers.get(0).get("confidence").asDouble()).isGreaterThan(0.9);
      assertThat(answers.get(1).get("exit").asText()).isEqualTo("final");
      assertThat(answers.get(1).get("reason").asText()).isEqualTo("end");
    }
  }

  @Test
  void aTierThatIsNotThereLeavesTheAnswerOfTheExitHere() throws IOException {
    Path model = model();
    int dead;
    try (ServerSocket gone = new ServerSocket(0)) {
      dead = gone.getLocalPort();
    }
    Cli cli =
        Cli.run(
            "run",
            model,
            "--plan",
            plan(model),
            "--next",
            "grpc://localhost:" + dead,
            "--input",
            input("unsure.npy", 0),
            "--json",
            "-q");
    assertThat(cli.code()).as(cli.err()).isZero();
    JsonNode answer = cli.json().get("answers").get(0);
    assertThat(answer.get("exit").asText()).isEqualTo("early");
    assertThat(answer.get("reason").asText()).isEqualTo("lost");
    assertThat(answer.get("confidence").asDouble()).isBetween(0.3, 0.4);
    assertThat(cli.json().get("outputs")).hasSize(1);
    assertThat(cli.json().get("outputs").get(0).get("name").asText()).isEqualTo("e1");
  }
}
