package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCurvesTest {
  @TempDir private Path folder;
  private Path problem = Path.of("problem.json");

  @BeforeEach
  void write() throws IOException {
    problem = Examples.problem(folder);
  }

  @Test
  void theTableOfOneLinkCoversEveryRateAndAgreesWithThePlanAtTheLinksOwn() {
    Cli cli = plan("--table", "--link", "device->edge", "--at-mbps", "18.88", "--json");
    assertThat(cli.code()).isZero();
    JsonNode pieces = cli.json().get("pieces");
    assertThat(pieces.get(0).get("up_mbps").get(0).asDouble()).isZero();
    assertThat(pieces.get(pieces.size() - 1).get("up_mbps").get(1).isNull()).isTrue();
    for (int i = 1; i < pieces.size(); i++) {
      assertThat(pieces.get(i).get("up_mbps").get(0))
          .isEqualTo(pieces.get(i - 1).get("up_mbps").get(1));
    }
    assertThat(cli.json().get("look_up").get(0).get("value_ms").asDouble())
        .isCloseTo(64.769, within(0.001));
  }

  @Test
  void theTableOfTwoLinksIsMadeOfPlanes() {
    Cli cli = plan("--table", "--at-mbps", "18.88,50", "--json");
    assertThat(cli.code()).isZero();
    assertThat(cli.json().get("planes").size()).isPositive();
    assertThat(cli.json().get("look_up").get(0).get("value_ms").asDouble())
        .isCloseTo(64.769, within(0.001));
  }

  @Test
  void theBestFixedPlansUnderSamplesAreBestInTheirOwnSense() {
    JsonNode fixed =
        plan("--table", "--link", "device->edge", "--samples-mbps", "1,2,30,200,400", "--json")
            .json()
            .get("best_fixed");
    assertThat(fixed.get("samples").asInt()).isEqualTo(5);
    assertThat(fixed.get("mean").get("mean_ms").asDouble())
        .isLessThanOrEqualTo(fixed.get("p95").get("mean_ms").asDouble());
    assertThat(fixed.get("p95").get("p95_ms").asDouble())
        .isLessThanOrEqualTo(fixed.get("mean").get("p95_ms").asDouble());
  }

  @Test
  void theChartAndThePlanFileAreWritten() {
    Path chart = folder.resolve("chart.svg");
    Path file = folder.resolve("table.json");
    Cli cli = plan("--table", "--link", "device->edge", "--chart", chart, "-o", file);
    assertThat(cli.code()).isZero();
    assertThat(chart).content().startsWith("<svg").contains("polyline", "device-&gt;edge");
    assertThat(Json.read(file).has("pieces")).isTrue();
    assertThat(cli.out()).contains("Mbit/s up, device->edge", "device 3, edge 0, cloud 0");
  }

  @Test
  void theFrontierFallsAsTheTierWorksMore() {
    JsonNode corners = plan("--frontier", "edge", "--json").json().get("frontier");
    assertThat(corners.get(0).get("tier_ms").asDouble()).isZero();
    JsonNode last = corners.get(corners.size() - 1);
    assertThat(last.get("latency_ms").asDouble()).isCloseTo(64.769, within(0.001));
    for (int i = 1; i < corners.size(); i++) {
      assertThat(corners.get(i).get("latency_ms").asDouble())
          .isLessThan(corners.get(i - 1).get("latency_ms").asDouble());
    }
  }

  @Test
  void badValuesAreRefusedInOneLineAndNothingIsWritten() {
    Path file = folder.resolve("table.json");
    refused("expected one of device->edge", "--table", "--link", "edge->mars", "-o", file);
    refused("above 0", "--table", "--link", "device->edge", "--at-mbps", "0");
    refused("two rates", "--table", "--at-mbps", "1");
    refused("--table beside", "--at-mbps", "1");
    refused("one of --table", "--table", "--frontier", "edge");
    refused("mars", "--frontier", "mars");
    refused("--objective latency", "--table", "--objective", "throughput");
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void limitsThatClashEndWithCodeThree() {
    Cli cli = plan("--table", "--pin", "conv1=cloud", "--pin", "fc=device");
    assertThat(cli.code()).isEqualTo(3);
    assertThat(cli.err().lines()).hasSize(1);
  }

  private void refused(String message, Object... options) {
    Cli cli = plan(options);
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains(message);
  }

  private Cli plan(Object... options) {
    Object[] all = new Object[options.length + 3];
    all[0] = "plan";
    all[1] = "--problem";
    all[2] = problem;
    System.arraycopy(options, 0, all, 3, options.length);
    return Cli.run(all);
  }
}
