package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DadsTest {
  private static final String SMALL =
      "conv 8 s2 relu; maxpool; conv 16 relu; cat{conv 8 relu | conv 8 k1}; gap; fc 4";

  /** Named as one of the paper's, so that the paper's machines are tried too. */
  private static final LabModel MODEL =
      new LabModel(
          "nin", new LabModel.Generated(seed -> NetworkWriter.write(SMALL, 64, seed)), Map.of());

  @TempDir private static Path scratch;

  /** With the calibrations of these names only; the model is profiled once for all tests. */
  private Table run(DadsExperiment experiment, double mbps, String... calibrations)
      throws Exception {
    Lab lab = new Lab(new Lab.Options(false, 1, List.of()), scratch, scratch, line -> {});
    DadsExperiment.Effort effort =
        new DadsExperiment.Effort(
            List.of(mbps),
            Duration.ofSeconds(1),
            Duration.ZERO,
            new InterleavedRuns.Stop(3, Duration.ZERO, 0.5),
            1_000);
    List<List<String>> rows = new ArrayList<>();
    for (Experiment.Cell cell : experiment.cells(lab, List.of(MODEL), effort)) {
      String kind = cell.key().split("/", -1)[1];
      boolean due =
          kind.equals("profile")
              ? !Files.exists(lab.kept().resolve(MODEL.name() + ".json"))
              : List.of(calibrations).contains(kind);
      if (due) {
        rows.addAll(cell.work().rows());
      }
    }
    return new Table(experiment.columns(), rows);
  }

  private static Report concluded(DadsExperiment experiment, Table table) {
    Report report = new Report();
    experiment.conclude(table, report);
    return report;
  }

  @Test
  void underLightLoadEverySchemeIsPlannedAndMeasured() throws Exception {
    DadsExperiment light = DadsExperiment.light();
    Table table = run(light, 18.88, "paper", "today");
    assertThat(table.by("calibration").keySet()).containsExactly("paper", "today");
    Table today = table.where(row -> row.text("calibration").equals("today"));
    assertThat(today.by("scheme").keySet())
        .containsExactly(
            "edge-only",
            "cloud-only, fp32",
            "cloud-only, uint8",
            "cloud-only, JPEG",
            "neurosurgeon",
            "dads, published",
            "ours, fp32",
            "ours");
    assertThat(today.numbers("n")).allMatch(n -> n >= 3);
    double ours = only(today, "ours, fp32", "predicted_ms");
    for (String other : List.of("edge-only", "cloud-only, fp32", "neurosurgeon")) {
      assertThat(only(today, other, "predicted_ms")).isGreaterThanOrEqualTo(ours);
    }
    assertThat(only(today, "edge-only", "gain")).isEqualTo(1);
    Report report = concluded(light, table);
    assertThat(report.findings()).anyMatch(f -> f.startsWith("The paper's machines, 32-bit"));
    assertThat(report.charts()).containsKeys("gain-paper", "gain-today", "predictions");
  }

  @Test
  void underHeavyLoadTheMixIsNoWorseThanOnePartition() throws Exception {
    DadsExperiment heavy = DadsExperiment.heavy();
    Table today = run(heavy, 100, "today");
    double mix = only(today, "ours, fp32", "predicted_ms");
    double single = only(today, "ours, fp32, one partition", "predicted_ms");
    assertThat(mix).isLessThanOrEqualTo(single * (1 + 1e-6));
    assertThat(single).isLessThanOrEqualTo(only(today, "dads, published", "predicted_ms") + 1e-6);
    assertThat(today.numbers("n")).allMatch(n -> n >= 3);
    assertThat(concluded(heavy, today).tables()).hasSize(1);
  }

  @Test
  void overTheThinnestLinkTwoSchemesAreMeasured() throws Exception {
    Table today = run(DadsExperiment.light(), DadsNetworks.THINNEST, "today");
    assertThat(today.where(row -> !row.text("measured_ms").isEmpty()).by("measured_ms"))
        .hasSizeBetween(1, 2);
  }

  @Test
  void thePapersMachinesFollowFromItsBars() {
    // Cloud-Only at 3G: 3.05 times as quick as Edge-Only, with an upload of 4.38 s.
    DadsPaper.Seconds seconds = DadsPaper.seconds("resnet18", 224 * 224 * 3 * 4).orElseThrow();
    double upload = 224 * 224 * 3 * 4 * 8 / 1.1e6;
    assertThat(seconds.edge() / (seconds.cloud() + upload)).isCloseTo(3.05, within(1e-9));
    DadsCalibration lapsed = DadsCalibration.paper("resnet18", 224 * 224 * 3 * 4, 40).orElseThrow();
    assertThat(lapsed.edge() / lapsed.cloud()).isCloseTo(9.3, within(1e-9));
    assertThat(lapsed.edge() * 40e-3 * lapsed.lapse()).isCloseTo(seconds.edge(), within(1e-9));
    assertThat(lapsed.link(1.1).upMbps()).isCloseTo(1.1 * lapsed.lapse(), within(1e-9));
    assertThat(DadsCalibration.paper("googlenet", 224 * 224 * 3 * 4, 40)).isEmpty();
  }

  private static double only(Table table, String scheme, String column) {
    return table.where(row -> row.text("scheme").equals(scheme)).numbers(column).get(0);
  }
}
