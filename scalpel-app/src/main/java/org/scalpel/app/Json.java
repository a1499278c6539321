package org.scalpel.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Pattern;

/** JSON and YAML documents of the command line. */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Pattern ADVICE =
      Pattern.compile("( \\((start marker|bound as).*|: (enable|not allowed as per) .*)$");

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  static ArrayNode texts(Collection<String> values) {
    ArrayNode array = array();
    values.forEach(array::add);
    return array;
  }

  static ArrayNode numbers(Collection<? extends Number> values) {
    ArrayNode array = array();
    values.forEach(value -> array.add(value.longValue()));
    return array;
  }

  /** Indented, for files and people. */
  static String text(JsonNode node) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
    } catch (JsonProcessingException fault) {
      throw new IllegalStateException("a JSON tree that cannot be written", fault);
    }
  }

  /** On one line, for pages. */
  static String compact(JsonNode node) {
    return node.toString();
  }

  /** The document in a JSON file. */
  static JsonNode read(Path file) {
    return parse(MAPPER, InputFile.text(file), file.toString());
  }

  /** The document in a JSON text. */
  static JsonNode parse(String text, String label) {
    return parse(MAPPER, text, label);
  }

  /** The document in a YAML file (JSON is YAML). */
  static JsonNode readYaml(Path file) {
    return parse(new YAMLMapper(), InputFile.text(file), file.toString());
  }

  /** The parser's messages end in advice to programmers about its settings, in brackets. */
  private static String withoutAdvice(String message) {
    return ADVICE.matcher(message).replaceFirst("");
  }

  private static JsonNode parse(ObjectMapper mapper, String text, String label) {
    try {
      return mapper.readTree(text);
    } catch (JsonProcessingException fault) {
      var place = fault.getLocation();
      String where =
          place == null ? "" : " line " + place.getLineNr() + " column " + place.getColumnNr();
      throw new UserException(
          label + where + ": " + withoutAdvice(Faults.firstLine(fault.getOriginalMessage())),
          fault);
    }
  }
}
