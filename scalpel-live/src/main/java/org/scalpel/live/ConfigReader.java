package org.scalpel.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Preprocessing;
import org.scalpel.live.ScalpelConfig.Picture;
import org.scalpel.live.ScalpelConfig.Planning;
import org.scalpel.live.ScalpelConfig.Running;
import org.scalpel.live.ScalpelConfig.TierEntry;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.Security;
import org.scalpel.tier.TierException;
import org.scalpel.tier.TierException.Kind;

/** Reads {@link ScalpelConfig}; every fault names the file and the key. */
final class ConfigReader {
  private static final long MOST_BYTES = 1 << 20;

  private final Path file;

  private ConfigReader(Path file) {
    this.file = file;
  }

  static ScalpelConfig read(Path file) {
    ConfigReader reader = new ConfigReader(file);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw reader.fault("", "is larger than a configuration can be");
      }
      return reader.config(new YAMLMapper().readTree(Files.readString(file)));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw reader.fault(
          "line " + line, "is no YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw reader.fault("", "cannot be read: " + e.getMessage());
    } catch (ModelException e) {
      throw reader.fault("image", String.valueOf(e.getMessage()));
    } catch (TierException e) {
      throw String.valueOf(e.getMessage()).startsWith(file.toString())
          ? e
          : reader.fault("", e.getMessage());
    }
  }

  private TierException fault(String key, @org.jspecify.annotations.Nullable String problem) {
    return new TierException(
        Kind.INVALID, file + ": " + (key.isEmpty() ? "" : key + ": ") + problem);
  }

  private ScalpelConfig config(JsonNode root) {
    keys(
        "",
        root,
        "schema",
        "model",
        "tiers",
        "network",
        "objective",
        "algorithm",
        "plan",
        "pins",
        "max_loss",
        "exits",
        "dims",
        "threads",
        "window",
        "deadline_ms",
        "tls",
        "token_file",
        "image");
    if (number(root, "schema", -1) != ScalpelConfig.SCHEMA) {
      throw fault("schema", "expected " + ScalpelConfig.SCHEMA + ", found " + root.path("schema"));
    }
    List<TierEntry> tiers = new ArrayList<>();
    for (JsonNode tier : list(root, "tiers")) {
      tiers.add(tier("tiers[" + tiers.size() + "]", tier));
    }
    List<String> network = new ArrayList<>();
    list(root, "network").forEach(link -> network.add(link.asText()));
    Path model =
        path(root, "model").orElseThrow(() -> fault("model", "is missing; expected an ONNX file"));
    return new ScalpelConfig(
        model, tiers, network, planning(root, tiers), running(root), security(root));
  }

  private Security security(JsonNode root) {
    JsonNode tls = map(root, "tls");
    if (!tls.isMissingNode()) {
      keys("tls", tls, "ca", "cert", "key");
    }
    Optional<Path> certificate = path(tls, "cert");
    Optional<Path> key = path(tls, "key");
    if (certificate.isPresent() != key.isPresent()) {
      throw fault("tls", "expected both cert and key, or neither");
    }
    return new Security(
        certificate.flatMap(c -> key.map(k -> new Security.Identity(c, k))),
        path(tls, "ca"),
        Optional.empty(),
        Optional.empty(),
        path(root, "token_file"));
  }

  private Planning planning(JsonNode root, List<TierEntry> tiers) {
    Map<String, String> pins = new LinkedHashMap<>();
    List<String> names = tiers.stream().map(TierEntry::name).toList();
    for (Map.Entry<String, JsonNode> pin : map(root, "pins").properties()) {
      if (!names.contains(pin.getValue().asText())) {
        throw fault(
            "pins." + pin.getKey(), "expected one of " + names + ", found " + pin.getValue());
      }
      pins.put(pin.getKey(), pin.getValue().asText());
    }
    double maxLoss = number(root, "max_loss", Double.NaN);
    return new Planning(
        text(root, "objective").orElse(Planning.DEFAULT.objective()),
        text(root, "algorithm").orElse(Planning.DEFAULT.algorithm()),
        path(root, "plan"),
        pins,
        Double.isNaN(maxLoss) ? OptionalDouble.empty() : OptionalDouble.of(maxLoss),
        exits(root));
  }

  private Optional<Path> exits(JsonNode root) {
    if (root.has("exits") && root.has("plan")) {
      throw fault("exits", "expected no plan beside it: a plan names its exits");
    }
    return path(root, "exits");
  }

  private Running running(JsonNode root) {
    Map<String, Long> dims = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> dim : map(root, "dims").properties()) {
      if (!dim.getValue().isIntegralNumber()) {
        throw fault("dims." + dim.getKey(), "expected a whole number, found " + dim.getValue());
      }
      dims.put(dim.getKey(), dim.getValue().asLong());
    }
    return new Running(
        (int) number(root, "threads", Running.DEFAULT.threads()),
        (int) number(root, "window", Running.DEFAULT.window()),
        Duration.ofMillis(
            (long) number(root, "deadline_ms", (double) Running.DEFAULT.deadline().toMillis())),
        root.has("image") ? Optional.of(picture(root.get("image"))) : Optional.empty(),
        dims);
  }

  private JsonNode map(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isObject()) {
      throw fault(key, "expected a map, found " + value);
    }
    return value;
  }

  private TierEntry tier(String at, JsonNode tier) {
    keys(at, tier, "name", "url", "profile", "slowdown");
    String name = text(tier, "name").orElseThrow(() -> fault(at + ".name", "is missing"));
    return new TierEntry(
        name,
        text(tier, "url").map(Endpoint::parse),
        path(tier, "profile"),
        number(tier, "slowdown", 1));
  }

  private Picture picture(JsonNode image) {
    keys("image", image, "fit", "order", "layout", "scale", "mean", "deviation");
    Pixels pixels =
        new Pixels(
            choice(image, "order", Pixels.Order.class, Pixels.Order.RGB),
            choice(image, "layout", Pixels.Layout.class, Pixels.Layout.NCHW),
            number(image, "scale", 1),
            numbers(image, "mean", 0),
            numbers(image, "deviation", 1));
    return new Picture(
        choice(image, "fit", Preprocessing.Fit.class, Preprocessing.Fit.STRETCH), pixels);
  }

  private List<Double> numbers(JsonNode node, String key, double otherwise) {
    List<Double> all = new ArrayList<>();
    list(node, key).forEach(n -> all.add(n.asDouble(Double.NaN)));
    return all.isEmpty() ? List.of(otherwise) : all;
  }

  private <E extends Enum<E>> E choice(JsonNode node, String key, Class<E> type, E otherwise) {
    Optional<String> given = text(node, key);
    for (E one : type.getEnumConstants()) {
      if (given.isPresent() && one.name().equalsIgnoreCase(given.get())) {
        return one;
      }
    }
    if (given.isPresent()) {
      throw fault(
          key,
          "'"
              + given.get()
              + "' is unknown; expected one of "
              + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT));
    }
    return otherwise;
  }

  private Optional<Path> path(JsonNode node, String key) {
    return text(node, key).map(name -> file.toAbsolutePath().resolveSibling(name));
  }

  private Optional<String> text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isTextual()) {
      throw fault(key, "expected text, found " + value);
    }
    return value.isMissingNode() ? Optional.empty() : Optional.of(value.asText());
  }

  private double number(JsonNode node, String key, double otherwise) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isNumber()) {
      throw fault(key, "expected a number, found " + value);
    }
    return value.asDouble(otherwise);
  }

  private JsonNode list(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isArray()) {
      throw fault(key, "expected a list, found " + value);
    }
    return value;
  }

  private void keys(String at, JsonNode node, String... known) {
    if (!node.isObject()) {
      throw fault(at, "expected a map of keys");
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!List.of(known).contains(key)) {
                String near =
                    List.of(known).stream()
                        .min(java.util.Comparator.comparingInt(k -> distance(k, key)))
                        .filter(k -> distance(k, key) <= 2)
                        .map(k -> ". Maybe '" + k + "' is meant")
                        .orElse("; expected one of " + List.of(known));
                throw fault(at.isEmpty() ? key : at + "." + key, "is unknown" + near);
              }
            });
  }

  /** Letters to insert, delete or change to make one word of the other. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
