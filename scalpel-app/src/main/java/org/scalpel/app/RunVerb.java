package org.scalpel.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.scalpel.engine.Engine;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;
import org.scalpel.live.LiveClient;
import org.scalpel.live.LivePolicy;
import org.scalpel.live.LiveSetup;
import org.scalpel.live.ScalpelClient;
import org.scalpel.live.ScalpelConfig;
import org.scalpel.live.Switch;
import org.scalpel.plan.Partition;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.TierConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs requests over the tiers of a plan. */
@Command(
    footer = {
      "  scalpel run model.onnx --plan plan.json --next grpc://edge:8001 --input cat.npy",
      "  scalpel run model.onnx --recipe image.yaml --plan plan.json --next edge:8001 --input photos/",
      "  scalpel run model.onnx --profile device=d.json,edge=e.json,cloud=c.json --network wifi,wan \\",
      "    --next edge:8001 --input x.npy --repeat 100 --in-flight 8 --json",
      "  scalpel run --config scalpel.yaml --input photos/       (model, tiers and network in the file)",
      "  scalpel run model.onnx --input x.npy          (without tiers: all on this machine)"
    })
final class RunVerb extends Verb {
  @Mixin private ModelOptions source = new ModelOptions();

  @Mixin private CallerOptions caller = new CallerOptions();

  @Option(
      names = "--input",
      arity = "1..*",
      parameterConsumer = InputWords.class,
      paramLabel = "[NAME=]FILE",
      required = true,
      description =
          "A picture (where --recipe or the model say how), .npy, .pb or raw tensor, or a folder of them. Several may follow.")
  private List<String> inputs = new ArrayList<>();

  @Mixin private FlowOptions flow = new FlowOptions();

  @Mixin private DeviceOptions here = new DeviceOptions();

  @Mixin private RequestOptions request = new RequestOptions();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "Run the inputs so often.")
  private int repeat = 1;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      description =
          "Requests at the same time (default: 1; with a plan for throughput as many as reach its period, 8 at most).")
  private Optional<Integer> inFlight = Optional.empty();

  /** What a plan for throughput asks for, where nothing was asked for. */
  private int window = 1;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Write the outputs of every request as JSON.")
  private Optional<Path> save = Optional.empty();

  @Option(
      names = "--watch",
      description =
          "Say once a second what links and machines do, and every change of the plan (stderr).")
  private boolean watch;

  @Mixin private ObserveOptions observe = new ObserveOptions();

  @Override
  protected int run(Console console) {
    if (repeat < 1 || inFlight.orElse(1) < 1) {
      throw usage("--repeat and --in-flight: expected 1 or more");
    }
    if (!flow.problem().isEmpty()) {
      throw usage(flow.problem());
    }
    observe.begin();
    try (RunObserver observer = new RunObserver(observe, console)) {
      Optional<Path> named = deployment();
      return named.isPresent()
          ? configured(console, ScalpelConfig.read(named.get()), observer)
          : here(console, observer);
    }
  }

  private int here(Console console, RunObserver observer) {
    OnnxModel plain = source.source();
    Recipe recipe = source.recipe(plain);
    OnnxModel model = recipe.apply(plain);
    List<Inputs> requests = new InputReader(model, recipe, source.shapes(model)).read(inputs);
    requireSome(requests);
    save.ifPresent(OutputFile::requireWritable);
    TierConfig.Builder config = here.tier(caller);
    config.telemetry(observer.telemetry());
    try (Engine engine = new Engine(here.engine());
        DeviceTier device = new DeviceTier(config.build())) {
      observer.watch(device);
      if (here.mayFollow()) {
        return followed(new Way(console, observer, model), device, model, requests);
      }
      KernelGraph kernels = engine.kernels(model);
      Map<String, TensorFact> facts = engine.facts(model, requests.get(0).tensors());
      Placement placement = here.placement(model, kernels, request);
      window = placement.window();
      Deployment deployment = placement.deployment(kernels, facts);
      try (PlanExecutor executor = device.prepare(deployment)) {
        RunResult result = load(console, observer.around(model, timely(executor)), requests);
        return report(console, result, placement.partition().stream().toList(), List.of());
      }
    }
  }

  /** With exits a deadline holds for every request: they can keep it. */
  private Function<Inputs, CompletableFuture<Execution>> timely(PlanExecutor executor) {
    Optional<Duration> deadline = request.deadline();
    return deadline.isPresent() && !executor.deployment().exits().isEmpty()
        ? inputs -> executor.submit(inputs, deadline.get())
        : executor::submit;
  }

  /** Plans from the profiles and lets the plan follow links and machines. */
  private int followed(Way way, DeviceTier device, OnnxModel model, List<Inputs> requests) {
    ModelProblem problem = here.problem(model, request);
    LiveSetup setup =
        new LiveSetup(
            problem.kernels(),
            device.engine().facts(model, requests.get(0).tensors()),
            problem.profiles().entrySet().stream()
                .map(e -> new LiveSetup.Machine(e.getKey(), e.getValue()))
                .toList(),
            problem.network(),
            request.request(problem::kernelOf),
            LivePolicy.DEFAULT,
            here.exits());
    window = Placement.planned(problem, request).window();
    try (LiveClient client = LiveClient.open(device, setup)) {
      return watched(way, client, client::submit, requests);
    }
  }

  /** Who is told how it goes. */
  private record Way(Console console, RunObserver observer, OnnxModel model) {}

  private int watched(
      Way way,
      LiveClient client,
      Function<Inputs, CompletableFuture<Execution>> executor,
      List<Inputs> requests) {
    Console console = way.console();
    way.observer().watch(client);
    Optional<LiveWatch> shown =
        watch ? Optional.of(LiveWatch.start(client, console)) : Optional.empty();
    RunResult result;
    try {
      result = load(console, way.observer().around(way.model(), executor), requests);
    } finally {
      shown.ifPresent(LiveWatch::close);
    }
    return report(console, result, client.partitions(), client.switches());
  }

  private void requireSome(List<Inputs> requests) {
    if (requests.isEmpty()) {
      throw usage("--input: expected at least one file");
    }
  }

  /** The file of {@code --config} where it names tiers; one of defaults is applied already. */
  private Optional<Path> deployment() {
    return common()
        .config()
        .filter(file -> ConfigDefaults.isDeployment(Json.readYaml(file)))
        .filter(
            file -> {
              if (here.namesTiers()) {
                throw usage(
                    "--config " + file + " names the tiers; expected no --next, --plan, --profile");
              }
              return true;
            });
  }

  private int configured(Console console, ScalpelConfig named, RunObserver observer) {
    ScalpelConfig config =
        source.file().map(named::withModel).orElse(named).withSecurity(caller.security());
    OnnxModel plain = OnnxModel.read(config.model());
    Recipe recipe = Recipe.of(config, plain);
    OnnxModel model = recipe.apply(plain);
    Map<String, List<Long>> shapes = new LinkedHashMap<>(config.shapes(model));
    shapes.putAll(source.shapes(model));
    List<Inputs> requests = new InputReader(model, recipe, shapes).read(inputs);
    requireSome(requests);
    try (ScalpelClient client = ScalpelClient.open(config, observer.telemetry())) {
      if (client.live().isPresent()) {
        Way way = new Way(console, observer, model);
        return watched(way, client.live().get(), client::inferAsync, requests);
      }
      RunResult result = load(console, observer.around(model, client::inferAsync), requests);
      return report(console, result, client.partitions(), List.of());
    }
  }

  private int report(
      Console console, RunResult result, List<Partition> used, List<Switch> switches) {
    save.ifPresent(file -> OutputFile.write(file, Json.text(result.outputs()) + "\n"));
    result.lines().forEach(console::print);
    switches.forEach(one -> console.print("switch at " + one));
    console.json(result.json(used, switches));
    return result.exitCode();
  }

  private RunResult load(
      Console console,
      Function<Inputs, CompletableFuture<Execution>> executor,
      List<Inputs> requests) {
    long count = (long) repeat * requests.size();
    try (Progress progress = console.progress("running", count)) {
      int atOnce = inFlight.orElse(window);
      RunResult result =
          flow.isStream()
              ? flow.run(executor, requests, repeat, atOnce, progress)
              : RunLoad.run(executor, requests, repeat, atOnce, progress);
      if (result.sent() < count) {
        console.note(
            "gave up: no answer for %d s; %d of %d requests were not sent"
                .formatted(RunLoad.PATIENCE.toSeconds(), count - result.sent(), count));
      }
      return result;
    }
  }
}
