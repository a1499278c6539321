package org.scalpel.cost;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.KernelStats;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Codec;
import org.scalpel.plan.Link;
import org.scalpel.plan.PlanLayer;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Tier;

/**
 * Turns kernels, one profile per tier, and a network into the planner's problem.
 *
 * <ul>
 *   <li>A kernel becomes a layer of the same name, its fitted times its {@code compute_ms}, its
 *       weights its {@code memory_mib}.
 *   <li>A tensor's bytes come from the profile's facts. What its cut costs beside the transfer is
 *       the {@code encode_ms} (leaving a segment) and {@code decode_ms} (entering one) of codec
 *       {@code raw}. Inputs and outputs of the model enter and leave a session wherever they are
 *       used: that part is charged to the first kernel that reads, or makes, them.
 *   <li>What every segment costs once (session overhead of the tier behind the link, framing of a
 *       request and its answer) goes into the link's {@code rtt_ms}; on the device it is charged to
 *       the first kernel that reads an input. What one more segment costs is each tier's {@code
 *       sessionMs}, so that makespans are those of segments.
 *   <li>Times are those of the {@link Load} that is planned for.
 *   <li>Codecs that every profile has measured for a tensor are offered for it; those that lose
 *       something only when that is asked for. What leaving and entering a session costs is paid
 *       with every codec.
 * </ul>
 */
public final class ProblemBuilder {
  /**
   * What a request and its answer cost on a hop beside their bytes, in ms, when requests follow one
   * another: measured with tensors so small that their bytes do not matter (docs/benchmarks.md,
   * "Overhead of the runtime").
   */
  public static final double FRAMING_MS = 0.2;

  private static final double BYTES_PER_MIB = 1 << 20;

  /**
   * The same between tiers that were idle: threads are woken and find cold caches
   * (docs/benchmarks.md, "Single requests").
   */
  public static final double RESTED_FRAMING_MS = 1.5;

  private final KernelGraph kernels;
  private final List<String> names = new ArrayList<>();
  private final List<Profile> profiles = new ArrayList<>();
  private final Load load;
  private OptionalDouble framingMs = OptionalDouble.empty();
  private boolean lossy;

  /** A problem about these kernels under light load. */
  public ProblemBuilder(KernelGraph kernels) {
    this(kernels, Load.LIGHT);
  }

  /** A problem about these kernels under that load. */
  public ProblemBuilder(KernelGraph kernels, Load load) {
    this.kernels = kernels;
    this.load = load;
  }

  /**
   * The next tier, from the device on.
   *
   * @throws ProfileException the profile is of another model or of other kernels
   */
  public ProblemBuilder tier(String name, Profile profile) {
    profile.require(kernels);
    names.add(name);
    profiles.add(profile.under(load));
    return this;
  }

  /**
   * What a hop costs beside bytes and round trip, in ms; unless told {@link #RESTED_FRAMING_MS}
   * under light load, else {@link #FRAMING_MS}.
   */
  public ProblemBuilder framingMs(double ms) {
    framingMs = OptionalDouble.of(Figures.nonNegative("framing_ms", ms));
    return this;
  }

  /** Also offers codecs that lose something, with the loss that the profiles measured. */
  public ProblemBuilder lossy(boolean allowed) {
    lossy = allowed;
    return this;
  }

  /**
   * The problem over this network.
   *
   * @throws ProfileException the network has not one link less than there are tiers, or a tensor is
   *     missing in a profile
   */
  public Problem build(Network network) {
    if (network.links().size() != profiles.size() - 1) {
      throw new ProfileException(
          "a network of "
              + network.links().size()
              + " links for "
              + profiles.size()
              + " tiers; expected "
              + (profiles.size() - 1));
    }
    List<Link> links = new ArrayList<>();
    double framing = framingMs.orElse(load == Load.LIGHT ? RESTED_FRAMING_MS : FRAMING_MS);
    for (int k = 0; k < network.links().size(); k++) {
      links.add(network.links().get(k).link(framing + profiles.get(k + 1).sessionMs()));
    }
    String model = profiles.get(0).subject().model();
    List<Tier> tiers = new ArrayList<>();
    for (int k = 0; k < profiles.size(); k++) {
      tiers.add(Tier.of(names.get(k)).withSessionMs(profiles.get(k).sessionMs()));
    }
    return Problem.of(model, tiers, layers(), tensors(), links);
  }

  private List<PlanLayer> layers() {
    List<double[]> ends = profiles.stream().map(this::ends).toList();
    ends.get(0)[first()] += profiles.get(0).sessionMs();
    List<KernelStats> stats = KernelStats.of(kernels, profiles.get(0).subject().facts());
    List<PlanLayer> layers = new ArrayList<>();
    for (Kernel kernel : kernels.kernels()) {
      List<Double> times = new ArrayList<>();
      for (Profile profile : profiles) {
        times.add(profile.kernelMs(kernel.index()) + ends.get(times.size())[kernel.index()]);
      }
      double mib = stats.get(kernel.index()).parameterBytes() / BYTES_PER_MIB;
      layers.add(
          PlanLayer.of(kernel.name(), times)
              .withCharges(new PlanLayer.Charges(List.of(), List.of(), mib)));
    }
    return layers;
  }

  /** On the device if any kernel is, as far as the model starts at one place. */
  private int first() {
    return kernels.tensors().stream()
        .filter(tensor -> tensor.producer() < 0 && !tensor.consumers().isEmpty())
        .mapToInt(tensor -> tensor.consumers().get(0))
        .min()
        .orElse(0);
  }

  /** The model's own inputs and outputs, which are borders of some session in every plan. */
  private double[] ends(Profile profile) {
    double[] ms = new double[kernels.kernels().size()];
    for (KernelTensor tensor : kernels.tensors()) {
      if (tensor.producer() < 0 && !tensor.consumers().isEmpty()) {
        ms[tensor.consumers().get(0)] += profile.enterMs(tensor.name());
      }
      if (tensor.producer() >= 0 && tensor.output() && tensor.consumers().isEmpty()) {
        ms[tensor.producer()] += profile.leaveMs(tensor.name());
      }
    }
    return ms;
  }

  private List<PlanTensor> tensors() {
    MeasuredCodecs measured = new MeasuredCodecs(profiles, lossy);
    List<PlanTensor> tensors = new ArrayList<>();
    for (KernelTensor tensor : kernels.tensors()) {
      long bytes = bytes(tensor.name());
      PlanTensor planned =
          PlanTensor.of(tensor.name(), tensor.producer(), tensor.consumers(), bytes);
      if (tensor.output()) {
        planned = planned.asOutput();
      }
      Codec raw = raw(tensor, bytes);
      List<Codec> codecs = new ArrayList<>(List.of(raw));
      // An answer travels back as it is, so a tensor that is one has no other codec either way.
      if (!tensor.output()) {
        codecs.addAll(measured.of(planned, raw));
      }
      tensors.add(planned.withCodecs(codecs));
    }
    return tensors;
  }

  private Codec raw(KernelTensor tensor, long bytes) {
    List<Double> encode = new ArrayList<>();
    List<Double> decode = new ArrayList<>();
    boolean inner = tensor.producer() >= 0 && !tensor.consumers().isEmpty();
    for (Profile profile : profiles) {
      encode.add(inner ? profile.leaveMs(tensor.name()) : 0.0);
      decode.add(inner ? profile.enterMs(tensor.name()) : 0.0);
    }
    return new Codec(Codec.RAW, bytes, encode, decode, 0);
  }

  private long bytes(String tensor) {
    TensorFact fact = profiles.get(0).subject().facts().get(tensor);
    if (fact == null) {
      throw new ProfileException(
          "profile of "
              + profiles.get(0).subject().model()
              + ": tensor '"
              + tensor
              + "' has no type and shape");
    }
    return fact.bytes();
  }
}
