package org.scalpel.live;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Preprocessing;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.Security;
import org.scalpel.tier.TierException;
import org.scalpel.tier.TierException.Kind;

/**
 * Everything that a device needs to run a model on its tiers, from a YAML or JSON file or from
 * code.
 *
 * <pre>
 *   schema: 1
 *   model: squeezenet.onnx
 *   tiers:
 *     - { name: device, profile: device.json, slowdown: 1 }
 *     - { name: edge, url: "edge.local:8001", profile: edge.json }
 *   network: [wifi]            # a preset or file per link; left out: measured
 *   objective: latency
 *   pins: { conv1: device }    # a kernel, or a node: its kernel
 *   max_loss: 0.01             # leave to send the picture as JPEG
 *   exits: exits.json          # calibrated early exits: chosen with the partition, for deadline_ms
 *   dims: { batch: 1 }         # sizes of dimensions that the model leaves open
 *   threads: 1
 *   window: 8
 *   deadline_ms: 30000
 *   tls: { ca: ca.pem, cert: client.pem, key: client.key }   # for tiers that speak TLS
 *   token_file: admin.token    # shown to the tiers
 *   image: { fit: crop, order: rgb, layout: nchw, scale: 0.00392157, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
 * </pre>
 *
 * <p>Files are looked for beside the configuration.
 *
 * @param model the ONNX file
 * @param tiers the device first
 * @param network a preset, {@code UP/DOWN Mbps} or a file for each link; empty to measure them
 * @param planning what to plan for
 * @param running how to run
 * @param security certificates and token for the tiers; the same for all of them
 */
public record ScalpelConfig(
    Path model,
    List<TierEntry> tiers,
    List<String> network,
    Planning planning,
    Running running,
    Security security) {
  /** The version of the file format. */
  public static final int SCHEMA = 1;

  /**
   * A tier as the device sees it. Only the first after the device is called by it; the others are
   * reached through the tiers in between and profiled directly.
   *
   * @param url where it listens; empty for the device
   * @param profile a file; empty to profile the tier when the client opens
   * @param slowdown declared dilation of the device; remote tiers declare their own
   */
  public record TierEntry(
      String name, Optional<Endpoint> url, Optional<Path> profile, double slowdown) {}

  /**
   * What to plan for.
   *
   * @param objective {@code latency}, {@code throughput} or {@code makespan}
   * @param algorithm a name of the planner, or {@code auto}
   * @param plan a plan file that is taken as it is, instead of planning
   * @param pins kernel, or node of one, → tier
   * @param maxLoss most that codecs may lose in sum; empty for lossless ones only
   * @param exits calibrated points of the model's early exits: the most accurate in time is taken
   */
  public record Planning(
      String objective,
      String algorithm,
      Optional<Path> plan,
      Map<String, String> pins,
      OptionalDouble maxLoss,
      Optional<Path> exits) {
    /** The serial latency, planned, without limits. */
    public static final Planning DEFAULT =
        new Planning(
            "latency",
            "auto",
            Optional.empty(),
            Map.of(),
            OptionalDouble.empty(),
            Optional.empty());

    /** Copies the map. */
    public Planning {
      pins = Map.copyOf(pins);
    }
  }

  /**
   * How to run.
   *
   * @param threads of one run on the device
   * @param window requests in flight at most
   * @param deadline of one request; with early exits what every answer is planned to keep, without
   *     them a late request fails
   * @param image how pictures become the model's input; empty when inputs are the model's own
   * @param dims sizes of dimensions that the model leaves open, by their names in it
   */
  public record Running(
      int threads, int window, Duration deadline, Optional<Picture> image, Map<String, Long> dims) {
    /** One thread, eight requests in flight, thirty seconds, tensors as they are. */
    public static final Running DEFAULT =
        new Running(1, 8, Duration.ofSeconds(30), Optional.empty(), Map.of());

    /** Checks the sizes. */
    public Running {
      dims = Map.copyOf(dims);
      dims.forEach(
          (name, size) -> {
            if (size < 1) {
              throw new TierException(
                  Kind.INVALID, "dims." + name + ": expected 1 or more, found " + size);
            }
          });
    }
  }

  /** Pictures, uint8 {@code [1, height, width, 3]} RGB, as the input of the model. */
  public record Picture(Preprocessing.Fit fit, Pixels pixels) {}

  /** Without certificates and tokens. */
  public ScalpelConfig(
      Path model, List<TierEntry> tiers, List<String> network, Planning planning, Running running) {
    this(model, tiers, network, planning, running, Security.NONE);
  }

  /** Checks the tiers. */
  public ScalpelConfig {
    tiers = List.copyOf(tiers);
    network = List.copyOf(network);
    if (tiers.size() < 2 || tiers.get(0).url().isPresent()) {
      throw new TierException(
          Kind.INVALID, "tiers: expected the device, without a url, and one or more behind it");
    }
    for (TierEntry tier : tiers.subList(1, tiers.size())) {
      if (tier.url().isEmpty()) {
        throw new TierException(Kind.INVALID, "tiers: '" + tier.name() + "' needs a url");
      }
    }
    if (tiers.stream().map(TierEntry::name).distinct().count() != tiers.size()) {
      throw new TierException(Kind.INVALID, "tiers: two have the same name");
    }
    if (!network.isEmpty() && network.size() != tiers.size() - 1) {
      throw new TierException(
          Kind.INVALID,
          "network: "
              + network.size()
              + " links for "
              + tiers.size()
              + " tiers; expected "
              + (tiers.size() - 1));
    }
  }

  /** The shapes of a model's inputs whose open dimensions are bound here, by input. */
  public Map<String, List<Long>> shapes(OnnxModel of) {
    return new OpenDimensions(of).bind(running.dims());
  }

  /** The same tiers for another model. */
  public ScalpelConfig withModel(Path other) {
    return new ScalpelConfig(other, tiers, network, planning, running, security);
  }

  /** The same with other certificates or another token, where some are given. */
  public ScalpelConfig withSecurity(Security other) {
    return other.equals(Security.NONE)
        ? this
        : new ScalpelConfig(model, tiers, network, planning, running, other);
  }

  /** Reads a YAML or JSON file; unknown keys are refused with a suggestion. */
  public static ScalpelConfig read(Path file) {
    return ConfigReader.read(file);
  }
}
