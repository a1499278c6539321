package org.scalpel.cost;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.scalpel.cost.Network.LinkSpec;

/**
 * Networks as a user types them. The upload rates of {@code cat1} (the literature's figure for a
 * constrained cellular modem), {@code 3g}, {@code 4g} and {@code wifi} are those on which the field
 * compares; the download rates are the means of the same measurements.
 */
final class NetworkText {
  private static final Map<String, LinkSpec> PRESETS = new LinkedHashMap<>();

  static {
    preset("cat1", 0.13, 0.25, 100);
    preset("3g", 1.1, 2.03, 60);
    preset("4g", 5.85, 13.76, 40);
    preset("wifi", 18.88, 54.97, 5);
    preset("wan", 50, 50, 30);
    preset("lan", 1000, 1000, 0.2);
    preset("loopback", 10_000, 10_000, 0.05);
  }

  private NetworkText() {}

  private static void preset(String name, double up, double down, double rtt) {
    PRESETS.put(name, new LinkSpec(name, up, down, rtt));
  }

  static List<String> presets() {
    return List.copyOf(PRESETS.keySet());
  }

  static Network network(String text) {
    List<LinkSpec> links = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      links.add(link(part.strip()));
    }
    return new Network(links);
  }

  static LinkSpec link(String text) {
    LinkSpec preset = PRESETS.get(text);
    if (preset != null) {
      return preset;
    }
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new ProfileException(
          "network '"
              + text
              + "': expected a preset of "
              + presets()
              + " or UP/DOWN/RTT in Mbps and ms");
    }
    return new LinkSpec(
        text, number(text, parts[0]), number(text, parts[1]), number(text, parts[2]));
  }

  private static double number(String text, String part) {
    try {
      return Double.parseDouble(part.strip());
    } catch (NumberFormatException e) {
      throw new ProfileException("network '" + text + "': '" + part + "' is no number", e);
    }
  }

  /** The file of that name, if there is one. */
  static @Nullable Path existing(String text) {
    try {
      Path file = Path.of(text);
      return Files.isRegularFile(file) ? file : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
