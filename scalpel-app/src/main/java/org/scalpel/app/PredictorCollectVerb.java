package org.scalpel.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.OnnxModel;
import org.scalpel.learn.Collector;
import org.scalpel.learn.KernelSample;
import org.scalpel.learn.ModelSample;
import org.scalpel.learn.RealModel;
import org.scalpel.learn.RuntimeKind;
import org.scalpel.learn.Statistic;
import org.scalpel.testbed.CpuQuota;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures kernels of many kinds on this machine. */
@Command(
    name = "collect",
    description =
        "Measure kernels of many kinds and sizes on this machine: a data set to train on.",
    footer = {
      "  scalpel predictor collect -o here.jsonl.gz",
      "  scalpel predictor collect -o two.jsonl.gz --threads 2 --budget 15m",
      "  scalpel predictor collect -o slow.jsonl.gz --cpu-quota 0.5 --name half-a-core",
      "  scalpel predictor collect -o web.jsonl.gz --runtime wasm",
      "  scalpel predictor collect -o here.jsonl.gz --model resnet50=resnet50.onnx"
    })
final class PredictorCollectVerb extends Verb {
  private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)(s|m|h)");
  private static final Duration MOST = Duration.ofDays(1);

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The data set to write, JSON lines; compressed where the name ends in .gz.")
  private Path output = Path.of("");

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      defaultValue = "8m",
      description =
          "How long to measure, as in 90s, 8m, 1h (default: ${DEFAULT-VALUE}); a run that was"
              + " broken off goes on where it was.")
  private String budget = "8m";

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      defaultValue = "native",
      description =
          "What runs the kernels: native, or wasm, which is ONNX Runtime in WebAssembly and needs"
              + " Node.js and its package onnxruntime-web (default: ${DEFAULT-VALUE}).")
  private RuntimeKind kind = RuntimeKind.NATIVE;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What to call the platform (default: made of threads, level, quota).")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--cpu-quota",
      paramLabel = "SHARE",
      description =
          "Measure with this share of a processor's time, as a slower machine (Linux, root).")
  private Optional<Double> quota = Optional.empty();

  @Option(
      names = "--statistic",
      paramLabel = "NAME",
      defaultValue = "undisturbed",
      description =
          "What stands for many runs: undisturbed, the mean of the fastest eighth, or median"
              + " (default: ${DEFAULT-VALUE}).")
  private Statistic statistic = Statistic.UNDISTURBED;

  @Option(
      names = "--model",
      paramLabel = "[ARCHITECTURE=]FILE",
      description =
          "Also measure this model as it is, for the error of whole models. May be repeated.")
  private List<String> models = new ArrayList<>();

  @Override
  protected int run(Console console) {
    Duration time = time(budget);
    OutputFile.requireWritable(output);
    var setting = new Collector.Setting(kind, runtime.engine());
    List<RealModel> real = models.stream().map(this::real).toList();
    Map<String, String> extra = new TreeMap<>();
    quota.ifPresent(share -> extra.put(Collector.CPU_QUOTA, String.valueOf(share)));
    extra.put(Collector.STATISTIC, statistic.label());
    var platform = Collector.platform(name.orElseGet(this::defaultName), setting, extra);
    var order = new Collector.Order(time, common().seed(), statistic, output);
    Collector.Result result;
    try (Progress progress = console.progress("measuring kernels for " + budget, 100)) {
      if (quota.isPresent()) {
        try (CpuQuota held = CpuQuota.enter(quota.get())) {
          console.note("a quota of " + quota.get() + " processors, in " + held.group());
          result = Collector.collect(setting, platform, order, real, progress::at);
        }
      } else {
        result = Collector.collect(setting, platform, order, real, progress::at);
      }
    }
    report(console, result);
    return OK;
  }

  private static Duration time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new UserException("--budget " + text + ": expected a time as in 90s, 8m or 1h");
    }
    double seconds = Double.parseDouble(matcher.group(1));
    seconds *=
        switch (matcher.group(2)) {
          case "h" -> 3600;
          case "m" -> 60;
          default -> 1;
        };
    if (seconds <= 0 || seconds > MOST.toSeconds()) {
      throw new UserException("--budget " + text + ": expected more than 0 and up to a day");
    }
    return Duration.ofMillis((long) (seconds * 1000));
  }

  private String defaultName() {
    String plain = kind == RuntimeKind.WASM ? runtime.threads() + "-thread-wasm" : runtime.text();
    return quota.map(share -> plain + "-quota-" + share).orElse(plain);
  }

  private RealModel real(String text) {
    int equals = text.indexOf('=');
    Path file = Path.of(text.substring(equals + 1));
    OnnxModel model = OnnxModel.read(file);
    String stem = String.valueOf(file.getFileName()).replaceFirst("\\.onnx$", "");
    String architecture = equals > 0 ? text.substring(0, equals) : stem;
    return new RealModel(architecture, model, SampleInputs.of(model, common().seed(), Map.of()));
  }

  private void report(Console console, Collector.Result result) {
    Map<String, Integer> types = new TreeMap<>();
    for (KernelSample sample : result.dataset().samples()) {
      types.merge(sample.type().label(), 1, Integer::sum);
    }
    var platform = result.dataset().platform();
    console.print(
        "%d kernels of %d generated models on %s (%s, %s)"
            .formatted(
                result.dataset().samples().size(),
                result.pieces(),
                platform.name(),
                platform.machine(),
                platform.runtime()));
    types.forEach((type, count) -> console.print("  %-18s %d".formatted(type, count)));
    for (ModelSample model : result.dataset().models()) {
      console.print(
          "  model %s: %s, %d kernels"
              .formatted(model.id(), Units.ms(model.ms()), model.kernels().size()));
    }
    if (result.refused() > 0) {
      console.note("the runtime refused %d generated models".formatted(result.refused()));
    }
    console.note("wrote " + output);
    var json = Json.object();
    json.put("file", output.toString()).put("platform", platform.name());
    json.put("generated_models", result.pieces()).put("refused", result.refused());
    json.put("kernels", result.dataset().samples().size());
    var byType = json.putObject("types");
    types.forEach(byType::put);
    json.put("models", result.dataset().models().size());
    console.json(json);
  }
}
