package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileException;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.Splitter;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.Problem;

/**
 * A model, one profile per tier and a network, as the planner's problem.
 *
 * @param profiles tier → profile, the device first
 * @param network the links between them
 */
record ModelProblem(
    KernelGraph kernels, Map<String, Profile> profiles, Network network, Problem problem) {
  private static final String NEAR_LINK = "wifi";
  private static final String FAR_LINK = "wan";

  /** Reads the profiles, checks that they belong to the model, and builds the problem. */
  static ModelProblem read(
      OnnxModel model, Map<String, Path> files, String network, Load load, boolean lossy) {
    Map<String, Profile> profiles = new LinkedHashMap<>();
    files.forEach((tier, file) -> profiles.put(tier, Profile.read(file)));
    if (profiles.size() < 2) {
      throw new UserException(
          "--profile: expected TIER=FILE for two tiers or more, found " + profiles.size());
    }
    Map.Entry<String, Profile> first = profiles.entrySet().iterator().next();
    KernelGraph kernels = checked(files, first.getKey(), () -> first.getValue().kernels(model));
    profiles.forEach(
        (tier, profile) ->
            checked(
                files,
                tier,
                () -> {
                  profile.require(kernels);
                  return kernels;
                }));
    return of(kernels, profiles, links(network, profiles.size()), load, lossy);
  }

  /** The usual links where none is named: as many as there are tiers to join. */
  static Network links(String network, int tiers) {
    if (!network.isEmpty()) {
      return Network.of(network);
    }
    List<String> presets = new ArrayList<>(Collections.nCopies(tiers - 1, FAR_LINK));
    presets.set(0, NEAR_LINK);
    return Network.of(String.join(",", presets));
  }

  private static KernelGraph checked(
      Map<String, Path> files, String tier, java.util.function.Supplier<KernelGraph> check) {
    try {
      return check.get();
    } catch (ProfileException fault) {
      throw new UserException(files.get(tier) + ": " + fault.getMessage(), fault);
    }
  }

  /**
   * The problem of profiles that belong to the kernels.
   *
   * @param load that is planned for
   * @param lossy whether codecs that lose something are offered
   */
  static ModelProblem of(
      KernelGraph kernels,
      Map<String, Profile> profiles,
      Network network,
      Load load,
      boolean lossy) {
    ProblemBuilder builder = new ProblemBuilder(kernels, load).lossy(lossy);
    profiles.forEach(builder::tier);
    return new ModelProblem(kernels, profiles, network, builder.build(network));
  }

  OnnxModel model() {
    return kernels.layers().model();
  }

  /** The same model with its problem changed. */
  ModelProblem withProblem(Problem changed) {
    return new ModelProblem(kernels, profiles, network, changed);
  }

  /** What a hop to the last tier costs beside bytes and round trip, ms. */
  double farOverheadMs() {
    String last = problem.tiers().get(problem.tiers().size() - 1).name();
    return ProblemBuilder.FRAMING_MS
        + Optional.ofNullable(profiles.get(last)).map(Profile::sessionMs).orElse(0.0);
  }

  /** The kernel of that name, or the kernel that holds the node of that name. */
  String kernelOf(String name) {
    return kernelOf("--pin", name);
  }

  /** The same, for another option. */
  String kernelOf(String option, String name) {
    return kernels
        .holding(name)
        .map(KernelGraph.Kernel::name)
        .orElseThrow(
            () ->
                new UserException(
                    option
                        + " "
                        + name
                        + ": the model has neither a kernel nor a node of that name"));
  }

  /** Kernel → milliseconds on each tier, for drawings. */
  Map<String, List<Double>> kernelMs() {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    problem.layers().forEach(layer -> times.put(layer.name(), layer.computeMs()));
    return times;
  }

  /** The plan's document with what a model adds: its digests and the segments. */
  ObjectNode json(Plan plan) {
    ObjectNode json = PlanJson.node(plan);
    json.put("model_sha256", model().sha256());
    json.put("kernels_digest", kernels.digest());
    Splitter splitter = new Splitter(model(), kernels);
    for (int i = 0; i < plan.partitions().size(); i++) {
      Partition partition = plan.partitions().get(i);
      if (partition.valid() && partition.timeline().segments().isEmpty()) {
        segments((ObjectNode) json.get("partitions").get(i), splitter, partition);
      }
    }
    return json;
  }

  private void segments(ObjectNode json, Splitter splitter, Partition partition) {
    Assignment assignment = Assignment.of(problem, partition.assignment());
    int[] tiers = new int[kernels.kernels().size()];
    for (int kernel = 0; kernel < tiers.length; kernel++) {
      tiers[kernel] = assignment.tier(problem.layerIndex(kernels.kernels().get(kernel).name()));
    }
    ArrayNode segments = json.putArray("segments");
    if (partition.exits().isPresent()) {
      for (ModelExits.Piece piece : ModelExits.pieces(this, tiers)) {
        segment(segments, piece.tier(), piece.kernels(), piece.afterExit());
      }
      return;
    }
    for (Segment segment : splitter.segments(tiers)) {
      segment(segments, segment.tier(), segment.kernels(), Optional.empty());
    }
  }

  private void segment(
      ArrayNode segments, int tier, List<Integer> members, Optional<String> afterExit) {
    ObjectNode one = segments.addObject();
    one.put("tier", problem.tiers().get(tier).name());
    one.set(
        "kernels", Json.texts(members.stream().map(k -> kernels.kernels().get(k).name()).toList()));
    one.put("after_exit", afterExit.orElse(null));
  }
}
