package org.scalpel.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Problems as JSON text, strictly: an unknown or doubled field is refused. */
public final class ProblemJson {
  private final Map<String, Integer> layerIndex = new HashMap<>();
  private final Map<String, Integer> tierIndex = new HashMap<>();

  private ProblemJson() {}

  /**
   * The problem in {@code text}.
   *
   * @param label what to call the text in messages, a file name for example
   * @throws ProblemException if it is not a valid problem, naming the place
   */
  public static Problem read(String text, String label) {
    try {
      return new ProblemJson().problem(JsonReader.parse(text));
    } catch (ProblemException refused) {
      throw new ProblemException(label + ": " + refused.getMessage());
    }
  }

  /**
   * The exits in {@code text}, in the form in which a problem has them.
   *
   * @param label what to call the text in messages
   * @throws ProblemException if they are not valid, naming the place
   */
  public static Exits readExits(String text, String label) {
    try {
      return exits(JsonReader.parse(text));
    } catch (ProblemException refused) {
      throw new ProblemException(label + ": " + refused.getMessage());
    }
  }

  private Problem problem(JsonReader json) {
    json.only("name", "tiers", "layers", "tensors", "links", "weights", "exits", "results_at");
    List<Tier> tiers = json.list("tiers").stream().map(ProblemJson::tier).toList();
    index(tierIndex, "tiers", tiers.stream().map(Tier::name).toList());
    List<JsonReader> layerTexts = json.list("layers");
    index(layerIndex, "layers", layerTexts.stream().map(layer -> layer.text("name")).toList());
    List<PlanLayer> layers = layerTexts.stream().map(this::layer).toList();
    List<PlanTensor> tensors = json.list("tensors").stream().map(this::tensor).toList();
    List<Link> links = json.list("links").stream().map(ProblemJson::link).toList();
    String name = json.has("name") ? json.text("name") : "problem";
    return new Problem(name, tiers, layers, tensors, links, options(json));
  }

  private static void index(Map<String, Integer> index, String what, List<String> names) {
    Problem.distinct(what, names);
    names.forEach(name -> index.put(name, index.size()));
  }

  private static Tier tier(JsonReader json) {
    json.only("name", "sharers");
    return json.at(() -> new Tier(json.text("name"), json.number("sharers", 1)));
  }

  private PlanLayer layer(JsonReader json) {
    json.only("name", "compute_ms", "allowed", "reach", "energy_mj", "money", "memory_mib");
    return json.at(
        () ->
            new PlanLayer(
                json.text("name"),
                json.numbers("compute_ms"),
                json.has("allowed") ? allowed(json) : List.of(),
                json.number("reach", 1),
                charges(json)));
  }

  private static PlanLayer.Charges charges(JsonReader json) {
    if (!json.has("energy_mj") && !json.has("money") && !json.has("memory_mib")) {
      return PlanLayer.Charges.NONE;
    }
    return new PlanLayer.Charges(
        json.optionalNumbers("energy_mj"),
        json.optionalNumbers("money"),
        json.number("memory_mib", 0));
  }

  private List<Integer> allowed(JsonReader json) {
    List<Integer> tiers = named(json, "allowed", "tier", tierIndex);
    if (tiers.isEmpty()) {
      throw json.fault("allowed: expected at least one tier, found none");
    }
    return tiers;
  }

  private static List<Integer> named(
      JsonReader json, String field, String what, Map<String, Integer> index) {
    List<Integer> found = new ArrayList<>();
    for (String name : json.texts(field)) {
      Integer at = index.get(name);
      if (at == null) {
        throw json.fault(field + ": " + Names.unknown(what, name, index.keySet()));
      }
      found.add(at);
    }
    return found;
  }

  private PlanTensor tensor(JsonReader json) {
    json.only("name", "producer", "consumers", "bytes", "output", "probability", "codecs");
    List<Codec> codecs =
        json.has("codecs")
            ? json.list("codecs").stream().map(ProblemJson::codec).toList()
            : List.of();
    if (json.has("codecs") && codecs.isEmpty()) {
      throw json.fault("codecs: expected at least one codec, found none");
    }
    List<Integer> consumers = named(json, "consumers", "layer", layerIndex);
    return json.at(
        () ->
            new PlanTensor(
                json.text("name"),
                producer(json),
                consumers,
                bytes(json, codecs),
                delivery(json),
                codecs));
  }

  private static long bytes(JsonReader json, List<Codec> codecs) {
    if (json.has("bytes") || codecs.isEmpty()) {
      return json.integer("bytes");
    }
    return codecs.stream()
        .filter(codec -> codec.name().equals(Codec.RAW))
        .findFirst()
        .orElse(codecs.get(0))
        .bytes();
  }

  private static PlanTensor.Delivery delivery(JsonReader json) {
    OptionalDouble probability =
        json.has("probability")
            ? OptionalDouble.of(json.number("probability"))
            : OptionalDouble.empty();
    boolean output = json.flag("output", false);
    if (!output && probability.isEmpty()) {
      return PlanTensor.Delivery.INNER;
    }
    return new PlanTensor.Delivery(output, probability);
  }

  private int producer(JsonReader json) {
    if (json.isNull("producer")) {
      return PlanTensor.MODEL_INPUT;
    }
    String name = json.text("producer");
    Integer at = layerIndex.get(name);
    if (at == null) {
      throw json.fault("producer: " + Names.unknown("layer", name, layerIndex.keySet()));
    }
    return at;
  }

  private static Codec codec(JsonReader json) {
    json.only("name", "bytes", "encode_ms", "decode_ms", "loss");
    return json.at(
        () ->
            new Codec(
                json.text("name"),
                json.integer("bytes"),
                json.optionalNumbers("encode_ms"),
                json.optionalNumbers("decode_ms"),
                json.number("loss", 0)));
  }

  private static Link link(JsonReader json) {
    json.only("up_mbps", "down_mbps", "rtt_ms", "mj_per_mb", "sharers");
    return json.at(
        () ->
            new Link(
                json.number("up_mbps"),
                json.number("down_mbps"),
                json.number("rtt_ms"),
                json.number("mj_per_mb", 0),
                json.number("sharers", 1)));
  }

  private static Options options(JsonReader json) {
    Weights weights = json.has("weights") ? weights(json.object("weights")) : Weights.LATENCY;
    Optional<Exits> exits =
        json.has("exits") ? Optional.of(exits(json.object("exits"))) : Optional.empty();
    return new Options(weights, exits, resultsAt(json));
  }

  private static ResultsAt resultsAt(JsonReader json) {
    if (!json.has("results_at")) {
      return ResultsAt.DEVICE;
    }
    String text = json.text("results_at");
    for (ResultsAt place : ResultsAt.values()) {
      if (place.text().equals(text)) {
        return place;
      }
    }
    throw json.fault("results_at: expected device or anywhere, found \"" + text + "\"");
  }

  private static Weights weights(JsonReader json) {
    json.only("latency", "energy", "money");
    return new Weights(
        json.number("latency", 1), json.number("energy", 0), json.number("money", 0));
  }

  private static Exits exits(JsonReader json) {
    json.only("names", "points", "confidence");
    return new Exits(
        json.texts("names"),
        json.list("points").stream().map(ProblemJson::point).toList(),
        json.has("confidence") ? json.text("confidence") : "");
  }

  private static Exits.Point point(JsonReader json) {
    json.only("thresholds", "accuracy", "reach");
    Map<String, Double> reach = new LinkedHashMap<>();
    if (json.has("reach")) {
      JsonReader object = json.object("reach");
      object.fields().forEach(name -> reach.put(name, object.number(name)));
    }
    return json.at(
        () -> new Exits.Point(json.numbers("thresholds"), json.number("accuracy"), reach));
  }

  /** {@code problem} as text that {@link #read} accepts and that reads back equal. */
  public static String write(Problem problem) {
    ObjectNode json = JsonReader.MAPPER.createObjectNode();
    json.put("name", problem.name());
    ArrayNode tiers = json.putArray("tiers");
    for (Tier tier : problem.tiers()) {
      unless(tiers.addObject().put("name", tier.name()), "sharers", tier.sharers(), 1);
    }
    ArrayNode layers = json.putArray("layers");
    problem.layers().forEach(layer -> write(layer, problem, layers.addObject()));
    ArrayNode tensors = json.putArray("tensors");
    problem.tensors().forEach(tensor -> write(tensor, problem, tensors.addObject()));
    ArrayNode links = json.putArray("links");
    problem.links().forEach(link -> write(link, links.addObject()));
    write(problem.options(), json);
    return JsonReader.text(json);
  }

  private static void write(PlanLayer layer, Problem problem, ObjectNode json) {
    json.put("name", layer.name());
    numbers(json, "compute_ms", layer.computeMs());
    if (!layer.allowed().isEmpty()) {
      ArrayNode allowed = json.putArray("allowed");
      layer.allowed().forEach(tier -> allowed.add(problem.tiers().get(tier).name()));
    }
    unless(json, "reach", layer.reach(), 1);
    numbers(json, "energy_mj", layer.charges().energyMj());
    numbers(json, "money", layer.charges().money());
    unless(json, "memory_mib", layer.charges().memoryMib(), 0);
  }

  private static void write(PlanTensor tensor, Problem problem, ObjectNode json) {
    json.put("name", tensor.name());
    json.put(
        "producer", tensor.producer() < 0 ? null : problem.layers().get(tensor.producer()).name());
    ArrayNode consumers = json.putArray("consumers");
    tensor.consumers().forEach(layer -> consumers.add(problem.layers().get(layer).name()));
    json.put("bytes", tensor.bytes());
    if (tensor.output()) {
      json.put("output", true);
    }
    tensor.delivery().probability().ifPresent(value -> json.put("probability", value));
    if (!tensor.codecs().isEmpty()) {
      ArrayNode codecs = json.putArray("codecs");
      for (Codec codec : tensor.codecs()) {
        ObjectNode node = codecs.addObject().put("name", codec.name()).put("bytes", codec.bytes());
        numbers(node, "encode_ms", codec.encodeMs());
        numbers(node, "decode_ms", codec.decodeMs());
        unless(node, "loss", codec.loss(), 0);
      }
    }
  }

  private static void write(Link link, ObjectNode json) {
    json.put("up_mbps", link.upMbps()).put("down_mbps", link.downMbps());
    json.put("rtt_ms", link.rttMs());
    unless(json, "mj_per_mb", link.mjPerMb(), 0);
    unless(json, "sharers", link.sharers(), 1);
  }

  private static void write(Options options, ObjectNode json) {
    if (!options.weights().equals(Weights.LATENCY)) {
      json.putObject("weights")
          .put("latency", options.weights().latency())
          .put("energy", options.weights().energy())
          .put("money", options.weights().money());
    }
    options.exits().ifPresent(exits -> write(exits, json.putObject("exits")));
    if (options.resultsAt() != ResultsAt.DEVICE) {
      json.put("results_at", options.resultsAt().text());
    }
  }

  /** The exits as {@link #readExits} takes them. */
  public static String writeExits(Exits exits) {
    ObjectNode json = JsonReader.MAPPER.createObjectNode();
    write(exits, json);
    return JsonReader.text(json);
  }

  private static void write(Exits exits, ObjectNode json) {
    if (!exits.confidence().isEmpty()) {
      json.put("confidence", exits.confidence());
    }
    ArrayNode names = json.putArray("names");
    exits.names().forEach(names::add);
    ArrayNode points = json.putArray("points");
    for (Exits.Point point : exits.points()) {
      ObjectNode node = points.addObject();
      numbers(node, "thresholds", point.thresholds());
      node.withArray("thresholds");
      node.put("accuracy", point.accuracy());
      ObjectNode reach = node.putObject("reach");
      new TreeMap<>(point.reach()).forEach(reach::put);
    }
  }

  private static void unless(ObjectNode json, String field, double value, double usual) {
    if (value != usual) {
      json.put(field, value);
    }
  }

  private static void numbers(ObjectNode json, String field, List<Double> values) {
    if (!values.isEmpty()) {
      ArrayNode array = json.putArray(field);
      values.forEach(array::add);
    }
  }
}
