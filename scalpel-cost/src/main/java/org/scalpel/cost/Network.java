package org.scalpel.cost;

import java.nio.file.Path;
import java.util.List;
import org.scalpel.plan.Link;

/** The links between neighbouring tiers, from the device on. */
public record Network(List<LinkSpec> links) {
  /** The version of the file format. */
  public static final int SCHEMA = 1;

  /**
   * A link.
   *
   * @param name of the preset, or what the file calls it
   * @param upMbps away from the device, in 10^6 bit/s; 0 = down
   * @param downMbps towards the device
   * @param rttMs there and back, empty messages
   */
  public record LinkSpec(String name, double upMbps, double downMbps, double rttMs) {
    /** Checks. */
    public LinkSpec {
      Figures.nonNegative("link '" + name + "': up_mbps", upMbps);
      Figures.nonNegative("link '" + name + "': down_mbps", downMbps);
      Figures.nonNegative("link '" + name + "': rtt_ms", rttMs);
    }

    /** A preset by name or three numbers {@code UP/DOWN/RTT}, for example {@code 18.88/54.97/5}. */
    public static LinkSpec parse(String text) {
      return NetworkText.link(text.strip());
    }

    /** The planner's link, with the given addition to the round trip. */
    public Link link(double extraRttMs) {
      return Link.of(upMbps, downMbps, rttMs + extraRttMs);
    }
  }

  /** Copies; a network has at least one link. */
  public Network {
    links = List.copyOf(links);
    if (links.isEmpty()) {
      throw new ProfileException("a network without links; expected at least one");
    }
  }

  /**
   * Presets and inline links by comma, for example {@code wifi,wan} or {@code wifi,50/50/30}.
   *
   * @throws ProfileException for an unknown preset or a malformed number
   */
  public static Network parse(String text) {
    return NetworkText.network(text);
  }

  /**
   * A file (YAML or JSON with {@code schema: 1} and {@code links}) where one of that name exists,
   * else {@link #parse}.
   */
  public static Network of(String fileOrPresets) {
    Path file = NetworkText.existing(fileOrPresets);
    return file == null ? parse(fileOrPresets) : read(file);
  }

  /** Reads a network file. */
  public static Network read(Path file) {
    return ProfileFiles.readNetwork(file);
  }

  /** The names of the presets. */
  public static List<String> presets() {
    return NetworkText.presets();
  }
}
