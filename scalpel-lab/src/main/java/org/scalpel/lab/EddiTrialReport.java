package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;

/** What was measured over real tiers. */
final class EddiTrialReport {
  private final Table measured;

  EddiTrialReport(Table measured) {
    this.measured = measured;
  }

  void write(Report report) {
    List<List<String>> rows = new ArrayList<>();
    List<String> shown =
        List.of(
            "model",
            "network",
            "deadline_ms",
            "scheme",
            "way",
            "mean_ms",
            "p95_ms",
            "in_time",
            "accuracy",
            "accuracy_in_time",
            "requests");
    for (List<String> row : measured.rows()) {
      rows.add(shown.stream().map(column -> row.get(measured.columns().indexOf(column))).toList());
    }
    report.table("Measured over real tiers, real pictures", new Table(shown, rows));
    report.found(
        "Measured (%s requests, every scheme planned for ten per cent less than the deadline): %s right and in time with exits, %s without, %s by the EDDI reconstruction; %s of the requests in time, %s without exits."
            .formatted(
                Figure.of(measured.numbers("requests").stream().mapToDouble(n -> n).sum()),
                Figure.percent(EddiFigures.mean(measured, ExitSchemes.OURS, "accuracy_in_time")),
                Figure.percent(
                    EddiFigures.mean(measured, ExitSchemes.NO_EXITS, "accuracy_in_time")),
                Figure.percent(EddiFigures.mean(measured, ExitSchemes.EDDI, "accuracy_in_time")),
                Figure.percent(EddiFigures.mean(measured, ExitSchemes.OURS, "in_time")),
                Figure.percent(EddiFigures.mean(measured, ExitSchemes.NO_EXITS, "in_time"))));
  }
}
