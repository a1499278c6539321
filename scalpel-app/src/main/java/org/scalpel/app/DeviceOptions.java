package org.scalpel.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.plan.Exits;
import org.scalpel.plan.ProblemJson;
import org.scalpel.tier.TierConfig;
import picocli.CommandLine.Option;

/** What this machine is as the device of a deployment, what lies behind it, and who decides. */
final class DeviceOptions {
  @Option(names = "--plan", paramLabel = "FILE", description = "A plan, as written by plan -o.")
  private Optional<Path> planFile = Optional.empty();

  @Option(
      names = "--profile",
      split = ",",
      paramLabel = "TIER=FILE",
      description =
          "Instead of a plan: the profile of each tier, the device first. The plan of run then follows links and machines.")
  private Map<String, Path> profiles = new LinkedHashMap<>();

  @Option(
      names = "--network",
      paramLabel = "FILE|PRESET[,PRESET]",
      defaultValue = "",
      description = "The links, to plan for (default: wifi, then wan).")
  private String network = "";

  @Option(
      names = "--exits",
      paramLabel = "FILE",
      description =
          "With --profile: early exits with calibrated points; exits and plan then follow links and machines together.")
  private Optional<Path> exits = Optional.empty();

  @Option(names = "--next", paramLabel = "URL", description = "The tier behind the device.")
  private Optional<String> next = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of one run on the device (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--slowdown",
      paramLabel = "F",
      defaultValue = "1",
      description = "Declared time dilation of the device.")
  private double slowdown = 1;

  /** Whether tiers are named here, and so may not be in a configuration. */
  boolean namesTiers() {
    return next.isPresent() || planFile.isPresent() || !profiles.isEmpty();
  }

  /**
   * Whether the plan may change while requests flow: it is made here, and there is another tier.
   */
  boolean mayFollow() {
    return next.isPresent() && planFile.isEmpty() && !profiles.isEmpty();
  }

  EngineOptions engine() {
    return EngineOptions.DEFAULT.withThreads(threads);
  }

  TierConfig.Builder tier(CallerOptions caller) {
    TierConfig.Builder config =
        TierConfig.builder("device")
            .threads(threads)
            .slowdown(slowdown)
            .security(caller.security());
    next.ifPresent(config::next);
    return config;
  }

  /** The problem that the profiles and the network make. */
  ModelProblem problem(OnnxModel model, RequestOptions request) {
    ModelProblem read =
        ModelProblem.read(model, profiles, network, request.load(), request.mayLose());
    return exits().map(all -> read.withProblem(ModelExits.of(read).gated(all))).orElse(read);
  }

  /** Early exits to choose from, where a file names them. */
  Optional<Exits> exits() {
    return exits.map(file -> ProblemJson.readExits(InputFile.text(file), file.toString()));
  }

  /** Where the kernels run: as the plan says, as planned from the profiles, or all here. */
  Placement placement(OnnxModel model, KernelGraph kernels, RequestOptions request) {
    if (planFile.isPresent()) {
      return Placement.ofPlan(planFile.get(), model, kernels);
    }
    return profiles.isEmpty()
        ? Placement.HERE
        : Placement.planned(problem(model, request), request);
  }
}
