package org.scalpel.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.OnnxModel;
import org.scalpel.learn.ClassifiedPictures;
import org.scalpel.learn.ExitEvaluation;
import org.scalpel.learn.ExitSamples;
import org.scalpel.learn.ExitWork;
import org.scalpel.learn.ThresholdSearch;
import org.scalpel.plan.Exits;
import org.scalpel.plan.ProblemJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges the exits of a model at one operating point. */
@Command(
    name = "evaluate",
    description =
        "Measure accuracy, agreement, exit rates and operations of a model with exits on pictures that nothing was learned from.",
    footer = {
      "  scalpel exits evaluate exits.onnx --exits exits.json --data test/ --part 2/2",
      "  scalpel exits evaluate exits.onnx --exits exits.json --min-accuracy 0.8 --data test/",
      "  scalpel exits evaluate exits.onnx --thresholds 0.9,0.8,0.7 --data test/ --json"
    })
final class ExitsEvaluateVerb extends Verb {
  @Parameters(paramLabel = "MODEL", description = "A model with exits, as exits attach writes it.")
  private Path file = Path.of("");

  @Mixin private DataOptions data = new DataOptions();

  @Mixin private ConfidenceOption confidence = new ConfidenceOption();

  @Option(
      names = "--exits",
      paramLabel = "FILE",
      description = "Operating points, as exits calibrate writes them.")
  private Optional<Path> exits = Optional.empty();

  @Option(
      names = "--max-loss",
      paramLabel = "X",
      defaultValue = "0.01",
      description =
          "Of these the one with the fewest operations that loses at most so much of the best accuracy (default: ${DEFAULT-VALUE}).")
  private double maxLoss = 0.01;

  @Option(
      names = "--min-accuracy",
      paramLabel = "A",
      description = "Or the one with the fewest operations that is at least so accurate.")
  private Optional<Double> minAccuracy = Optional.empty();

  @Option(names = "--point", paramLabel = "N", description = "Or the N-th, from 1 on.")
  private Optional<Integer> point = Optional.empty();

  @Option(
      names = "--thresholds",
      split = ",",
      paramLabel = "T",
      description = "Or these thresholds, one for each exit but the last.")
  private List<Double> thresholds = new ArrayList<>();

  @Override
  protected int run(Console console) {
    if (exits.isPresent() != thresholds.isEmpty()) {
      throw usage("expected --exits FILE or --thresholds T,…");
    }
    OnnxModel model = OnnxModel.read(file);
    EarlyExits declared = ExitSamples.exitsOf(model);
    List<String> early = declared.names().subList(0, declared.names().size() - 1);
    if (exits.isEmpty() && thresholds.size() != early.size()) {
      throw usage("--thresholds: expected " + early.size() + ", one for each of " + early);
    }
    Optional<Exits> calibrated =
        exits.map(path -> ProblemJson.readExits(InputFile.text(path), path.toString()));
    Confidence measure = measure(calibrated, declared);
    ExitSamples samples;
    ExitWork work;
    List<Double> chosen;
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      work = ExitWork.of(engine, model);
      calibrated.ifPresent(read -> requireOf(read, declared, work));
      chosen = calibrated.map(read -> chosen(read, declared, work)).orElse(thresholds);
      try (ClassifiedPictures pictures = data.open(declared.classes(), common().seed());
          Progress progress = console.progress("running the exits", 100)) {
        samples = ExitSamples.collect(engine, model, pictures, data.threads(), progress::at);
      }
    }
    new EvaluationReport(samples, ExitEvaluation.of(samples, work, measure, chosen), measure.text())
        .show(console);
    return OK;
  }

  private Confidence measure(Optional<Exits> calibrated, EarlyExits declared) {
    Optional<Confidence> said =
        calibrated.map(Exits::confidence).filter(t -> !t.isEmpty()).map(Confidence::parse);
    if (said.isPresent() && confidence.chosen().isPresent()) {
      throw usage("--confidence: the calibration says what its thresholds bound");
    }
    return said.or(confidence::chosen).orElseGet(declared::measure);
  }

  private void requireOf(Exits read, EarlyExits declared, ExitWork work) {
    String where = exits.map(Path::toString).orElse("") + ": ";
    for (String name : read.names()) {
      if (!declared.names().contains(name)) {
        throw new UserException(
            where + "exit '" + name + "' is not one of the model's, " + declared.names());
      }
    }
    for (Exits.Point one : read.points()) {
      if (one.thresholds().size() != read.names().size() - 1) {
        throw new UserException(
            where
                + "a point with %d thresholds; expected %d, one for each exit but the last"
                    .formatted(one.thresholds().size(), read.names().size() - 1));
      }
      for (String kernel : one.reach().keySet()) {
        if (work.kernels().kernel(kernel).isEmpty()) {
          throw new UserException(
              where + "kernel '" + kernel + "' is not in the model: calibrated for another one");
        }
      }
    }
  }

  private List<Double> chosen(Exits read, EarlyExits declared, ExitWork work) {
    Exits.Point one = point.map(n -> at(read, n)).orElseGet(() -> cheapest(read, work));
    List<Double> all = new ArrayList<>();
    for (String name : declared.names().subList(0, declared.names().size() - 1)) {
      int at = read.names().indexOf(name);
      all.add(at < 0 ? ThresholdSearch.CLOSED : one.thresholds().get(at));
    }
    return all;
  }

  private Exits.Point at(Exits read, int number) {
    if (number < 1 || number > read.points().size()) {
      throw usage("--point " + number + ": expected 1 to " + read.points().size());
    }
    return read.points().get(number - 1);
  }

  private Exits.Point cheapest(Exits read, ExitWork work) {
    double best = read.points().stream().mapToDouble(Exits.Point::accuracy).max().orElse(0);
    double least = minAccuracy.orElse(best - maxLoss);
    return read.points().stream()
        .filter(one -> one.accuracy() >= least)
        .min(Comparator.comparingDouble(one -> work.expected(one.reach())))
        .orElseThrow(
            () ->
                new UserException(
                    "--min-accuracy %s: the most accurate point has %s"
                        .formatted(Units.percent(least), Units.percent(best))));
  }
}
