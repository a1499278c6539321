package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.cost.Network.LinkSpec;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.OnnxModel;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.TierException;

class DeccTest {
  @TempDir private Path scratch;

  /** Two pictures whose towers meet late. */
  private static OnnxModel pair(long seed) {
    TowerParts parts = new TowerParts(seed);
    List<String> sides = new ArrayList<>();
    for (String name : List.of("left", "right")) {
      sides.add(parts.tower(parts.pixels(name, 3, 96), 3, new int[] {32, 64}, new int[] {2, 2}));
    }
    parts.scores(parts.conv(parts.join(sides), 128, 64, 2), 64, 4, "scores");
    return parts.build();
  }

  @Test
  void waysAreMeasuredOverRealTiersAloneAndUnderLoad() throws Exception {
    Lab lab = new Lab(new Lab.Options(true, 1, List.of()), scratch, scratch, line -> {});
    LabModel model = new LabModel("pair", new LabModel.Generated(DeccTest::pair), Map.of());
    DeccExperiment.Effort effort =
        new DeccExperiment.Effort(
            List.of(new LinkSpec("thin", 30, 30, 2)),
            Duration.ofSeconds(1),
            Duration.ZERO,
            new InterleavedRuns.Stop(3, Duration.ZERO, 0.5),
            List.of("pair"),
            List.of(1.0),
            Duration.ofMillis(200));
    DeccExperiment experiment = new DeccExperiment();
    List<List<String>> rows = new ArrayList<>();
    for (Experiment.Cell cell :
        DeccExperiment.cells(
            lab, List.of(new DeccExperiment.Subject(model, DeccExperiment.Kind.INPUTS)), effort)) {
      rows.addAll(cell.work().rows());
    }
    Table table = new Table(experiment.columns(), rows);
    Table single = table.where(row -> row.text("part").equals("single"));
    assertThat(single.by("scheme").keySet())
        .containsExactly("device", "edge", "cut", "cut, overlapped", "decc", "overlap");
    double least = predicted(single, "overlap");
    for (String scheme : single.by("scheme").keySet()) {
      assertThat(predicted(single, scheme)).isGreaterThanOrEqualTo(least - 1e-3);
    }
    Table load = table.where(row -> row.text("part").equals("load"));
    assertThat(load.by("scheme").keySet())
        .containsExactlyInAnyOrder("cut, one at a time", "cut", "decc", "overlap", "mix");
    assertThat(load.numbers("n")).allMatch(n -> n > 0);
    Report report = new Report();
    experiment.conclude(table, report);
    assertThat(report.headlines().stream().map(Headline::id))
        .contains("decc.latency", "decc.throughput");
    assertThat(report.findings()).anyMatch(finding -> finding.startsWith("pair over thin: "));
  }

  private static double predicted(Table rows, String scheme) {
    return rows.where(row -> row.text("scheme").equals(scheme)).numbers("predicted_ms").get(0);
  }

  @Test
  void generatedNetworksAnswerAllTheyPromise() {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      for (LabModel model : LabModel.branched()) {
        OnnxModel network = model.read(scratch);
        try (Session session = engine.open(network)) {
          var outputs = session.run(model.inputs(network, 1));
          assertThat(outputs).hasSize(model.name().equals("heads-4") ? 4 : 1);
          outputs
              .values()
              .forEach(
                  tensor -> {
                    for (float value : tensor.floats()) {
                      assertThat(value).isFinite();
                    }
                  });
        }
      }
    }
  }

  @Test
  void aSourceThatDoesNotWaitLosesItsOldestRequestsAndNoOthers() {
    OpenLoad.Result result =
        OpenLoad.run(
            inputs ->
                CompletableFuture.failedFuture(
                    new TierException(TierException.Kind.LOST, "no tier")),
            Inputs.of(Map.of()),
            1,
            1,
            Duration.ofMillis(20));
    assertThat(result.failed() + (int) Math.round(result.dropped() * 20)).isEqualTo(20);
    assertThat(result.answeredPerS()).isZero();
    assertThat(result.quantile(true)).isNaN();
  }
}
