package org.scalpel.live;

import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.scalpel.cost.Network;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.cost.Progress;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.live.ScalpelConfig.TierEntry;
import org.scalpel.plan.Exits;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.ProblemJson;
import org.scalpel.plan.Request;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.LinkMeasurement;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierException;
import org.scalpel.tier.TierException.Kind;

/**
 * The way in for programs: open a configuration, infer, close. Thread-safe.
 *
 * <pre>{@code
 * try (ScalpelClient scalpel = ScalpelClient.open(Path.of("scalpel.yaml"))) {
 *   Execution answer = scalpel.infer(Map.of("x", TensorData.ofFloats(pixels, 1, 3, 224, 224)));
 *   System.out.println(answer.outputs().get("prob").argmax());
 * }
 * }</pre>
 *
 * <p>Opening reads the model, reads or measures the profile of every tier and the links, plans, and
 * makes the plan ready everywhere; from then on the plan follows links and machines ({@link
 * LiveClient}). A plan that was named in a file is kept as it is, and run with the partition that
 * has the largest share.
 */
public final class ScalpelClient implements AutoCloseable {
  private static final double NS_PER_MS = 1e6;

  private final DeviceTier device;
  private final OnnxModel model;
  private final Way way;

  private ScalpelClient(DeviceTier device, OnnxModel model, Way way) {
    this.device = device;
    this.model = model;
    this.way = way;
  }

  /** How requests go: by a plan that follows the world, or always the same way. */
  private sealed interface Way extends AutoCloseable {
    CompletableFuture<Execution> submit(Inputs inputs);

    CompletableFuture<Execution> submit(Inputs inputs, Duration limit);

    Execution execute(Inputs inputs);

    List<Partition> partitions();

    @Override
    void close();
  }

  private record Following(LiveClient live) implements Way {
    @Override
    public CompletableFuture<Execution> submit(Inputs inputs) {
      return live.submit(inputs);
    }

    @Override
    public CompletableFuture<Execution> submit(Inputs inputs, Duration limit) {
      return live.submit(inputs, limit);
    }

    @Override
    public Execution execute(Inputs inputs) {
      return live.infer(inputs);
    }

    @Override
    public List<Partition> partitions() {
      return live.partitions();
    }

    @Override
    public void close() {
      live.close();
    }
  }

  private record Fixed(Partition partition, PlanExecutor executor) implements Way {
    @Override
    public CompletableFuture<Execution> submit(Inputs inputs) {
      return executor.submit(inputs);
    }

    @Override
    public CompletableFuture<Execution> submit(Inputs inputs, Duration limit) {
      return executor.submit(inputs, limit);
    }

    @Override
    public Execution execute(Inputs inputs) {
      return executor.execute(inputs);
    }

    @Override
    public List<Partition> partitions() {
      return List.of(partition);
    }

    @Override
    public void close() {
      executor.close();
    }
  }

  /**
   * Opens the configuration in a YAML or JSON file.
   *
   * @throws TierException the file is wrong, or a tier is missing or refuses
   */
  public static ScalpelClient open(Path config) {
    return open(ScalpelConfig.read(config));
  }

  /** Reads the model, measures or reads profiles and links, plans, and makes the plan ready. */
  public static ScalpelClient open(ScalpelConfig config) {
    return open(config, OpenTelemetry.noop());
  }

  /** The same with spans of every request and of its ways through the tiers. */
  public static ScalpelClient open(ScalpelConfig config, OpenTelemetry telemetry) {
    OnnxModel plain = OnnxModel.read(config.model());
    OnnxModel model =
        config
            .running()
            .image()
            .map(i -> Preprocessing.of(plain, i.fit(), i.pixels()).prepend(plain))
            .orElse(plain);
    DeviceTier device = new DeviceTier(tierConfig(config, telemetry));
    try {
      return new Opening(config, device, model).open();
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  private static TierConfig tierConfig(ScalpelConfig config, OpenTelemetry telemetry) {
    TierEntry own = config.tiers().get(0);
    TierConfig.Builder builder =
        TierConfig.builder(own.name())
            .threads(config.running().threads())
            .window(config.running().window())
            .security(config.security())
            .slowdown(own.slowdown())
            .telemetry(telemetry);
    if (config.tiers().size() > 1) {
      config.tiers().get(1).url().ifPresent(url -> builder.next(url.toString()));
    }
    TierConfig.Times times = builder.build().times();
    // Where exits keep the deadline, a late answer is better than none (LiveClient).
    Duration request =
        config.planning().exits().isPresent() ? times.request() : config.running().deadline();
    return builder
        .times(new TierConfig.Times(times.connect(), request, times.prepare(), times.drain()))
        .build();
  }

  /** What is done once, from a configuration to a plan that is ready. */
  private record Opening(ScalpelConfig config, DeviceTier device, OnnxModel model) {
    ScalpelClient open() {
      KernelGraph kernels = device.engine().kernels(model);
      Map<String, TensorData> sample = SampleInputs.of(model, 1, config.shapes(model));
      Way way =
          config.planning().plan().isPresent()
              ? fixed(kernels, sample, config.planning().plan().get())
              : following(kernels, sample);
      return new ScalpelClient(device, model, way);
    }

    private Way fixed(KernelGraph kernels, Map<String, TensorData> sample, Path file) {
      Partition partition = readPlan(file).main();
      List<String> names = config.tiers().stream().map(TierEntry::name).toList();
      Deployment deployment =
          Deployment.of(kernels, device.engine().facts(model, sample), names, partition);
      return new Fixed(partition, device.prepare(deployment));
    }

    private Way following(KernelGraph kernels, Map<String, TensorData> sample) {
      // First of all: what is misspelt should not be found after minutes of measuring.
      Request request =
          Request.of(Objective.parse(config.planning().objective()))
              .withAlgorithm(config.planning().algorithm())
              .withLimits(limits(kernels));
      Optional<Exits> exits = config.planning().exits().map(Opening::readExits);
      List<LiveSetup.Machine> machines = new ArrayList<>();
      for (TierEntry tier : config.tiers()) {
        machines.add(new LiveSetup.Machine(tier.name(), profile(tier, kernels, sample)));
      }
      LiveSetup setup =
          new LiveSetup(
              kernels,
              device.engine().facts(model, sample),
              machines,
              network(),
              request,
              LivePolicy.DEFAULT);
      return new Following(LiveClient.open(device, exits.map(setup::withExits).orElse(setup)));
    }

    private Limits limits(KernelGraph kernels) {
      Limits limits = Limits.NONE;
      for (Map.Entry<String, String> pin : config.planning().pins().entrySet()) {
        KernelGraph.Kernel kernel =
            kernels
                .holding(pin.getKey())
                .orElseThrow(
                    () ->
                        new TierException(
                            Kind.INVALID,
                            "pins: the model has neither a kernel nor a node '"
                                + pin.getKey()
                                + "'"));
        limits = limits.pin(kernel.name(), pin.getValue());
      }
      OptionalDouble maxLoss = config.planning().maxLoss();
      if (maxLoss.isPresent()) {
        limits = limits.maxLoss(maxLoss.getAsDouble());
      }
      return config.planning().exits().isPresent()
          ? limits.deadlineMs(config.running().deadline().toNanos() / NS_PER_MS)
          : limits;
    }

    private static Plan readPlan(Path file) {
      return PlanJson.read(text(file), file.toString());
    }

    private static Exits readExits(Path file) {
      return ProblemJson.readExits(text(file), file.toString());
    }

    private static String text(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new TierException(Kind.INVALID, file + ": cannot be read: " + e.getMessage(), e);
      }
    }

    private Profile profile(TierEntry tier, KernelGraph kernels, Map<String, TensorData> sample) {
      if (tier.profile().isPresent()) {
        Profile read = Profile.read(tier.profile().get());
        return tier.slowdown() > 1 ? read.withSlowdown(tier.slowdown()) : read;
      }
      if (tier.url().isEmpty()) {
        return new Profiler(device.engine())
            .profile(kernels, sample, ProfileOptions.DEFAULT, Progress.NONE)
            .withSlowdown(tier.slowdown());
      }
      try (TierClient client = TierClient.of(tier.url().get(), device.config())) {
        return client.profile(kernels, sample, ProfileOptions.DEFAULT, Progress.NONE);
      }
    }

    /**
     * The named links; else each is measured from here: for those behind the first an upper bound.
     */
    private Network network() {
      List<Network.LinkSpec> links = new ArrayList<>();
      for (String text : config.network()) {
        links.addAll(Network.of(text).links());
      }
      for (int t = 1; config.network().isEmpty() && t < config.tiers().size(); t++) {
        Endpoint url = config.tiers().get(t).url().orElseThrow();
        try (TierClient client = TierClient.of(url, device.config())) {
          LinkMeasurement link = client.measureLink();
          links.add(
              new Network.LinkSpec(
                  config.tiers().get(t).name(), link.upMbps(), link.downMbps(), link.rttMs()));
        }
      }
      return new Network(links);
    }
  }

  /** The model that is run: the file's, with the declared picture input at its head. */
  public OnnxModel model() {
    return model;
  }

  /** The names of the model's inputs. */
  public Set<String> inputs() {
    return model.inputs().stream().map(OnnxModel.Value::name).collect(Collectors.toSet());
  }

  /** The partitions that new requests take now, with their shares. */
  public List<Partition> partitions() {
    return way.partitions();
  }

  /** What watches links and machines; empty when the plan was named in a file. */
  public Optional<LiveClient> live() {
    return way instanceof Following following ? Optional.of(following.live()) : Optional.empty();
  }

  /**
   * One request.
   *
   * @param inputs by name, of the model's type and shape
   * @throws TierException the inputs are wrong, or a tier was lost, late or refused
   */
  public Execution infer(Map<String, TensorData> inputs) {
    return infer(Inputs.of(inputs));
  }

  /** The same with the files that pictures were read from. */
  public Execution infer(Inputs inputs) {
    return way.execute(inputs);
  }

  /** The same without waiting, with the files that pictures were read from. */
  public CompletableFuture<Execution> inferAsync(Inputs inputs) {
    return way.submit(inputs);
  }

  /**
   * The same with less time than the configured one. With early exits the best answer so far comes
   * when the rest would be too late; without, a request that is late fails.
   */
  public CompletableFuture<Execution> inferAsync(Inputs inputs, Duration limit) {
    return way.submit(inputs, limit);
  }

  /**
   * One request, without waiting for the answer; waits only when the window is full. What is
   * chained to the answer must not block.
   */
  public CompletableFuture<Execution> inferAsync(Map<String, TensorData> inputs) {
    return inferAsync(Inputs.of(inputs));
  }

  /**
   * A stream of requests of one source: in order or not, with a bound and a rule for what does not
   * fit. Close it before the client.
   *
   * <pre>{@code
   * StreamOptions camera = StreamOptions.DEFAULT.withOverflow(Overflow.DROP_OLDEST, 1);
   * try (RequestStream frames = scalpel.stream(camera, answer -> show(answer))) {
   *   frames.send(Inputs.of(Map.of("x", frame)));
   * }
   * }</pre>
   *
   * @param taker is given every answer, one at a time; while it waits, so does the stream
   */
  public RequestStream stream(StreamOptions options, Consumer<StreamAnswer> taker) {
    return RequestStream.open(inputs -> way.submit(inputs), options, taker);
  }

  @Override
  public void close() {
    way.close();
    device.close();
  }
}
