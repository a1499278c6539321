package org.scalpel.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.app.OutputFile;
import org.scalpel.app.UserException;

/**
 * One page over the folders of a run: the papers' headlines beside ours, then every experiment's
 * findings, tables and charts. The same folders make the same page; charts lie beside it, in a
 * folder of the page's name.
 */
final class ResultsPage {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Charts larger than this stay where they were measured. */
  private static final long LARGEST_CHART = 256 << 10;

  private static final String NOT_RUN = "not run";
  private static final String SVG = ".svg";

  /**
   * What to read of one experiment.
   *
   * @param title on the page
   * @param folder below the results
   */
  record Source(String title, String folder, String question) {
    static Source of(Experiment experiment) {
      return new Source(experiment.name(), experiment.name(), experiment.question());
    }
  }

  /** The folder of a learned prediction's evaluation, which is a verb of its own. */
  static final Source EVALUATION =
      new Source(
          "predictor evaluate",
          "predictor-evaluate",
          "How far are learned predictions from what kernels take, beside others?");

  private record Finished(Source source, JsonNode record, String markdown) {}

  private record Found(String asPublished, String best, String note) {}

  private final Path results;
  private final Path page;

  ResultsPage(Path results, Path page) {
    this.results = results;
    this.page = page;
  }

  /** Names of the experiments whose results are on the page. */
  List<String> write(List<Source> sources) throws IOException {
    List<Finished> finished = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Source source : sources) {
      Path folder = results.resolve(source.folder());
      if (Files.isRegularFile(folder.resolve("results.md"))
          && Files.isRegularFile(folder.resolve(RunRecord.FILE))) {
        JsonNode record = JSON.readTree(folder.resolve(RunRecord.FILE).toFile());
        finished.add(new Finished(source, record, Files.readString(folder.resolve("results.md"))));
      } else {
        missing.add(source.title());
      }
    }
    if (finished.isEmpty()) {
      throw new UserException(
          "no results in %s: expected folders of experiments. Maybe \"lab run all --out %s\" first."
              .formatted(results, results));
    }
    StringBuilder text = new StringBuilder();
    opening(text);
    text.append("## The papers' headlines\n\n").append(headlines(finished)).append('\n');
    text.append("## The runs\n\n").append(runs(finished)).append('\n');
    if (!missing.isEmpty()) {
      text.append("Not run: ").append(String.join(", ", missing)).append(".\n\n");
    }
    for (Finished one : finished) {
      List<String> charts = copyCharts(one.source().folder());
      text.append("## ").append(one.source().title()).append("\n\n");
      text.append(
          new ResultsSection(chartFolder(one.source().folder()), charts).of(one.markdown()));
      text.append('\n');
    }
    OutputFile.write(page, text.toString().stripTrailing() + "\n");
    return finished.stream().map(one -> one.source().title()).toList();
  }

  private static void opening(StringBuilder text) {
    text.append("# Results\n\n");
    text.append(
        "*Written by `./scalpel lab report` from the folders of a run; never edited by hand: the next"
            + " report writes it anew.* How the experiments measure: [lab.md](lab.md).\n\n");
  }

  private static String headlines(List<Finished> finished) {
    Map<String, Found> found = new HashMap<>();
    for (Finished one : finished) {
      boolean quick = one.record().path("quick").asBoolean();
      for (JsonNode entry : one.record().path("headlines")) {
        PaperHeadlines.Unit unit = PaperHeadlines.of(entry.path("id").asText()).unit();
        found.put(
            entry.path("id").asText(),
            new Found(
                unit.text(entry.path("as_published").asDouble(Double.NaN)),
                unit.text(entry.path("best").asDouble(Double.NaN)),
                entry.path("note").asText() + (quick ? " (a rehearsal)" : "")));
      }
    }
    List<List<String>> rows = new ArrayList<>();
    for (PaperHeadlines.Row row : PaperHeadlines.ALL) {
      Found ours = found.getOrDefault(row.id(), new Found(NOT_RUN, NOT_RUN, ""));
      rows.add(
          List.of(
              row.paper(),
              row.claim(),
              row.published(),
              ours.asPublished(),
              ours.best(),
              ours.note(),
              row.experiment()));
    }
    return new Table(
            List.of(
                "paper",
                "what",
                "the paper",
                "ours, algorithm as published",
                "ours, best",
                "measured how",
                "experiment"),
            rows)
        .markdown();
  }

  private static String runs(List<Finished> finished) {
    List<List<String>> rows = new ArrayList<>();
    for (Finished one : finished) {
      JsonNode record = one.record();
      JsonNode versions = record.path("versions");
      JsonNode machine = record.path("machine");
      rows.add(
          List.of(
              one.source().title(),
              one.source().question(),
              record.path("start").asText().replaceFirst("T.*", ""),
              Campaign.span(record.path("duration_s").asDouble())
                  + (record.path("quick").asBoolean() ? ", rehearsal" : ""),
              "%s, %s cores"
                  .formatted(machine.path("cpu").asText(), machine.path("cores").asText()),
              "Scalpel %s, Java %s, ONNX Runtime %s"
                  .formatted(
                      versions.path("scalpel").asText(),
                      versions.path("java").asText(),
                      versions.path("onnxruntime").asText()),
              record.path("seed").asText(),
              "`" + record.path("command").asText() + "`"));
    }
    return new Table(
            List.of(
                "experiment", "question", "date", "took", "machine", "versions", "seed", "command"),
            rows)
        .markdown();
  }

  /** Where charts of an experiment lie, as the page calls it. */
  private String chartFolder(String experiment) {
    return String.valueOf(page.getFileName()).replaceFirst("\\.md$", "") + "/" + experiment;
  }

  /** Copies what is small enough; what an earlier report left there goes. */
  private List<String> copyCharts(String experiment) throws IOException {
    Path target = page.resolveSibling(chartFolder(experiment));
    List<String> copied = new ArrayList<>();
    for (Path old : charts(target)) {
      Files.delete(old);
    }
    for (Path chart : charts(results.resolve(experiment))) {
      String small = SmallSvg.of(Files.readString(chart));
      if (small.length() <= LARGEST_CHART) {
        OutputFile.write(target.resolve(chart.getFileName()), small);
        copied.add(String.valueOf(chart.getFileName()));
      }
    }
    return copied;
  }

  private static List<Path> charts(Path folder) throws IOException {
    List<Path> charts = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SVG)) {
        files.forEach(charts::add);
      }
    }
    charts.sort(null);
    return charts;
  }
}
