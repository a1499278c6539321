package org.scalpel.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.Inputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a model on this machine or on a running tier. */
@Command(
    footer = {
      "  scalpel profile model.onnx -o device.json",
      "  scalpel profile model.onnx -o phone.json --slowdown 20",
      "  scalpel profile model.onnx -o edge.json --tier grpc://edge:8001",
      "  scalpel profile model.onnx -o device.json --recipe image.yaml --input cat.jpg",
      "  scalpel profile model.onnx -o phone.json --predict phone-predictor.json.gz"
    })
final class ProfileVerb extends Verb {
  private static final double MOST_SECONDS = 86_400;

  @Mixin private ModelOptions source = new ModelOptions();

  @Mixin private CallerOptions caller = new CallerOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The profile to write; YAML where the name says so, else JSON.")
  private Path output = Path.of("");

  @Option(
      names = "--tier",
      paramLabel = "URL",
      description = "Measure on this running tier instead of here.")
  private Optional<String> tier = Optional.empty();

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--budget-s",
      paramLabel = "S",
      defaultValue = "10",
      description = "Seconds to spend on measuring (default: ${DEFAULT-VALUE}).")
  private double budgetSeconds = 10;

  @Option(
      names = "--slowdown",
      paramLabel = "F",
      defaultValue = "1",
      description = "Declare the machine F times as slow as it is; stored in the profile.")
  private double slowdown = 1;

  @Option(
      names = "--input",
      arity = "1..*",
      parameterConsumer = InputWords.class,
      paramLabel = "[NAME=]FILE",
      description =
          "A representative input (default: seeded noise). A picture also measures its codecs;"
              + " up to 16 more inputs tell what lossy codecs of tensors lose at worst.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--predict",
      paramLabel = "FILE[#PLATFORM]",
      description = "Measure nothing: write what this predictor says of its machine.")
  private Optional<String> predictor = Optional.empty();

  @Option(
      names = "--z",
      paramLabel = "Z",
      defaultValue = "0",
      description =
          "With --predict: times at their mean plus Z spreads (default: ${DEFAULT-VALUE}).")
  private double z;

  @Override
  protected int run(Console console) {
    if (!(slowdown > 0 && slowdown < Double.POSITIVE_INFINITY)) {
      throw usage("--slowdown " + slowdown + ": expected a number above 0");
    }
    if (!(budgetSeconds > 0 && budgetSeconds <= MOST_SECONDS)) {
      throw usage("--budget-s " + budgetSeconds + ": expected a number above 0 and up to a day");
    }
    OutputFile.requireWritable(output);
    OnnxModel plain = source.source();
    Recipe recipe = source.recipe(plain);
    OnnxModel model = recipe.apply(plain);
    Profile measured = predictor.isPresent() ? predicted(model) : measured(console, model, recipe);
    Profile profile = slowdown == 1 ? measured : measured.withSlowdown(slowdown);
    profile.write(output);
    (predictor.isPresent() ? predictedLines(profile) : lines(profile)).forEach(console::print);
    console.note("wrote " + output);
    if (console.wantsJson()) {
      console.json(Json.parse(profile.toJson(), output.toString()));
    }
    return OK;
  }

  private Profile measured(Console console, OnnxModel model, Recipe recipe) {
    List<Inputs> samples = samples(model, recipe);
    Inputs sample = samples.get(0);
    ProfileOptions options =
        options(pictures(model, recipe, sample)).withCalibration(calibration(samples));
    return tier.isPresent()
        ? remote(console, model, sample.tensors(), options)
        : local(console, model, sample.tensors(), options);
  }

  private Profile predicted(OnnxModel model) {
    if (tier.isPresent() || !inputs.isEmpty()) {
      throw usage("--predict measures nothing: expected neither --tier nor --input");
    }
    if (!Double.isFinite(z)) {
      throw usage("--z " + z + ": expected a finite number");
    }
    TierSources.Sample sample = new TierSources.Sample(source.shapes(model), common().seed());
    TierSources.Described described = TierSources.described(model, List.of(), sample);
    return PredictorFile.parse(predictor.orElseThrow()).profile(described, z);
  }

  /** The inputs after the first: a folder of them may hold more than are needed. */
  private static List<Map<String, TensorData>> calibration(List<Inputs> samples) {
    return samples.stream()
        .skip(1)
        .limit(ProfileOptions.MOST_CALIBRATION)
        .map(Inputs::tensors)
        .toList();
  }

  private List<Inputs> samples(OnnxModel model, Recipe recipe) {
    Map<String, List<Long>> shapes = source.shapes(model);
    if (inputs.isEmpty()) {
      return List.of(Inputs.of(SampleInputs.of(model, common().seed(), shapes)));
    }
    List<Inputs> requests = new InputReader(model, recipe, shapes).read(inputs);
    if (requests.isEmpty()) {
      throw usage("--input: expected at least one file");
    }
    return requests;
  }

  private ProfileOptions options(List<ProfileOptions.PictureInput> pictures) {
    return new ProfileOptions(
        Duration.ofMillis((long) (budgetSeconds * 1000)), common().seed(), pictures);
  }

  private List<ProfileOptions.PictureInput> pictures(
      OnnxModel model, Recipe recipe, Inputs sample) {
    return model.inputs().stream()
        .filter(input -> !inputs.isEmpty() && InputPicture.of(model, recipe, input).isPresent())
        .filter(input -> InputPicture.isOne(sample.tensors().get(input.name())))
        .map(input -> InputPicture.codecs(input.name(), sample))
        .toList();
  }

  private Profile local(
      Console console, OnnxModel model, Map<String, TensorData> sample, ProfileOptions options) {
    try (Engine engine = new Engine(runtime.engine());
        Progress progress = console.progress("profiling " + model.label(), 100)) {
      return new Profiler(engine).profile(model, sample, options, progress::at);
    }
  }

  private Profile remote(
      Console console, OnnxModel model, Map<String, TensorData> sample, ProfileOptions options) {
    Endpoint endpoint = Endpoint.parse(tier.orElseThrow());
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Progress progress = console.progress("profiling on " + endpoint, 100)) {
      return RemoteProfile.of(endpoint, caller.security(), progress)
          .profile(engine.kernels(model), sample, options);
    }
  }

  private static List<String> predictedLines(Profile profile) {
    return List.of(
        profile.subject().model() + ", " + profile.environment().machine(),
        "  whole model  %s, of %d kernels"
            .formatted(
                Units.ms(profile.measured().wholeMs().medianMs() * profile.slowdown()),
                profile.measured().kernels().size()));
  }

  static List<String> lines(Profile profile) {
    double sum =
        profile.measured().kernels().stream().mapToDouble(kernel -> kernel.medianMs()).sum();
    Profile.Environment where = profile.environment();
    Profile.Residual residual = profile.fit().residual();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s on %s, %s, level %s, %d %s"
            .formatted(
                profile.subject().model(),
                where.machine(),
                where.runtime(),
                where.level(),
                where.threads(),
                where.threads() == 1 ? "thread" : "threads"));
    lines.add(
        "  whole model  %s (spread %s, %d runs)"
            .formatted(
                Units.ms(profile.measured().wholeMs().medianMs()),
                Units.ms(profile.measured().wholeMs().spreadMs()),
                profile.measured().wholeMs().count()));
    profile
        .rested()
        .ifPresent(
            rested ->
                lines.add(
                    "  rested       %s after a pause of %s (spread %s, %d runs)"
                        .formatted(
                            Units.ms(rested.wholeMs().medianMs()),
                            Units.ms(rested.pauseMs()),
                            Units.ms(rested.wholeMs().spreadMs()),
                            rested.wholeMs().count())));
    lines.add(
        "  kernels      %d, in sum %s"
            .formatted(profile.measured().kernels().size(), Units.ms(sum)));
    lines.add("  per segment  %s once".formatted(Units.ms(profile.fit().sessionMs())));
    lines.add(
        residual.cuts() == 0
            ? "  prediction   not checked: too small a model to hold cuts out"
            : "  prediction   of %d cuts that were held out: off by %s in the median, %s at the 95th percentile"
                .formatted(
                    residual.cuts(),
                    Units.percent(residual.median()),
                    Units.percent(residual.p95())));
    lines.addAll(CodecLines.of(profile));
    if (profile.slowdown() != 1) {
      lines.add("  declared     " + profile.slowdown() + " times as slow as measured");
    }
    return lines;
  }
}
