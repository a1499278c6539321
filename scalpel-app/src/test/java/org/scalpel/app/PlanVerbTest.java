package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanVerbTest {
  @TempDir private Path folder;

  @Test
  void theExampleHasItsKnownPlanAndNothingElseOnStdout() throws IOException {
    Cli cli = Cli.run("plan", "--problem", Examples.problem(folder), "--json");
    assertThat(cli.code()).isZero();
    JsonNode plan = cli.json();
    assertThat(plan.get("value_ms").asDouble()).isCloseTo(64.769, within(0.001));
    assertThat(plan.get("gap").asDouble()).isZero();
    JsonNode partition = plan.get("partitions").get(0);
    assertThat(partition.get("assignment").get("conv1").asText()).isEqualTo("device");
    assertThat(partition.get("assignment").get("fc").asText()).isEqualTo("edge");
    assertThat(plan.get("baselines_ms").get("cloud-only").asDouble())
        .isCloseTo(403.192, within(0.001));
    assertThat(plan.has("explanation")).isFalse();
  }

  @Test
  void peopleSeeValueProofPlacementAndBaselines() throws IOException {
    Cli cli = Cli.run("plan", "--problem", Examples.problem(folder), "--explain", "--compare");
    assertThat(cli.out())
        .contains("64.8 ms", "lower bound", "device: 1 layer (conv1)", "cloud-only", "exhaustive");
  }

  @Test
  void aWeightedSumIsNotCalledALatency() throws IOException {
    Path problem = Examples.problem(folder);
    String text = Files.readString(problem).stripTrailing();
    String weights = ", \"weights\": {\"latency\": 2, \"energy\": 0, \"money\": 0} }";
    Files.writeString(problem, text.substring(0, text.lastIndexOf('}')) + weights);
    Cli cli = Cli.run("plan", "--problem", problem);
    assertThat(cli.out()).contains("weighted sum of", "129.5 by mincut").doesNotContain("130 ms");
  }

  @Test
  void aPlanFileIsWrittenWholeAndReadBack() throws IOException {
    Path plan = folder.resolve("deep/er/plan.json");
    Cli cli = Cli.run("plan", "--problem", Examples.problem(folder), "-o", plan);
    assertThat(cli.code()).isZero();
    assertThat(Json.read(plan).get("value_ms").asDouble()).isCloseTo(64.769, within(0.001));
    try (var files = Files.list(plan.getParent())) {
      assertThat(files).containsExactly(plan);
    }
  }

  @Test
  void theScheduleOfAMakespanIsDrawnAndTraced() throws IOException {
    Path problem = Examples.problem(folder);
    Path drawing = folder.resolve("when.svg");
    Cli cli =
        Cli.run(
            "plan",
            "--problem",
            problem,
            "--objective",
            "makespan",
            "--timeline",
            drawing,
            "--json");
    assertThat(cli.code()).isZero();
    JsonNode schedule = cli.json().get("partitions").get(0).get("schedule");
    assertThat(schedule.findValuesAsText("resource")).contains("device", "device->edge", "edge");
    assertThat(Files.readString(drawing)).startsWith("<svg").contains("conv1", "device-&gt;edge");
    Path trace = folder.resolve("when.json");
    Cli.run("plan", "--problem", problem, "--objective", "makespan", "--timeline", trace);
    assertThat(Json.read(trace).get("traceEvents").findValuesAsText("name")).contains("conv1");
    Cli wrong = Cli.run("plan", "--problem", problem, "--timeline", drawing);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--timeline").contains("makespan");
  }

  @Test
  void aPlanForThroughputSaysWhatMoreRequestsInFlightGive() throws IOException {
    Path problem = Examples.problem(folder);
    Cli cli = Cli.run("plan", "--problem", problem, "--objective", "throughput", "--json");
    JsonNode window = cli.json().get("window");
    assertThat(window.get("least").asInt()).isEqualTo(4);
    assertThat(window.get("steps").findValuesAsText("in_flight"))
        .containsExactly("1", "2", "4", "8");
    assertThat(Cli.run("plan", "--problem", problem, "--objective", "throughput").out())
        .contains("requests in flight", "4 (reaches the period)", "47.7");
  }

  @Test
  void costsThatDoNotAddUpNameTheFileAndTheDearest() throws IOException {
    String text = Files.readString(Examples.problem(folder));
    Path huge = Files.writeString(folder.resolve("huge.json"), text.replace("60.0", "1e300"));
    for (String objective : List.of("latency", "throughput", "makespan")) {
      Cli cli = Cli.run("plan", "--problem", huge, "--objective", objective);
      assertThat(cli.code()).isEqualTo(2);
      assertThat(cli.err())
          .contains("huge.json: costs: ", "2^61 ns", "most of it for layer \"conv2\"");
      assertThat(cli.err().lines()).hasSize(1);
    }
  }

  @Test
  void pinsThatClashEndWithCodeThreeAndWriteNothing() throws IOException {
    Path plan = folder.resolve("plan.json");
    Cli cli =
        Cli.run(
            "plan",
            "--problem",
            Examples.problem(folder),
            "-o",
            plan,
            "--pin",
            "conv1=cloud",
            "--pin",
            "fc=device");
    assertThat(cli.code()).isEqualTo(3);
    assertThat(cli.err().lines()).hasSize(1);
    assertThat(plan).doesNotExist();
  }

  @Test
  void aFailedRunLeavesTheOldFileAsItWas() throws IOException {
    Path plan = Files.writeString(folder.resolve("plan.json"), "old");
    Path broken = Files.writeString(folder.resolve("broken.json"), "{ \"name\": ");
    Cli cli = Cli.run("plan", "--problem", broken, "-o", plan);
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("broken.json");
    assertThat(cli.err().lines()).hasSize(1);
    assertThat(plan).hasContent("old");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsBadInput() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Cli cli =
        Cli.run("plan", "--problem", Examples.problem(folder), "-o", file.resolve("plan.json"));
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("cannot be written");
  }

  @Test
  void unknownNamesAreRefused() throws IOException {
    Path problem = Examples.problem(folder);
    assertThat(Cli.run("plan", "--problem", problem, "--pin", "conv9=device").code()).isEqualTo(2);
    assertThat(Cli.run("plan", "--problem", problem, "--algorithm", "magic").code()).isEqualTo(2);
    assertThat(Cli.run("plan", "--problem", problem, "--objective", "speed").code()).isEqualTo(2);
  }
}
