package org.scalpel.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes {@code results.csv}, {@code results.md}, the charts and {@code run.json}. */
final class ReportFolder {
  /** Longer tables stand only in the CSV file. */
  private static final int MOST_ROWS = 80;

  /** The heading over the whole table. */
  static final String ALL_ROWS = "All rows";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  ReportFolder(Path folder) {
    this.folder = folder;
  }

  void write(Experiment experiment, Table results, Report report, RunRecord record)
      throws IOException {
    report
        .charts()
        .forEach(
            (name, chart) -> {
              chart.writeSvg(folder.resolve(name + ".svg"));
              chart.writePng(folder.resolve(name + ".png"));
            });
    put("results.csv", results.csv());
    put("results.md", markdown(experiment, results, report, record));
    put(
        "run.json",
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(record.json(report.headlines()))
            + "\n");
  }

  private static String markdown(
      Experiment experiment, Table results, Report report, RunRecord record) {
    StringBuilder text = new StringBuilder();
    text.append("# ").append(experiment.name()).append("\n\n");
    text.append(experiment.question()).append("\n\n");
    report.findings().forEach(sentence -> text.append("- ").append(sentence).append('\n'));
    text.append('\n');
    report.tables().forEach((title, table) -> append(text, title, table));
    report.charts().keySet().forEach(c -> text.append("![](" + c + ".svg)\n\n"));
    if (results.rows().size() <= MOST_ROWS) {
      append(text, ALL_ROWS, results);
    } else {
      text.append("All %d rows: `results.csv`.%n%n".formatted(results.rows().size()));
    }
    text.append("Command: `").append(record.asked().command()).append("`\n\n");
    text.append("Machine: ").append(record.line()).append('\n');
    return text.toString();
  }

  private static void append(StringBuilder text, String title, Table table) {
    text.append("## ").append(title).append("\n\n").append(table.markdown()).append('\n');
  }

  /** Written beside, then renamed: no reader ever sees half a file. */
  private void put(String name, String content) throws IOException {
    Path beside = folder.resolve(name + ".part");
    Files.writeString(beside, content);
    Files.move(beside, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
