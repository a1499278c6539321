package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.scalpel.learn.Dataset;
import org.scalpel.learn.KernelFeatures;
import org.scalpel.learn.KernelSample;
import org.scalpel.learn.LearningCurve;
import org.scalpel.learn.Onboarding;
import org.scalpel.learn.Platform;
import org.scalpel.learn.Predictor;
import org.scalpel.learn.TrainOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a predictor, or fits one to a new machine. */
@Command(
    name = "train",
    description =
        "Learn from data sets what kernels take; or fit a predictor to a new machine with few measurements.",
    footer = {
      "  scalpel predictor train here.jsonl.gz -o here.json.gz",
      "  scalpel predictor train desk.jsonl.gz phone.jsonl.gz -o both.json.gz",
      "  scalpel predictor train --from both.json.gz --samples 50 board.jsonl.gz -o board.json.gz"
    })
final class PredictorTrainVerb extends Verb {
  private static final int LARGE = 300;
  private static final int RUNS = 101;

  @Parameters(
      arity = "1..*",
      paramLabel = "DATA",
      description = "Data sets, one for each platform, as predictor collect writes them.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The predictor to write, JSON; compressed where the name ends in .gz.")
  private Path output = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description =
          "Fit this predictor to the platform of DATA instead of learning anew; shows the learning curve.")
  private Optional<Path> pretrained = Optional.empty();

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "With --from: so many measurements of DATA, types in turns (default: all).")
  private Optional<Integer> samples = Optional.empty();

  @Option(
      names = "--networks",
      paramLabel = "N",
      defaultValue = "5",
      description = "Networks of the ensemble (default: ${DEFAULT-VALUE}).")
  private int networks = 5;

  @Override
  protected int run(Console console) {
    OutputFile.requireWritable(output);
    if (samples.isPresent() && (pretrained.isEmpty() || samples.get() < 0)) {
      throw usage("--samples: expected a number of 0 or more, and --from FILE");
    }
    if (pretrained.isPresent() && files.size() != 1) {
      throw usage("--from: expected one data set, that of the new platform");
    }
    long start = System.nanoTime();
    List<Dataset> data = files.stream().map(Dataset::read).toList();
    ObjectNode json = Json.object();
    Predictor predictor =
        pretrained.isPresent()
            ? fit(console, Predictor.read(pretrained.get()), data.get(0), json)
            : learn(console, data);
    predictor.write(output);
    describe(console, predictor, json);
    json.put("predict_300_ms", speed(console, predictor, data.get(0)));
    double seconds = (System.nanoTime() - start) / 1e9;
    json.put("seconds", seconds);
    console.note("wrote %s after %.1f s".formatted(output, seconds));
    console.json(json);
    return OK;
  }

  private Predictor learn(Console console, List<Dataset> data) {
    try (Progress progress = console.progress("training " + networks + " networks", 1)) {
      TrainOptions options = TrainOptions.DEFAULT.withSeed(common().seed()).withMembers(networks);
      Predictor predictor = Predictor.train(data, options);
      progress.step();
      return predictor;
    }
  }

  private Predictor fit(Console console, Predictor known, Dataset data, ObjectNode json) {
    int count = samples.orElse(Integer.MAX_VALUE);
    Predictor fitted = Onboarding.adapt(known, Onboarding.few(data, count, common().seed()));
    TextTable table = new TextTable("measurements", "MAPE", "within 10 %", "within 20 %");
    ArrayNode curve = json.putArray("curve");
    for (LearningCurve.Point point : LearningCurve.of(known, data, common().seed())) {
      table.row(
          String.valueOf(point.samples()),
          Units.percent(point.error().mape()),
          Units.percent(point.error().within10()),
          Units.percent(point.error().within20()));
      curve
          .addObject()
          .put("samples", point.samples())
          .put("mape", point.error().mape())
          .put("within10", point.error().within10())
          .put("within20", point.error().within20());
    }
    console.print(
        "On architectures of which nothing was measured on " + data.platform().name() + ":");
    table.lines().forEach(console::print);
    console.print("");
    return fitted;
  }

  /** How long a large model takes to predict: the median of some runs over different kernels. */
  private static double speed(Console console, Predictor predictor, Dataset data) {
    List<KernelFeatures> kernels =
        data.measured().stream().map(KernelSample::features).distinct().limit(LARGE).toList();
    Predictor.PlatformPredictor one = predictor.on(predictor.platforms().get(0).name());
    double[] ms = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      one.predict(kernels);
      ms[run] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(ms);
    console.print(
        "predicts %d different kernels in %s".formatted(kernels.size(), Units.ms(ms[RUNS / 2])));
    return ms[RUNS / 2];
  }

  private static void describe(Console console, Predictor predictor, ObjectNode json) {
    TextTable table =
        new TextTable("platform", "threads", "level", "types learned", "typical spread");
    ArrayNode all = json.putArray("platforms");
    for (Platform platform : predictor.platforms()) {
      Predictor.PlatformPredictor one = predictor.on(platform.name());
      table.row(
          platform.name(),
          String.valueOf(platform.threads()),
          platform.level(),
          String.valueOf(one.learned().size()),
          Units.percent(one.spread()));
      all.addObject()
          .put("name", platform.name())
          .put("types", one.learned().size())
          .put("spread", one.spread());
    }
    json.put("kernels", predictor.origin().kernels());
    json.put("architectures", predictor.origin().architectures());
    console.print(
        "learned from %d different kernels of %d architectures"
            .formatted(predictor.origin().kernels(), predictor.origin().architectures()));
    table.lines().forEach(console::print);
  }
}
