package org.scalpel.tier;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Partition;
import org.scalpel.tier.TierException.Kind;

/**
 * What the tiers need to know to run one partition of a model. The planner's answer on one side,
 * the wire on the other.
 *
 * @param kernels of the model
 * @param tiers names, the device first, as the plan calls them
 * @param tierOfKernel for every kernel of {@code kernels} the index of its tier
 * @param facts real type and shape of every tensor of {@code kernels.tensors()}; more do no harm
 * @param encodings tensors that do not travel as they are: by name, what happens to them on which
 *     link; a picture input that became a file stays one on the links behind
 * @param predictedMs the plan's stages, by the contract's names ({@code device->edge}); may be
 *     empty
 * @param pieces where tiers run their kernels in several sessions so that tensors leave early: the
 *     kernels of each, in an order in which they can run; empty for one session per tier
 * @param exits of the model in the order of depth, its own end last; empty where every request goes
 *     all the way. Sessions then end at exits
 */
public record Deployment(
    KernelGraph kernels,
    List<String> tiers,
    List<Integer> tierOfKernel,
    Map<String, TensorFact> facts,
    Map<String, List<Encoding>> encodings,
    Map<String, Double> predictedMs,
    List<List<Integer>> pieces,
    List<Exit> exits) {
  /** Every request goes all the way. */
  public Deployment(
      KernelGraph kernels,
      List<String> tiers,
      List<Integer> tierOfKernel,
      Map<String, TensorFact> facts,
      Map<String, List<Encoding>> encodings,
      Map<String, Double> predictedMs,
      List<List<Integer>> pieces) {
    this(kernels, tiers, tierOfKernel, facts, encodings, predictedMs, pieces, List.of());
  }

  /** One session per tier. */
  public Deployment(
      KernelGraph kernels,
      List<String> tiers,
      List<Integer> tierOfKernel,
      Map<String, TensorFact> facts,
      Map<String, List<Encoding>> encodings,
      Map<String, Double> predictedMs) {
    this(kernels, tiers, tierOfKernel, facts, encodings, predictedMs, List.of());
  }

  /**
   * How a tensor travels over one link.
   *
   * @param codec the name of a {@link org.scalpel.codec.TensorCodec}; of a picture input also
   *     {@code jpeg}, {@code png}, or {@code file}: the picture file that came with the request; as
   *     it is where none came
   * @param tier the tier before the link, which encodes it unless it came like that
   */
  public record Encoding(String codec, int tier) {}

  /**
   * An exit: an output with probabilities in its last dimension.
   *
   * @param name as the plan calls it
   * @param output of the model
   * @param threshold a request leaves when its confidence is at least this; above 1 the exit serves
   *     only requests that cannot go on
   * @param measure of the confidence
   */
  public record Exit(String name, String output, double threshold, Confidence measure) {
    /** How sure these probabilities are; of several rows, the least sure one. */
    public double confidence(TensorData probabilities) {
      float[] all = probabilities.floats();
      List<Long> shape = probabilities.fact().shape();
      int classes = Math.toIntExact(shape.get(shape.size() - 1));
      double least = 1;
      for (int row = 0; row < all.length; row += classes) {
        float[] one = java.util.Arrays.copyOfRange(all, row, row + classes);
        for (float p : one) {
          if (!Float.isFinite(p)) {
            return 0;
          }
        }
        least = Math.min(least, measure.of(one));
      }
      return Math.max(0, least);
    }
  }

  /** Checks that everything is there and keeps the facts of the boundary tensors. */
  public Deployment {
    tiers = List.copyOf(tiers);
    tierOfKernel = List.copyOf(tierOfKernel);
    Map<String, List<Encoding>> copies = new LinkedHashMap<>();
    encodings.forEach((tensor, all) -> copies.put(tensor, List.copyOf(all)));
    encodings = Map.copyOf(copies);
    predictedMs = Map.copyOf(predictedMs);
    pieces = pieces.stream().map(List::copyOf).toList();
    exits = List.copyOf(exits);
    if (tierOfKernel.size() != kernels.kernels().size()) {
      throw new TierException(
          Kind.INVALID,
          "the plan places "
              + tierOfKernel.size()
              + " kernels; the model has "
              + kernels.kernels().size());
    }
    for (int tier : tierOfKernel) {
      if (tier < 0 || tier >= tiers.size()) {
        throw new TierException(
            Kind.INVALID, "the plan names tier " + tier + " of " + tiers.size());
      }
    }
    Map<String, TensorFact> boundary = new LinkedHashMap<>();
    for (KernelTensor tensor : kernels.tensors()) {
      TensorFact fact = facts.get(tensor.name());
      if (fact == null) {
        throw new TierException(
            Kind.INVALID,
            "no type and shape is known for tensor '" + tensor.name() + "' of the plan");
      }
      boundary.put(tensor.name(), fact);
    }
    facts = java.util.Collections.unmodifiableMap(boundary);
  }

  /** A partition of the planner for a model; encodings are taken from its codecs. */
  public static Deployment of(
      KernelGraph kernels, Map<String, TensorFact> facts, List<String> tiers, Partition partition) {
    List<Integer> placed = new ArrayList<>();
    for (Kernel kernel : kernels.kernels()) {
      String tier = partition.assignment().get(kernel.name());
      if (tier == null || !tiers.contains(tier)) {
        throw new TierException(
            Kind.INVALID,
            "the plan puts kernel '"
                + kernel.name()
                + "' on "
                + (tier == null ? "no tier" : "tier '" + tier + "'")
                + "; expected one of "
                + tiers);
      }
      placed.add(tiers.indexOf(tier));
    }
    for (String name : partition.assignment().keySet()) {
      if (kernels.kernel(name).isEmpty()) {
        throw new TierException(
            Kind.INVALID,
            "the plan names layer '"
                + name
                + "', which the model has not. Maybe it was made for another model");
      }
    }
    List<Exit> exits = PlannedExits.of(kernels, facts, partition);
    List<List<Integer>> pieces = Pieces.of(kernels, partition);
    if (!exits.isEmpty() && pieces.isEmpty()) {
      pieces = PlannedExits.pieces(kernels, placed, exits);
    }
    return new Deployment(
        kernels,
        tiers,
        placed,
        facts,
        encodings(tiers, partition),
        partition.stagesMs(),
        pieces,
        exits);
  }

  /** Tensors on every link away from the device; a picture on the first where it is a file. */
  private static Map<String, List<Encoding>> encodings(List<String> tiers, Partition partition) {
    Map<String, List<Encoding>> encodings = new LinkedHashMap<>();
    partition
        .codecs()
        .forEach(
            (tensor, links) -> {
              List<Encoding> all = new ArrayList<>();
              for (int tier = 0; tier < tiers.size() - 1; tier++) {
                String codec = links.get(tiers.get(tier) + "->" + tiers.get(tier + 1));
                boolean again = all.stream().anyMatch(e -> InputImages.isImage(e.codec()));
                if (codec != null && !(again && InputImages.isImage(codec))) {
                  all.add(new Encoding(known(tensor, codec), tier));
                }
              }
              if (!all.isEmpty()) {
                encodings.put(tensor, all);
              }
            });
    return encodings;
  }

  private static String known(String tensor, String codec) {
    if (!Encodings.isKnown(codec)) {
      throw new TierException(
          Kind.INVALID,
          "the plan sends tensor '"
              + tensor
              + "' as '"
              + codec
              + "'; expected one of "
              + Encodings.NAMES);
    }
    return codec;
  }

  /** The same with the predicted round trips of the links, which the plan has only as a sum. */
  public Deployment withRttMs(List<Double> rttMs) {
    Map<String, Double> predicted = new LinkedHashMap<>(predictedMs);
    for (int link = 0; link < lastTier(); link++) {
      String near = tiers.get(link);
      String far = tiers.get(link + 1);
      double transfers =
          predictedMs.getOrDefault(near + "->" + far, 0.0)
              + predictedMs.getOrDefault(far + "->" + near, 0.0);
      predicted.put(near + "<->" + far, transfers + rttMs.get(link));
    }
    return new Deployment(kernels, tiers, tierOfKernel, facts, encodings, predicted, pieces, exits);
  }

  /** The exits before the model's own end. */
  List<Exit> earlyExits() {
    return exits.subList(0, Math.max(0, exits.size() - 1));
  }

  /**
   * What the plan predicts, in ms, for all that is not on the device. With exits it is the mean
   * over requests that left and those that went on, so for the latter a lower bound.
   */
  double predictedBeyondMs() {
    return predictedMs.entrySet().stream()
        .filter(stage -> !stage.getKey().equals(tiers.get(0)) && !stage.getKey().contains("<->"))
        .mapToDouble(Map.Entry::getValue)
        .filter(Double::isFinite)
        .sum();
  }

  /** The same with everything on one tier. */
  public Deployment allOn(int tier) {
    return new Deployment(
        kernels,
        tiers,
        java.util.Collections.nCopies(tierOfKernel.size(), tier),
        facts,
        encodings,
        Map.of());
  }

  /** The most remote tier that has a kernel. */
  public int lastTier() {
    return tierOfKernel.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** The model that is cut. */
  public OnnxModel model() {
    return kernels.layers().model();
  }

  /** Names this plan on every tier: twelve hex digits over model, kernels, shapes and placement. */
  public String planId() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      String text =
          model().sha256()
              + kernels.digest()
              + tierOfKernel
              + facts
              + new java.util.TreeMap<>(encodings)
              + (pieces.isEmpty() ? "" : pieces.toString())
              + (exits.isEmpty() ? "" : exits.toString());
      byte[] digest = sha.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The segments of all tiers, this plan's name on them. */
  Chain chain() {
    if (pieces.isEmpty()) {
      int[] each = tierOfKernel.stream().mapToInt(Integer::intValue).toArray();
      return new Chain(modelName(), planId(), kernels, each, facts);
    }
    return new Chain(modelName(), planId(), kernels, Pieces.placed(pieces, tierOfKernel), facts)
        .leavingAt(earlyExits());
  }

  /** The model's name on the tiers: its file name in letters, digits, '-' and '_'. */
  public String modelName() {
    return modelName(model().label());
  }

  static String modelName(String label) {
    return org.scalpel.graph.SegmentFiles.servedModel(label);
  }
}
