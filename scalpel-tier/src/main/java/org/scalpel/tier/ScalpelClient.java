package org.scalpel.tier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.cost.Progress;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Link;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;
import org.scalpel.tier.ScalpelConfig.TierEntry;
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
 * makes the plan ready everywhere. A plan of several partitions is run with the one that has the
 * largest share.
 */
public final class ScalpelClient implements AutoCloseable {
  private final DeviceTier device;
  private final Plan plan;
  private final PlanExecutor executor;

  private ScalpelClient(DeviceTier device, Plan plan, PlanExecutor executor) {
    this.device = device;
    this.plan = plan;
    this.executor = executor;
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
    OnnxModel plain = OnnxModel.read(config.model());
    OnnxModel model =
        config
            .running()
            .image()
            .map(i -> Preprocessing.of(plain, i.fit(), i.pixels()).prepend(plain))
            .orElse(plain);
    DeviceTier device = new DeviceTier(tierConfig(config));
    try {
      return new Opening(config, device, model).open();
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  private static TierConfig tierConfig(ScalpelConfig config) {
    TierEntry own = config.tiers().get(0);
    TierConfig.Builder builder =
        TierConfig.builder(own.name())
            .threads(config.running().threads())
            .window(config.running().window())
            .slowdown(own.slowdown());
    if (config.tiers().size() > 1) {
      config.tiers().get(1).url().ifPresent(url -> builder.next(url.toString()));
    }
    TierConfig.Times times = builder.build().times();
    return builder
        .times(
            new TierConfig.Times(
                times.connect(), config.running().deadline(), times.prepare(), times.drain()))
        .build();
  }

  /** What is done once, from a configuration to a plan that is ready. */
  private record Opening(ScalpelConfig config, DeviceTier device, OnnxModel model) {
    ScalpelClient open() {
      KernelGraph kernels = device.engine().kernels(model);
      Map<String, TensorData> sample = SampleInputs.of(model, 1, config.shapes(model));
      List<String> names = config.tiers().stream().map(TierEntry::name).toList();
      Plan plan;
      List<Double> rtts = new ArrayList<>();
      if (config.planning().plan().isPresent()) {
        plan = readPlan(config.planning().plan().get());
      } else {
        Objective objective = Objective.parse(config.planning().objective());
        OptionalDouble maxLoss = config.planning().maxLoss();
        ProblemBuilder builder =
            new ProblemBuilder(kernels, Load.of(objective)).lossy(maxLoss.isPresent());
        for (TierEntry tier : config.tiers()) {
          builder.tier(tier.name(), profile(tier, kernels, sample));
        }
        Problem problem = builder.build(network());
        problem.links().stream().map(Link::rttMs).forEach(rtts::add);
        Request request =
            Request.of(objective)
                .withAlgorithm(config.planning().algorithm())
                .withLimits(limits(kernels));
        plan = Planner.plan(problem, request);
      }
      Deployment deployment =
          Deployment.of(kernels, device.engine().facts(model, sample), names, plan.main());
      return new ScalpelClient(
          device, plan, device.prepare(rtts.isEmpty() ? deployment : deployment.withRttMs(rtts)));
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
      return maxLoss.isPresent() ? limits.maxLoss(maxLoss.getAsDouble()) : limits;
    }

    private static Plan readPlan(Path file) {
      try {
        return PlanJson.read(Files.readString(file), file.toString());
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
    return executor.deployment().model();
  }

  /** The names of the model's inputs. */
  public Set<String> inputs() {
    Set<String> names = new HashSet<>();
    executor.deployment().model().inputs().forEach(v -> names.add(v.name()));
    return Set.copyOf(names);
  }

  /** The plan that is run. */
  public Plan plan() {
    return plan;
  }

  /**
   * One request.
   *
   * @param inputs by name, of the model's type and shape
   * @throws TierException the inputs are wrong, or a tier was lost, late or refused
   */
  public Execution infer(Map<String, TensorData> inputs) {
    return executor.execute(inputs);
  }

  /** The same with the files that pictures were read from. */
  public Execution infer(Inputs inputs) {
    return executor.execute(inputs);
  }

  /** The same without waiting, with the files that pictures were read from. */
  public CompletableFuture<Execution> inferAsync(Inputs inputs) {
    return executor.submit(inputs);
  }

  /**
   * One request, without waiting for the answer; waits only when the window is full. What is
   * chained to the answer must not block.
   */
  public CompletableFuture<Execution> inferAsync(Map<String, TensorData> inputs) {
    return executor.submit(inputs);
  }

  @Override
  public void close() {
    executor.close();
    device.close();
  }
}
