package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be asked of a plan beside the objective: caps, exits, a direct link, reasons. */
class PlanWishesTest {
  private static final String EXITS =
      """
      { "names": ["early", "final"], "points": [
        {"thresholds": [1.0], "accuracy": 0.95, "reach": {}},
        {"thresholds": [0.9], "accuracy": 0.913, "reach": {"fc": 0.42}},
        {"thresholds": [0.5], "accuracy": 0.85, "reach": {"fc": 0.04}} ] }
      """;

  @TempDir private Path folder;
  private Path problem = Path.of("problem.json");

  @BeforeEach
  void write() throws IOException {
    problem = Examples.problem(folder);
  }

  private Cli plan(Object... words) {
    List<Object> all = new ArrayList<>(List.of("plan", "--problem", problem));
    all.addAll(List.of(words));
    return Cli.run(all.toArray());
  }

  @Test
  void capsOnTheMeanAndOnEveryRequestMakeAMixTogether() {
    Cli cli =
        plan(
            "--objective",
            "throughput",
            "--mean-egress-bytes",
            "device->edge=20000",
            "--max-tier-ms",
            "edge=15",
            "--json");
    assertThat(cli.code()).isZero();
    double bytes = 0;
    for (JsonNode partition : cli.json().get("partitions")) {
      JsonNode stages = partition.get("stages_ms");
      assertThat(stages.get("edge").asDouble()).isLessThanOrEqualTo(15);
      bytes +=
          partition.get("share").asDouble() * stages.get("device->edge").asDouble() * 18.88 * 125;
    }
    assertThat(bytes).isCloseTo(20_000, within(0.01));
    assertThat(cli.json().get("gap").asDouble()).isLessThan(1e-6);
  }

  @Test
  void whatClashesIsNamedWithCodeThree() {
    Cli cli = plan("--mean-tier-ms", "device=10,edge=10", "--max-egress-bytes", "edge->cloud=9");
    assertThat(cli.code()).isEqualTo(3);
    assertThat(cli.err().lines()).hasSize(1);
    assertThat(cli.err())
        .contains(
            "mean-tier-ms device=10.0",
            "mean-tier-ms edge=10.0",
            "max-egress-bytes edge->cloud=9.0");
    assertThat(plan("--max-egress-bytes", "edge->clod=9").err()).contains("Maybe \"edge->cloud\"");
  }

  @Test
  void theBetterTopologyIsTakenAndSaid() {
    JsonNode fast = plan("--direct-link", "200/200/10", "--json").json();
    assertThat(fast.get("topologies").get("taken").asText()).isEqualTo("direct");
    assertThat(fast.get("partitions").get(0).get("stages_ms").has("device->cloud")).isTrue();
    JsonNode slow = plan("--direct-link", "0.1/0.1/10", "--json").json();
    assertThat(slow.get("topologies").get("taken").asText()).isEqualTo("relay");
    assertThat(slow.get("value_ms").asDouble()).isCloseTo(64.769, within(1e-3));
    assertThat(plan("--direct-link", "200/200/10").out()).contains("The direct link is taken");
  }

  @Test
  void exitsArePlannedByMeanAndByPercentile() throws IOException {
    Path exits = Files.writeString(folder.resolve("exits.json"), EXITS);
    JsonNode mean = plan("--exits", exits, "--deadline-ms", 62, "--json").json();
    assertThat(exit(mean).get("accuracy").asDouble()).isEqualTo(0.913);
    JsonNode tail = plan("--exits", exits, "--deadline-ms", 62, "--p95", "--json").json();
    assertThat(exit(tail).get("accuracy").asDouble()).isEqualTo(0.85);
    assertThat(tail.get("value_ms").asDouble()).isEqualTo(exit(tail).get("p95_ms").asDouble());
    JsonNode accurate = plan("--exits", exits, "--min-accuracy", 0.9, "--json").json();
    assertThat(exit(accurate).get("thresholds").toString()).isEqualTo("[0.9]");
    assertThat(plan("--exits", exits, "--min-accuracy", 0.99).code()).isEqualTo(3);
    JsonNode front = plan("--exits", exits, "--exit-frontier", "--json").json();
    assertThat(front.get("exit_frontier")).hasSize(3);
    assertThat(front.get("exit_frontier").get(1).get("pareto_mean").asBoolean()).isTrue();
  }

  private static JsonNode exit(JsonNode plan) {
    return plan.get("partitions").get(0).get("exits");
  }

  @Test
  void everyAlgorithmAnswersOrSaysWhyNot() {
    Cli cli = plan("--compare", "--pin", "conv1=edge", "--json");
    JsonNode compared = cli.json().get("compared");
    assertThat(compared.size()).isGreaterThan(15);
    for (JsonNode one : compared) {
      assertThat(one.has("value_ms") || !one.get("reason").asText().isEmpty()).isTrue();
    }
    assertThat(plan("--compare", "--pin", "conv1=edge").out())
        .contains("device-only has no plan: pins, allowed tiers");
  }

  @Test
  void everyObjectiveIsExplained() {
    assertThat(plan("--explain", "--objective", "throughput").out())
        .contains("The rate is limited by", "Splitting helps", "another plan is best");
    assertThat(plan("--explain", "--objective", "makespan").out())
        .contains("busy longest", "Splitting helps");
    assertThat(plan("--explain", "--max-tier-ms", "edge=15").out()).contains("The cap");
  }

  @Test
  void aTraceServesAsSamples() throws IOException {
    Path trace =
        Files.writeString(folder.resolve("trace.log"), "0.0\t5\n1.0\t30\n2.0\t300\n3.0\t400\n");
    Cli cli = plan("--table", "--link", "device->edge", "--samples-mbps", trace, "--json");
    assertThat(cli.json().get("best_fixed").get("samples").asInt()).isEqualTo(4);
    Path dead = Files.writeString(folder.resolve("dead.log"), "0.0\t5\n1.0\t0\n2.0\t3\n");
    assertThat(plan("--table", "--link", "device->edge", "--samples-mbps", dead).err())
        .contains("second 1");
  }

  @Test
  void layersStayWhereTheyMust() {
    JsonNode kept = plan("--keep-first", 2, "--forbid", "fc=edge", "--json").json();
    JsonNode assignment = kept.get("partitions").get(0).get("assignment");
    assertThat(assignment.get("conv2").asText()).isEqualTo("device");
    assertThat(assignment.get("fc").asText()).isNotEqualTo("edge");
    assertThat(plan("--keep-first", 4).code()).isEqualTo(2);
    assertThat(plan("--keep-first", 1, "--forbid", "conv1=device").code()).isEqualTo(3);
    JsonNode shared =
        plan("--objective", "throughput", "--sharers", "device->edge=10", "--json").json();
    assertThat(shared.get("value_ms").asDouble()).isGreaterThan(22);
  }
}
