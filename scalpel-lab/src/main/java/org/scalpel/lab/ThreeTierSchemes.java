package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.Preprocessing;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.Codec;
import org.scalpel.plan.Cost;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.PlanLayer;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * Ways to run one model over end device, edge and cloud on one network.
 *
 * <p><b>As the papers do</b>: the end device turns the picture into a tensor of 32-bit numbers, and
 * tensors travel as they are. The best partition, by an exact minimum cut, for each proper subset
 * of the tiers (a tier that is not in it only relays), and the two-cut search over all three.
 *
 * <p><b>With codecs</b>: the picture travels as eight-bit pixels, or as the JPEG file that the
 * camera wrote, and is prepared wherever the plan wants; tensors take any lossless codec.
 */
final class ThreeTierSchemes {
  static final List<String> TIERS = List.of("end", "edge", "cloud");

  /** Declared dilation: a small board, a desktop, this machine. */
  static final List<Double> SLOWDOWNS = List.of(10.0, 3.0, 1.0);

  static final String TWO_CUT = "two-cut";
  static final String LEARNED = "two-cut, predicted";
  static final String PIXELS = "cloud, uint8";
  static final String JPEG = "cloud, JPEG";
  static final String AUTO_PIXELS = "auto, uint8";
  static final String AUTO_JPEG = "auto, JPEG";

  /** The baselines: names, and the tiers that compute. */
  static final Map<String, List<Integer>> SUBSETS = new LinkedHashMap<>();

  static {
    SUBSETS.put("end", List.of(0));
    SUBSETS.put("edge", List.of(1));
    SUBSETS.put("cloud", List.of(2));
    SUBSETS.put("end+edge", List.of(0, 1));
    SUBSETS.put("end+cloud", List.of(0, 2));
    SUBSETS.put("edge+cloud", List.of(1, 2));
  }

  /**
   * One way.
   *
   * @param predictedMs by whoever planned it
   */
  record Scheme(String name, Partition partition, double predictedMs) {
    Scheme(String name, Partition partition) {
      this(name, partition, partition.latencyMs());
    }

    /** How many kernels run on each tier. */
    String cuts() {
      List<String> counts = new ArrayList<>();
      for (String tier : TIERS) {
        long here = partition.assignment().values().stream().filter(tier::equals).count();
        counts.add(String.valueOf(here));
      }
      return String.join("/", counts);
    }
  }

  private final KernelGraph kernels;
  private final Optional<Preprocessing> head;
  private final Profile measured;
  private final Network network;

  ThreeTierSchemes(
      KernelGraph kernels, Optional<Preprocessing> head, Profile measured, Network network) {
    this.kernels = kernels;
    this.head = head;
    this.measured = measured;
    this.network = network;
  }

  /**
   * All of them.
   *
   * @param learned the profile that a predictor made up, to plan by as well
   */
  List<Scheme> all(Optional<Profile> learned) {
    Problem floats = floats(problem(measured, false));
    List<Scheme> schemes = new ArrayList<>();
    SUBSETS.forEach(
        (name, tiers) -> schemes.add(new Scheme(name, best(within(floats, tiers), Request.AUTO))));
    schemes.add(new Scheme(TWO_CUT, best(floats, TWO_CUT)));
    learned.ifPresent(
        profile -> {
          Partition chosen = best(floats(problem(profile, false)), TWO_CUT);
          Assignment where = Assignment.of(floats, chosen.assignment());
          schemes.add(new Scheme(LEARNED, Cost.partition(floats, where), chosen.latencyMs()));
        });
    head.ifPresent(steps -> schemes.addAll(coded(steps.imageInput())));
    return schemes;
  }

  private List<Scheme> coded(String input) {
    Problem lossless = problem(measured, false);
    Problem lossy = problem(measured, true);
    Problem pixels = with(lossless, tensor(lossless, input).withCodecs(List.of()));
    Problem files = with(lossless, tensor(lossy, input));
    Assignment far = Assignment.all(lossless, TIERS.size() - 1);
    Optional<Partition> file =
        tensor(lossy, input).ways().stream()
            .map(Codec::name)
            .filter(name -> name.equals(CodecTime.JPEG) || name.equals(CodecTime.FILE))
            .map(name -> Cost.partition(files, far, Map.of(input, everywhere(name))))
            .min(Comparator.comparingDouble(Partition::latencyMs));
    List<Scheme> schemes = new ArrayList<>();
    schemes.add(new Scheme(PIXELS, Cost.partition(pixels, far, Map.of())));
    file.ifPresent(partition -> schemes.add(new Scheme(JPEG, partition)));
    schemes.add(new Scheme(AUTO_PIXELS, best(pixels, Request.AUTO)));
    schemes.add(new Scheme(AUTO_JPEG, best(files, Request.AUTO)));
    return schemes;
  }

  private static Map<String, String> everywhere(String codec) {
    Map<String, String> links = new LinkedHashMap<>();
    for (int k = 0; k + 1 < TIERS.size(); k++) {
      links.put(TIERS.get(k) + "->" + TIERS.get(k + 1), codec);
    }
    return links;
  }

  private static Partition best(Problem problem, String algorithm) {
    return Planner.plan(problem, Request.of(Objective.LATENCY).withAlgorithm(algorithm)).main();
  }

  private Problem problem(Profile profile, boolean lossy) {
    ProblemBuilder builder = new ProblemBuilder(kernels).lossy(lossy);
    for (int k = 0; k < TIERS.size(); k++) {
      builder.tier(TIERS.get(k), profile.withSlowdown(SLOWDOWNS.get(k)));
    }
    return builder.build(network);
  }

  /** Tensors as they are; what prepares the picture stays on the end device. */
  private Problem floats(Problem problem) {
    List<PlanTensor> tensors =
        problem.tensors().stream().map(t -> t.withCodecs(t.ways().subList(0, 1))).toList();
    Set<Integer> first = preparing();
    List<PlanLayer> layers = new ArrayList<>();
    for (int v = 0; v < problem.layers().size(); v++) {
      PlanLayer layer = problem.layers().get(v);
      layers.add(first.contains(v) ? layer.withAllowed(List.of(0)) : layer);
    }
    return new Problem(
        problem.name(), problem.tiers(), layers, tensors, problem.links(), problem.options());
  }

  /** The kernels that make the model's own input; the problem's layers are in their order. */
  private Set<Integer> preparing() {
    Set<Integer> found = new HashSet<>();
    head.flatMap(steps -> kernelTensor(steps.input()))
        .ifPresent(tensor -> collect(tensor.producer(), found));
    return found;
  }

  private Optional<KernelTensor> kernelTensor(String name) {
    return kernels.tensors().stream().filter(t -> t.name().equals(name)).findFirst();
  }

  private void collect(int kernel, Set<Integer> found) {
    if (kernel < 0 || !found.add(kernel)) {
      return;
    }
    for (KernelTensor tensor : kernels.tensors()) {
      if (tensor.consumers().contains(kernel)) {
        collect(tensor.producer(), found);
      }
    }
  }

  /** What is bound to a tier already stays there. */
  private static Problem within(Problem problem, List<Integer> tiers) {
    return problem.withLayers(
        problem.layers().stream()
            .map(layer -> layer.allowed().isEmpty() ? layer.withAllowed(tiers) : layer)
            .toList());
  }

  private static PlanTensor tensor(Problem problem, String name) {
    return problem.tensors().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a problem without tensor " + name));
  }

  private static Problem with(Problem problem, PlanTensor changed) {
    List<PlanTensor> tensors =
        problem.tensors().stream().map(t -> t.name().equals(changed.name()) ? changed : t).toList();
    return new Problem(
        problem.name(),
        problem.tiers(),
        problem.layers(),
        tensors,
        problem.links(),
        problem.options());
  }
}
