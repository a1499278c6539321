package org.scalpel.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs one experiment and writes its folder. */
final class ExperimentRunner {
  /** Told after every cell. */
  interface Watcher {
    void at(long done, long all);
  }

  /**
   * How to run.
   *
   * @param out the folder of all experiments
   * @param command as the user typed it, for the record
   */
  record Order(Path out, Lab.Options options, String command) {}

  private final Order order;
  private final Lab.Notes notes;
  private final Watcher watcher;

  ExperimentRunner(Order order, Lab.Notes notes, Watcher watcher) {
    this.order = order;
    this.notes = notes;
    this.watcher = watcher;
  }

  /** Runs all cells that the journal does not hold, then writes table, report and charts. */
  Report run(Experiment experiment) throws Exception {
    Path folder = order.out().resolve(experiment.name());
    Instant start = Instant.now();
    Files.createDirectories(folder);
    Path scratch = Files.createTempDirectory("scalpel-lab-");
    try {
      Path kept = Files.createDirectories(folder.resolve("kept"));
      Lab lab = new Lab(order.options(), scratch, kept, notes);
      Journal journal = Journal.open(folder.resolve("journal.jsonl"), order.options().toString());
      int found = journal.size();
      if (found > 0) {
        notes.say(experiment.name() + ": goes on after " + found + " measured cells");
      }
      Table results = new Table(experiment.columns(), measure(experiment.cells(lab), journal));
      Report report = new Report();
      experiment.conclude(results, report);
      RunRecord.Asked asked =
          new RunRecord.Asked(order.command(), order.options().quick(), order.options().seed());
      RunRecord record = RunRecord.untilNow(asked, start, found);
      new ReportFolder(folder).write(experiment, results, report, record);
      journal.finish();
      delete(kept);
      return report;
    } finally {
      delete(scratch);
    }
  }

  private List<List<String>> measure(List<Experiment.Cell> cells, Journal journal)
      throws Exception {
    List<List<String>> rows = new ArrayList<>();
    for (int c = 0; c < cells.size(); c++) {
      Experiment.Cell cell = cells.get(c);
      if (journal.rows(cell.key()).isEmpty()) {
        journal.add(cell.key(), cell.work().rows());
      }
      rows.addAll(journal.rows(cell.key()).orElseThrow());
      watcher.at(c + 1, cells.size());
    }
    return rows;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
