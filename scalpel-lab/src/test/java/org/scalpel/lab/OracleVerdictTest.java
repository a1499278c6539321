package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OracleVerdictTest {
  private static List<String> row(String model, String cut, double median, String ratio) {
    String[] ends = ratio.split(" ");
    return List.of(
        model,
        "wifi",
        cut,
        cut.equals("planned") ? "7" : "3",
        String.valueOf(cut.equals("planned")),
        "9",
        "10.0",
        String.valueOf(median),
        "0.5",
        ends[0],
        ends[1]);
  }

  @Test
  void aPlanIsGoodWithinTwoPercentOrWhereItCannotBeToldFromTheBest() {
    OracleExperiment oracle = new OracleExperiment();
    Table table =
        new Table(
            oracle.columns(),
            List.of(
                row("near", "vertex 0", 10.0, "1.005 1.02"),
                row("near", "planned", 10.15, "1 1"),
                row("noisy", "vertex 0", 10.0, "0.97 1.12"),
                row("noisy", "planned", 10.6, "1 1"),
                row("worse", "vertex 0", 10.0, "1.04 1.10"),
                row("worse", "planned", 10.7, "1 1"),
                row("best", "vertex 0", 10.0, "0.8 0.9"),
                row("best", "planned", 8.5, "1 1")));
    Report report = new Report();
    oracle.conclude(table, report);
    assertThat(report.findings())
        .anyMatch(
            finding ->
                finding.startsWith(
                    "In 3 of 4 cells (75.0 %; aim 95.0 %) the planned cut is within 2 %"));
    assertThat(report.headlines()).singleElement().extracting(Headline::best).isEqualTo(0.75);
    assertThat(report.tables().values())
        .anySatisfy(
            verdicts ->
                assertThat(verdicts.where(row -> row.text("as good").equals("no")).first("model"))
                    .isEqualTo("worse"));
  }
}
