package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.scalpel.cost.Stat;
import org.scalpel.engine.Engine;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.live.ScalpelClient;
import org.scalpel.live.ScalpelConfig;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.TierConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a few requests and shows the timeline of the one in the middle. */
@Command(
    footer = {
      "  scalpel trace model.onnx --plan plan.json --next edge:8001 --input cat.npy -o trace.json",
      "  scalpel trace model.onnx --profile device=d.json,edge=e.json --network wifi --next edge:8001 \\",
      "    --input cat.npy -o trace.json -o trace.svg --repeat 31",
      "  scalpel trace --config scalpel.yaml --input cat.jpg -o trace.html",
      "",
      "A .json file opens in https://ui.perfetto.dev or chrome://tracing; .svg and .html are drawings."
    })
final class TraceVerb extends Verb {
  private static final int WARM_UP = 5;

  @Mixin private ModelOptions source = new ModelOptions();

  @Mixin private CallerOptions caller = new CallerOptions();

  @Option(
      names = "--input",
      arity = "1..*",
      parameterConsumer = InputWords.class,
      paramLabel = "[NAME=]FILE",
      required = true,
      description =
          "A picture (where --recipe or the model say how), .npy, .pb or raw tensor; the first is traced.")
  private List<String> inputs = new ArrayList<>();

  @Mixin private DeviceOptions here = new DeviceOptions();

  @Mixin private RequestOptions request = new RequestOptions();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "11",
      description = "Requests of which the median one is shown (default: ${DEFAULT-VALUE}).")
  private int repeat = 11;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      description =
          "Write the timeline: .json a Chrome trace, .svg or .html a drawing. May be repeated.")
  private List<Path> files = new ArrayList<>();

  @Override
  protected int run(Console console) {
    if (repeat < 1) {
      throw usage("--repeat: expected 1 or more");
    }
    files.forEach(OutputFile::requireWritable);
    Optional<Path> deployment =
        common().config().filter(file -> ConfigDefaults.isDeployment(Json.readYaml(file)));
    if (deployment.isPresent()) {
      if (here.namesTiers()) {
        throw usage("--config names the tiers; expected no --next, --plan, --profile");
      }
      return configured(
          console, ScalpelConfig.read(deployment.get()).withSecurity(caller.security()));
    }
    OnnxModel plain = source.source();
    Recipe recipe = source.recipe(plain);
    OnnxModel model = recipe.apply(plain);
    Inputs input = first(new InputReader(model, recipe, source.shapes(model)).read(inputs));
    TierConfig.Builder config = here.tier(caller);
    try (Engine engine = new Engine(here.engine());
        DeviceTier device = new DeviceTier(config.build())) {
      KernelGraph kernels = engine.kernels(model);
      Placement placement = here.placement(model, kernels, request);
      try (PlanExecutor executor =
          device.prepare(placement.deployment(kernels, engine.facts(model, input.tensors())))) {
        return report(console, model, median(console, executor::execute, input));
      }
    }
  }

  private int configured(Console console, ScalpelConfig named) {
    ScalpelConfig config = source.file().map(named::withModel).orElse(named);
    OnnxModel plain = OnnxModel.read(config.model());
    Recipe recipe = Recipe.of(config, plain);
    OnnxModel model = recipe.apply(plain);
    Map<String, List<Long>> shapes = new LinkedHashMap<>(config.shapes(model));
    shapes.putAll(source.shapes(model));
    Inputs input = first(new InputReader(model, recipe, shapes).read(inputs));
    try (ScalpelClient client = ScalpelClient.open(config)) {
      return report(console, model, median(console, client::infer, input));
    }
  }

  private Inputs first(List<Inputs> requests) {
    if (requests.isEmpty()) {
      throw usage("--input: expected at least one file");
    }
    return requests.get(0);
  }

  /** The request whose time is nearest to the median, after a few that make everything warm. */
  private Execution median(Console console, Function<Inputs, Execution> run, Inputs input) {
    List<Execution> all = new ArrayList<>();
    try (Progress progress = console.progress("tracing", WARM_UP + (long) repeat)) {
      for (int i = 0; i < WARM_UP + repeat; i++) {
        Execution execution = run.apply(input);
        if (i >= WARM_UP) {
          all.add(execution);
        }
        execution.release();
        progress.step();
      }
    }
    double median = Stat.quantile(all.stream().map(Execution::totalMs).toList(), 0.5);
    return all.stream()
        .min(java.util.Comparator.comparingDouble(e -> Math.abs(e.totalMs() - median)))
        .orElseThrow();
  }

  private int report(Console console, OnnxModel model, Execution execution) {
    RequestTimeline timeline = RequestTimeline.of(execution);
    LaneChart chart = timeline.chart(new java.io.File(model.label()).getName());
    files.forEach(file -> OutputFile.write(file, chart.text(file)));
    console.print("the median of %d requests, plan %s".formatted(repeat, execution.plan()));
    timeline.lines().forEach(console::print);
    files.forEach(file -> console.note("timeline: " + file));
    ObjectNode json = Json.object().put("plan", execution.plan()).put("requests", repeat);
    json.setAll(timeline.json());
    json.set("files", Json.texts(files.stream().map(Path::toString).toList()));
    console.json(json);
    return OK;
  }
}
