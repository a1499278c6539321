package org.scalpel.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** One JSON object and its place in the text, read field by field with precise complaints. */
final class JsonReader {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(20).maxNumberLength(400).build());
  }

  private static final Pattern ADVICE =
      Pattern.compile(
          "( \\((start marker|bound as|\\d+, from).*|: (enable|not allowed as per) .*)$");

  private final JsonNode node;
  private final String place;

  private JsonReader(JsonNode node, String place) {
    this.node = node;
    this.place = place;
  }

  /** The object that {@code text} holds. */
  static JsonReader parse(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (!node.isObject()) {
        throw new ProblemException("expected a JSON object, found " + kind(node));
      }
      return new JsonReader(node, "");
    } catch (JsonProcessingException broken) {
      var at = broken.getLocation();
      String where =
          at == null ? "" : "line " + at.getLineNr() + " column " + at.getColumnNr() + ": ";
      throw new ProblemException(where + "expected JSON: " + withoutAdvice(broken));
    }
  }

  /** The parser's messages end in advice to programmers about its settings. */
  private static String withoutAdvice(JsonProcessingException broken) {
    String message = broken.getOriginalMessage().lines().findFirst().orElse("");
    return ADVICE.matcher(message).replaceFirst("");
  }

  static String text(JsonNode node) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Refuses any field that is not {@code known}. */
  void only(String... known) {
    node.fieldNames()
        .forEachRemaining(
            field -> {
              if (!Arrays.asList(known).contains(field)) {
                throw fault(Names.unknown("field", field, Arrays.asList(known)));
              }
            });
  }

  /** What {@code make} builds, its complaints prefixed with this place. */
  <T> T at(Supplier<T> make) {
    try {
      return make.get();
    } catch (ProblemException refused) {
      String message = String.valueOf(refused.getMessage());
      throw message.startsWith(place) ? refused : fault(message);
    }
  }

  ProblemException fault(String message) {
    return new ProblemException(place.isEmpty() ? message : place + ": " + message);
  }

  List<String> fields() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  boolean has(String field) {
    return node.has(field);
  }

  boolean isNull(String field) {
    return required(field).isNull();
  }

  private JsonNode required(String field) {
    JsonNode value = node.get(field);
    if (value == null) {
      throw fault("expected the field \"" + field + "\", found none");
    }
    return value;
  }

  private ProblemException wrong(String field, String expected, JsonNode found) {
    return fault(field + ": expected " + expected + ", found " + kind(found));
  }

  String text(String field) {
    JsonNode value = required(field);
    if (!value.isTextual()) {
      throw wrong(field, "a text", value);
    }
    return value.textValue();
  }

  boolean flag(String field, boolean otherwise) {
    if (!has(field)) {
      return otherwise;
    }
    JsonNode value = required(field);
    if (!value.isBoolean()) {
      throw wrong(field, "true or false", value);
    }
    return value.booleanValue();
  }

  double number(String field, double otherwise) {
    return has(field) ? number(field) : otherwise;
  }

  double number(String field) {
    return number(field, required(field));
  }

  private double number(String field, JsonNode value) {
    if (!value.isNumber()) {
      throw wrong(field, "a number", value);
    }
    return value.doubleValue();
  }

  long integer(String field) {
    JsonNode value = required(field);
    if (!value.isNumber()) {
      throw wrong(field, "an integer", value);
    }
    if (value.doubleValue() != Math.rint(value.doubleValue())
        || Math.abs(value.doubleValue()) >= 0x1p63) {
      throw fault(field + ": expected an integer below 2^63, found " + value);
    }
    return value.isIntegralNumber() ? value.longValue() : (long) value.doubleValue();
  }

  List<Double> optionalNumbers(String field) {
    return has(field) ? numbers(field) : List.of();
  }

  List<Double> numbers(String field) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode value : array(field)) {
      numbers.add(number(field, value));
    }
    return numbers;
  }

  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : array(field)) {
      if (!value.isTextual()) {
        throw wrong(field, "texts", value);
      }
      texts.add(value.textValue());
    }
    return texts;
  }

  JsonReader object(String field) {
    JsonNode value = required(field);
    if (!value.isObject()) {
      throw wrong(field, "an object", value);
    }
    return new JsonReader(value, path(field));
  }

  /** The objects of an array. */
  List<JsonReader> list(String field) {
    List<JsonReader> objects = new ArrayList<>();
    for (JsonNode value : array(field)) {
      String at = path(field) + "[" + objects.size() + "]";
      if (!value.isObject()) {
        throw new ProblemException(at + ": expected an object, found " + kind(value));
      }
      JsonNode name = value.get("name");
      String named =
          name != null && name.isTextual() ? " \"" + Names.shortened(name.textValue()) + "\"" : "";
      objects.add(new JsonReader(value, at + named));
    }
    return objects;
  }

  private JsonNode array(String field) {
    JsonNode value = required(field);
    if (!value.isArray()) {
      throw wrong(field, "an array", value);
    }
    return value;
  }

  private String path(String field) {
    return place.isEmpty() ? field : place + "." + field;
  }

  private static String kind(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    String text =
        node.isContainerNode() ? "an " + (node.isArray() ? "array" : "object") : node.toString();
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
