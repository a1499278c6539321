package org.scalpel.cost;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.TensorFact;

/** Profiles and networks as files: strict, every field named and none unknown. */
final class ProfileFiles {
  private static final String RESTED = "rested";
  private static final long MAX_BYTES = 64L << 20;
  private static final Pattern MISSING = Pattern.compile("^Missing creator property '([^']*)'");
  private static final ObjectMapper JSON = strict(JsonMapper.builder().build());
  private static final ObjectMapper YAML = strict(YAMLMapper.builder().build());

  private ProfileFiles() {}

  private static ObjectMapper strict(ObjectMapper mapper) {
    SimpleModule facts = new SimpleModule();
    facts.addSerializer(TensorFact.class, new FactWriter());
    facts.addDeserializer(TensorFact.class, new FactReader());
    return mapper
        .registerModule(facts)
        .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .setDefaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  static Profile read(Path file) {
    return profile(text(file), file.toString(), mapper(file));
  }

  static Profile parse(String text, String label) {
    return profile(text, label, JSON);
  }

  /** The fields that every profile has; {@value #RESTED} came later. */
  private record Required(
      Profile.Subject subject,
      Profile.Environment environment,
      Profile.Measured measured,
      Profile.Fit fit,
      double slowdown) {
    static Required of(Profile p) {
      return new Required(p.subject(), p.environment(), p.measured(), p.fit(), p.slowdown());
    }

    Profile with(Optional<Profile.Rested> rested) {
      return new Profile(subject, environment, measured, fit, rested, slowdown);
    }
  }

  private static Profile profile(String text, String label, ObjectMapper mapper) {
    ObjectNode object = object(text, label, mapper, Profile.SCHEMA);
    Optional<JsonNode> node = Optional.ofNullable(object.remove(RESTED));
    Optional<Profile.Rested> rested =
        node.map(n -> value(n, label, mapper, Profile.Rested.class, RESTED));
    Required required = value(object, label, mapper, Required.class, "");
    try {
      return required.with(rested);
    } catch (ProfileException e) {
      throw new ProfileException(label + ": " + e.getMessage(), e);
    }
  }

  static Network readNetwork(Path file) {
    ObjectMapper mapper = mapper(file);
    String label = file.toString();
    return value(
        object(text(file), label, mapper, Network.SCHEMA), label, mapper, Network.class, "");
  }

  static String text(Profile profile) {
    return text(profile, JSON);
  }

  static void write(Profile profile, Path file) {
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(beside, text(profile, mapper(file)));
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ProfileException(file + ": could not be written: " + e.getMessage(), e);
    } finally {
      deleteQuietly(beside);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Profile profile, ObjectMapper mapper) {
    ObjectNode tree = mapper.createObjectNode().put("schema", Profile.SCHEMA);
    tree.setAll((ObjectNode) mapper.valueToTree(Required.of(profile)));
    profile.rested().ifPresent(rested -> tree.set(RESTED, mapper.valueToTree(rested)));
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
    } catch (JacksonException e) {
      throw new IllegalStateException("a profile could not be written as text", e);
    }
  }

  private static ObjectMapper mapper(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".yaml") || name.endsWith(".yml") ? YAML : JSON;
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ProfileException(file + ": larger than " + MAX_BYTES + " bytes; no such file is");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ProfileException(file + ": no such file", e);
    } catch (CharacterCodingException e) {
      throw new ProfileException(file + ": expected UTF-8 text, found other bytes", e);
    } catch (IOException e) {
      throw new ProfileException(file + ": could not be read: " + e, e);
    }
  }

  private static ObjectNode object(String text, String label, ObjectMapper mapper, int schema) {
    try {
      JsonNode tree = mapper.readTree(text);
      if (!(tree instanceof ObjectNode object)) {
        throw new ProfileException(label + ": expected an object with the field 'schema'");
      }
      JsonNode version = object.remove("schema");
      if (version == null || !version.isInt() || version.intValue() != schema) {
        throw new ProfileException(label + ": schema is " + version + "; expected " + schema);
      }
      return object;
    } catch (JacksonException e) {
      throw new ProfileException(label + ": " + oneLine(e), e);
    }
  }

  /** The record in this node; {@code field} is where it stands, for messages. */
  private static <T> T value(
      JsonNode node, String label, ObjectMapper mapper, Class<T> type, String field) {
    try {
      if (!node.isObject()) {
        throw new ProfileException(label + ": '" + field + "' is no object");
      }
      return mapper.treeToValue(node, type);
    } catch (JacksonException e) {
      String where = field.isEmpty() ? "" : field + ": ";
      throw new ProfileException(label + ": " + where + oneLine(e), e);
    }
  }

  private static String oneLine(JacksonException e) {
    Throwable cause = e.getCause();
    if (cause instanceof ProfileException || cause instanceof ModelException) {
      return cause.getMessage() + place(e);
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown field '" + unknown.getPropertyName() + "'" + place(e);
    }
    String what = e.getOriginalMessage().lines().findFirst().orElse("malformed");
    Matcher missing = MISSING.matcher(what);
    return (missing.find() ? "field '" + missing.group(1) + "' is missing" : what) + place(e);
  }

  private static String place(JacksonException e) {
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      List<String> path = new ArrayList<>();
      mapping
          .getPath()
          .forEach(
              r ->
                  path.add(r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName()));
      return " (at " + String.join(".", path) + ")";
    }
    return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
  }

  private static final class FactWriter extends StdSerializer<TensorFact> {
    private static final long serialVersionUID = 1L;

    FactWriter() {
      super(TensorFact.class);
    }

    @Override
    public void serialize(TensorFact fact, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartObject();
      out.writeStringField("type", fact.type().contractName());
      out.writeFieldName("shape");
      long[] dims = fact.dims();
      out.writeArray(dims, 0, dims.length);
      out.writeEndObject();
    }
  }

  private static final class FactReader extends StdDeserializer<TensorFact> {
    private static final long serialVersionUID = 1L;

    FactReader() {
      super(TensorFact.class);
    }

    @Override
    public TensorFact deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      Text text = context.readValue(in, Text.class);
      return new TensorFact(ElementType.ofContract(text.type()), text.shape());
    }

    private record Text(String type, List<Long> shape) {}
  }
}
