package org.scalpel.learn;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of a data set's file, to text and back: strict, every field named, none unknown. */
final class DatasetLines {
  private static final ObjectMapper JSON = TextFiles.JSON;

  private DatasetLines() {}

  /** A kernel as a file has it. */
  private record KernelLine(
      String id, String architecture, String type, List<Double> features, Timing time) {
    static KernelLine of(KernelSample sample) {
      return new KernelLine(
          sample.id(),
          sample.architecture(),
          sample.type().label(),
          Arrays.stream(sample.features().toArray()).boxed().toList(),
          sample.time());
    }

    KernelSample sample() {
      double[] vector = features.stream().mapToDouble(Double::doubleValue).toArray();
      return new KernelSample(
          id, architecture, KernelFeatures.of(KernelType.of(type), vector), time);
    }
  }

  static String header(Platform platform) {
    ObjectNode line = JSON.createObjectNode().put("schema", Dataset.SCHEMA);
    line.set("platform", JSON.valueToTree(platform));
    ArrayNode names = line.putArray("features");
    KernelFeatures.names().forEach(names::add);
    return line.toString();
  }

  static String kernel(KernelSample sample) {
    return JSON.createObjectNode().set("kernel", tree(sample)).toString();
  }

  /** What an unfinished file has after the lines of one measured model. */
  static String done(Group group, double elapsedSeconds) {
    ObjectNode fields = JSON.createObjectNode();
    fields.put("id", group.id()).put("pace_ms", group.paceMs()).put("elapsed_s", elapsedSeconds);
    return JSON.createObjectNode().set("done", fields).toString();
  }

  static String model(ModelSample model) {
    ObjectNode fields = JSON.createObjectNode();
    fields.put("id", model.id()).put("architecture", model.architecture());
    ArrayNode kernels = fields.putArray("kernels");
    model.kernels().forEach(kernel -> kernels.add(tree(kernel)));
    fields.set("time", JSON.valueToTree(model.time()));
    return JSON.createObjectNode().set("model", fields).toString();
  }

  /** Whole numbers are written as such: most features are, and the file is half as long. */
  private static ObjectNode tree(KernelSample sample) {
    ObjectNode tree = JSON.valueToTree(KernelLine.of(sample));
    ArrayNode numbers = tree.putArray("features");
    for (double value : sample.features().toArray()) {
      if (value == Math.rint(value) && value < 1e15) {
        numbers.add((long) value);
      } else {
        numbers.add(value);
      }
    }
    return tree;
  }

  /** The platform of a header line; the line must be one and of our features. */
  static Platform platform(String line, String place) {
    ObjectNode object = object(line, place);
    JsonNode schema = object.path("schema");
    if (!schema.isInt() || schema.intValue() != Dataset.SCHEMA) {
      throw new LearnException(
          place + ": schema is " + schema + "; expected " + Dataset.SCHEMA + " in the first line");
    }
    List<String> names = new ArrayList<>();
    object.path("features").forEach(name -> names.add(name.asText()));
    if (!names.equals(KernelFeatures.names())) {
      throw new LearnException(
          place
              + ": its features are not those of this version. Maybe collect it again: found "
              + names);
    }
    object.remove(List.of("schema", "features"));
    Platform platform = value(object.path("platform"), place + ": platform", Platform.class);
    object.remove("platform");
    if (!object.isEmpty()) {
      throw new LearnException(
          place + ": unknown field '" + object.fieldNames().next() + "' in the first line");
    }
    return platform;
  }

  /** The one field of a line after the first. */
  record Line(String kind, JsonNode value) {}

  static Line line(String line, String place) {
    ObjectNode object = object(line, place);
    if (object.size() != 1) {
      throw new LearnException(place + ": expected one field, 'kernel' or 'model'");
    }
    String kind = object.fieldNames().next();
    return new Line(kind, object.path(kind));
  }

  static KernelSample kernel(JsonNode node, String place) {
    KernelLine line = value(node, place + ": kernel", KernelLine.class);
    try {
      return line.sample();
    } catch (LearnException e) {
      throw new LearnException(place + ": kernel '" + line.id() + "': " + e.getMessage(), e);
    }
  }

  static ModelSample model(JsonNode node, String place) {
    if (!(node instanceof ObjectNode fields)) {
      throw new LearnException(place + ": model is no object");
    }
    List<KernelSample> kernels = new ArrayList<>();
    fields.path("kernels").forEach(kernel -> kernels.add(kernel(kernel, place)));
    String id = fields.path("id").asText();
    String architecture = fields.path("architecture").asText();
    Timing time = value(fields.path("time"), place + ": model.time", Timing.class);
    for (Iterator<String> names = fields.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!List.of("id", "architecture", "kernels", "time").contains(name)) {
        throw new LearnException(place + ": unknown field '" + name + "' of a model");
      }
    }
    if (id.isEmpty() || architecture.isEmpty() || kernels.isEmpty()) {
      throw new LearnException(place + ": a model needs id, architecture and kernels");
    }
    return new ModelSample(id, architecture, kernels, time);
  }

  private static ObjectNode object(String line, String place) {
    try {
      if (JSON.readTree(line) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new LearnException(place + ": " + firstLine(e.getOriginalMessage()), e);
    }
    throw new LearnException(place + ": expected a JSON object");
  }

  private static <T> T value(JsonNode node, String place, Class<T> type) {
    try {
      if (node.isObject()) {
        return JSON.treeToValue(node, type);
      }
    } catch (JacksonException e) {
      Throwable cause = e.getCause();
      String text = cause instanceof LearnException ? cause.getMessage() : e.getOriginalMessage();
      throw new LearnException(place + ": " + firstLine(text), e);
    }
    throw new LearnException(place + " is missing or no object");
  }

  private static String firstLine(@Nullable String text) {
    return text == null ? "malformed" : text.lines().findFirst().orElse("malformed");
  }
}
