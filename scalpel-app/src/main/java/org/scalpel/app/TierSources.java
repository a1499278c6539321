package org.scalpel.app;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.scalpel.cost.Load;
import org.scalpel.cost.Profile;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;
import picocli.CommandLine.Option;

/** What is known of each tier: a profile, or a predictor; in the order of the command line. */
@SuppressWarnings("unused") // the parser calls the methods of options
final class TierSources {
  private final Map<String, String> profiles = new LinkedHashMap<>();
  private final Map<String, String> predictors = new LinkedHashMap<>();
  private final Map<String, String> order = new LinkedHashMap<>();

  @Option(
      names = "--z",
      paramLabel = "Z",
      defaultValue = "0",
      description =
          "Plan with predicted times at their mean plus Z spreads (default: ${DEFAULT-VALUE}).")
  private double z;

  @Option(
      names = "--profile",
      split = ",",
      paramLabel = "TIER=FILE",
      description = "The profile of a tier, the device first. Once for each tier.")
  private void profile(@Nullable Map<String, String> given) {
    take(given, profiles);
  }

  @Option(
      names = "--predictor",
      split = ",",
      paramLabel = "TIER=FILE[#PLATFORM]",
      description =
          "Instead of a profile: a predictor of the tier's machine, which need not have run the model.")
  private void predictor(@Nullable Map<String, String> given) {
    take(given, predictors);
  }

  /** The parser calls with nothing to begin anew, then with what it has read so far. */
  private void take(@Nullable Map<String, String> given, Map<String, String> kept) {
    if (given == null) {
      kept.keySet().forEach(order::remove);
      kept.clear();
      return;
    }
    given.forEach(
        (tier, file) -> {
          kept.put(tier, file);
          order.putIfAbsent(tier, tier);
        });
  }

  /** Tiers whose times are predicted. */
  Collection<String> predicted() {
    return predictors.keySet();
  }

  /**
   * The problem of a model.
   *
   * @param network empty for the usual links
   */
  ModelProblem problem(OnnxModel model, Sample sample, String network, Wanted wanted) {
    if (!Double.isFinite(z)) {
      throw new UserException("--z " + z + ": expected a finite number");
    }
    for (String tier : order.keySet()) {
      if (profiles.containsKey(tier) && predictors.containsKey(tier)) {
        throw new UserException(
            "tier " + tier + ": has a profile and a predictor; expected one of them");
      }
    }
    if (predictors.isEmpty()) {
      Map<String, Path> files = new LinkedHashMap<>();
      order.keySet().forEach(tier -> files.put(tier, Path.of(profiles.getOrDefault(tier, ""))));
      return ModelProblem.read(model, files, network, wanted.load(), wanted.lossy());
    }
    if (order.size() < 2) {
      throw new UserException(
          "--predictor: expected profiles and predictors of two tiers or more, found one");
    }
    Map<String, Profile> measured = new LinkedHashMap<>();
    profiles.forEach((tier, file) -> measured.put(tier, Profile.read(Path.of(file))));
    Described described = described(model, measured.values(), sample);
    Map<String, Profile> all = new LinkedHashMap<>();
    for (String tier : order.keySet()) {
      Optional<Profile> profile = Optional.ofNullable(measured.get(tier));
      all.put(
          tier,
          profile.orElseGet(
              () -> PredictorFile.parse(predictors.getOrDefault(tier, "")).profile(described, z)));
    }
    return ModelProblem.of(
        described.kernels(),
        all,
        ModelProblem.links(network, all.size()),
        wanted.load(),
        wanted.lossy());
  }

  /** What the inputs of a model look like where nobody gives any. */
  record Sample(Map<String, List<Long>> shapes, long seed) {}

  /** What is planned for. */
  record Wanted(Load load, boolean lossy) {}

  /** A model's kernels and the type and shape of every tensor in it. */
  record Described(KernelGraph kernels, Map<String, TensorFact> facts) {}

  /** Runs the model once, here, for its shapes; kernels come from a profile where there is one. */
  static Described described(OnnxModel model, Collection<Profile> measured, Sample sample) {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels =
          measured.stream()
              .findFirst()
              .map(profile -> profile.kernels(model))
              .orElseGet(() -> engine.kernels(model));
      measured.forEach(profile -> profile.require(kernels));
      return new Described(
          kernels, engine.facts(model, SampleInputs.of(model, sample.seed(), sample.shapes())));
    }
  }
}
