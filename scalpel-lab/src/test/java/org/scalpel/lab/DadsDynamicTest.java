package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.testbed.Trace;

class DadsDynamicTest {
  private static final LabModel MODEL =
      new LabModel(
          "small",
          new LabModel.Generated(
              seed ->
                  NetworkWriter.write(
                      "conv 8 s2 relu; maxpool; conv 16 relu; gap; fc 4", 64, seed)),
          Map.of());

  private static final LiveBench.Effort EFFORT =
      new LiveBench.Effort(Duration.ZERO, Duration.ofSeconds(1));

  @TempDir private Path scratch;

  private Lab lab() {
    return new Lab(new Lab.Options(true, 1, List.of()), scratch, scratch, line -> {});
  }

  private static Table table(Experiment experiment, List<Experiment.Cell> cells) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    for (Experiment.Cell cell : cells) {
      rows.addAll(cell.work().rows());
    }
    return new Table(experiment.columns(), rows);
  }

  @Test
  void everySchemeMeetsTheSameTrace() throws Exception {
    Trace trace =
        new Trace("short", List.of(new Trace.Step(500, 20, 0), new Trace.Step(500, 5, 0)));
    DadsDynamicExperiment dynamic = new DadsDynamicExperiment();
    Table table = table(dynamic, DadsDynamicExperiment.cells(lab(), MODEL, List.of(trace), EFFORT));
    assertThat(table.by("scheme").keySet())
        .containsExactly("ours, live", "best fixed", "edge-only", "cloud-only", "oracle");
    assertThat(table.numbers("requests")).allMatch(n -> n >= 1);
    assertThat(table.numbers("failed")).allMatch(n -> n == 0);
    Report report = new Report();
    dynamic.conclude(table, report);
    assertThat(report.findings().get(0)).startsWith("short (");
  }

  @Test
  void drawnRatesAreTheSameForASeed() {
    Trace trace = DadsDynamicExperiment.drawn(3, 20);
    assertThat(trace).isEqualTo(DadsDynamicExperiment.drawn(3, 20));
    assertThat(trace.durationMs()).isEqualTo(20_000);
    assertThat(trace.steps()).allMatch(step -> step.mbps() >= 0.5 && step.mbps() <= 40);
  }

  @Test
  void aCloudThatIsNotFreeAndBudgetsAreKept() throws Exception {
    DadsExperiment.Effort effort =
        new DadsExperiment.Effort(
            List.of(),
            Duration.ofSeconds(1),
            Duration.ZERO,
            new InterleavedRuns.Stop(3, Duration.ZERO, 0.5),
            1_000);
    DadsLimitedCloudExperiment limited = new DadsLimitedCloudExperiment();
    Table table =
        table(
            limited, DadsLimitedCloudExperiment.cells(lab(), List.of(MODEL), List.of(4.0), effort));
    Table slow = table.where(row -> row.text("calibration").startsWith("cloud"));
    assertThat(only(slow, DadsSchemes.DADS_BLIND))
        .isGreaterThanOrEqualTo(only(slow, DadsSchemes.OURS));
    Table half = table.where(row -> row.text("calibration").equals("budget 50.0 %"));
    assertThat(only(half, DadsSchemes.OURS)).isLessThanOrEqualTo(only(half, DadsSchemes.EDGE));
    assertThat(only(half, DadsSchemes.OURS_MEAN))
        .isLessThanOrEqualTo(only(half, DadsSchemes.OURS) + 1e-3);
    Report report = new Report();
    limited.conclude(table, report);
    assertThat(report.tables()).hasSize(2);
    assertThat(report.findings()).hasSize(2);
  }

  private static double only(Table table, String scheme) {
    return table.where(row -> row.text("scheme").equals(scheme)).numbers("predicted_ms").get(0);
  }
}
