package org.scalpel.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.scalpel.app.Console;
import org.scalpel.app.Progress;
import org.scalpel.app.TextTable;
import org.scalpel.app.Verb;
import org.scalpel.graph.OnnxModel;
import org.scalpel.learn.Dataset;
import org.scalpel.learn.KernelSample;
import org.scalpel.learn.TrainOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds learned predictors against others. */
@Command(
    footer = {
      "  scalpel predictor evaluate one.jsonl.gz two.jsonl.gz --models zoo/models --out results",
      "  scalpel predictor evaluate here.jsonl.gz --folds 4 --no-baselines --json"
    })
final class EvaluateVerb extends Verb {
  private static final int MOST_FOLDS = 50;

  @Parameters(
      arity = "1..*",
      paramLabel = "DATA",
      description = "Data sets, one for each platform, as predictor collect writes them.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--folds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Groups of architectures, each apart once (default: ${DEFAULT-VALUE}).")
  private int folds = 5;

  @Option(
      names = "--curve-folds",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "In so many of them every platform is taken for a new one too (default: ${DEFAULT-VALUE}).")
  private int curveFolds = 1;

  @Option(names = "--no-baselines", description = "Only the networks.")
  private boolean withoutBaselines;

  @Option(
      names = "--most",
      paramLabel = "N",
      description =
          "Draw whole generated models of so many kernels from every data set (default: all).")
  private Optional<Integer> most = Optional.empty();

  @Option(
      names = "--alone",
      description = "Also networks that learn from one platform only, to see what several teach.")
  private boolean alone;

  @Option(
      names = "--models",
      paramLabel = "PATH",
      description = "The measured models as ONNX files or folders of them, for the regret.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write tables (CSV, Markdown, JSON) and scatter plots there.")
  private Optional<Path> out = Optional.empty();

  @Override
  protected int run(Console console) throws Exception {
    Instant start = Instant.now();
    if (most.isPresent() && most.get() < 1) {
      throw usage("--most: expected 1 or more");
    }
    if (folds < 2 || folds > MOST_FOLDS || curveFolds < 0) {
      throw usage("--folds: expected 2 to " + MOST_FOLDS + ", --curve-folds: 0 or more");
    }
    List<Dataset> data = new ArrayList<>();
    for (Path file : files) {
      Dataset all = Dataset.read(file);
      data.add(most.map(count -> drawn(all, count)).orElse(all));
    }
    Regret regret = Regret.of(read());
    TrainOptions training = TrainOptions.DEFAULT.withSeed(common().seed());
    EvaluationReport report;
    try (Progress progress = console.progress("evaluating", 2L * folds)) {
      Evaluation evaluation =
          new Evaluation(
              new Evaluation.Order(
                  data,
                  folds,
                  curveFolds,
                  new Evaluation.Against(!withoutBaselines, alone),
                  training),
              progress::at);
      evaluation.run();
      report = new EvaluationReport(data, evaluation, regret);
    }
    if (out.isPresent()) {
      Files.createDirectories(out.get());
      RunRecord.Asked asked = new RunRecord.Asked(command(), false, common().seed());
      report.write(out.get(), RunRecord.untilNow(asked, start, 0));
      console.note("wrote " + out.get());
    }
    print(console, report, data.size() > 1);
    return OK;
  }

  private void print(Console console, EvaluationReport report, boolean several) {
    show(console, report.table());
    if (!withoutBaselines) {
      console.print("");
      console.print("Error of the networks: by how much smaller than");
      show(console, report.reductions());
    }
    if (several && curveFolds > 0) {
      console.print("");
      console.print("MAPE on a new platform, by the number of its measurements");
      show(console, report.curves());
    }
    console.json(report.json());
  }

  /** Kernels of one generated model stay together: they were measured in one session. */
  private Dataset drawn(Dataset data, int count) {
    Map<String, List<KernelSample>> pieces = new TreeMap<>();
    for (KernelSample sample : data.samples()) {
      String piece = sample.id().substring(0, Math.max(0, sample.id().lastIndexOf('/')));
      pieces.computeIfAbsent(piece, p -> new ArrayList<>()).add(sample);
    }
    List<List<KernelSample>> order = new ArrayList<>(pieces.values());
    Collections.shuffle(order, new Random(common().seed()));
    List<KernelSample> some = new ArrayList<>();
    for (List<KernelSample> piece : order) {
      if (some.size() < count) {
        some.addAll(piece);
      }
    }
    return new Dataset(data.platform(), some, data.models());
  }

  private String command() {
    List<String> names = files.stream().map(f -> String.valueOf(f.getFileName())).toList();
    return "scalpel predictor evaluate %s --folds %d --curve-folds %d%s --seed %d"
        .formatted(
            String.join(" ", names),
            folds,
            curveFolds,
            most.map(count -> " --most " + count).orElse(""),
            common().seed());
  }

  private List<OnnxModel> read() throws IOException {
    List<OnnxModel> all = new ArrayList<>();
    for (Path path : models) {
      try (Stream<Path> found = Files.walk(path)) {
        found
            .filter(file -> String.valueOf(file.getFileName()).endsWith(".onnx"))
            .sorted()
            .forEach(file -> all.add(OnnxModel.read(file)));
      }
    }
    return all;
  }

  private static void show(Console console, Table table) {
    TextTable text = new TextTable(table.columns().toArray(String[]::new));
    table.rows().forEach(row -> text.row(row.toArray()));
    text.lines().forEach(console::print);
  }
}
