package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;

/** The keys of every JSON document: programs rely on them, so that a change must be meant. */
@Timeout(60)
class DocumentsTest {
  @TempDir private Path folder;

  @Test
  void plan() throws IOException {
    JsonNode plan =
        Cli.run("plan", "--problem", Examples.problem(folder), "--top", "1", "--explain", "--json")
            .json();
    keys(plan, "objective algorithm value_ms bound_ms gap solve_ms partitions baselines_ms");
    keys(plan, "alternatives explanation");
    JsonNode partition = plan.get("partitions").get(0);
    keys(partition, "share latency_ms period_ms makespan_ms stages_ms assignment valid");
    assertThat(names(partition.get("stages_ms")))
        .containsExactly(
            "device",
            "device->edge",
            "edge",
            "edge->device",
            "edge->cloud",
            "cloud",
            "cloud->edge",
            "rtt");
    assertThat(names(plan.get("baselines_ms")))
        .contains("device-only", "edge-only", "cloud-only", "neurosurgeon");
  }

  @Test
  void planTable() throws IOException {
    JsonNode table =
        Cli.run(
                "plan",
                "--problem",
                Examples.problem(folder),
                "--table",
                "--link",
                "device->edge",
                "--json")
            .json();
    JsonNode piece = table.get("pieces").get(0);
    keys(piece, "up_mbps partition");
    assertThat(piece.get("up_mbps")).hasSize(2);
    keys(piece.get("partition"), "latency_ms stages_ms assignment valid");
  }

  @Test
  void inspect() {
    JsonNode json = Cli.run("inspect", model(), "--json").json();
    keys(json, "model_sha256 inputs outputs layers kernels tensors cut_vertices blocks");
    only(json.get("inputs").get(0), "name type shape");
    only(json.get("outputs").get(0), "name type shape");
    only(json.get("layers").get(0), "name op kernel");
    keys(json.get("kernels").get(0), "name layers macs parameters_bytes");
    keys(json.get("tensors").get(0), "name producer consumers bytes shape type");
  }

  @Test
  void profilePlanSplitRunAndStatus() throws IOException {
    Path profile = folder.resolve("p.json");
    JsonNode measured =
        Cli.run("profile", model(), "-o", profile, "--budget-s", "0.2", "--json", "-q").json();
    keys(measured, "schema subject environment measured fit slowdown");
    only(measured.get("subject"), "model sha256 kernels_digest kernels facts");
    only(measured.get("environment"), "machine cores runtime level threads");
    only(measured.get("measured"), "kernels whole_ms codecs");
    only(measured.get("measured").get("whole_ms"), "median_ms spread_ms count");
    only(measured.get("fit"), "kernel_ms boundaries session_ms residual");
    only(measured.get("rested"), "pause_ms whole_ms fit");

    Path plan = folder.resolve("plan.json");
    List<Object> words = new ArrayList<>(List.of("plan", model(), "--network", "1000/1000/0"));
    words.addAll(List.of("--profile", "device=" + profile + ",cloud=" + profile));
    words.addAll(List.of("--pin", "matmul0=device,tanh2=cloud", "-o", plan, "--json", "-q"));
    JsonNode planned = Cli.run(words.toArray()).json();
    keys(planned, "model_sha256 kernels_digest");
    only(planned.get("partitions").get(0).get("segments").get(0), "tier kernels after_exit");

    JsonNode manifest =
        Cli.run("split", model(), "--plan", plan, "-o", folder.resolve("s"), "--json", "-q").json();
    keys(manifest, "schema model_sha256 kernels_digest segments tensors outputs");
    keys(manifest.get("segments").get(0), "file tier inputs outputs");
    keys(manifest.get("tensors").get(0), "name type shape");

    TierConfig config =
        TierConfig.builder("cloud").listen("localhost:0").store(folder.resolve("store")).build();
    try (TierServer cloud = TierServer.start(config)) {
      Path input =
          Files.write(
              folder.resolve("x.npy"), NpyFile.write(TensorData.ofFloats(new float[8], 1, 8)));
      JsonNode run =
          Cli.run(
                  "run",
                  model(),
                  "--plan",
                  plan,
                  "--next",
                  cloud.address(),
                  "--input",
                  input,
                  "--json",
                  "-q")
              .json();
      keys(run, "requests answered failed latency_ms throughput_rps partitions switches outputs");
      only(run.get("latency_ms"), "p50 p95 p99");
      only(run.get("outputs").get(0), "name shape data");
      JsonNode status = Cli.run("status", cloud.address(), "--json").json();
      keys(status, "tier version runtime threads workers slowdown next models plans load");
      keys(status, "store_bytes");
    }
  }

  private Path model() {
    return TinyModel.write(folder.resolve("tiny.onnx"), 3, "");
  }

  private static List<String> names(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void keys(JsonNode json, String wanted) {
    assertThat(names(json)).contains(wanted.split(" ", -1));
  }

  private static void only(JsonNode json, String wanted) {
    assertThat(names(json)).containsExactlyInAnyOrder(wanted.split(" ", -1));
  }
}
