package org.scalpel.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Postprocessing;
import org.scalpel.graph.Preprocessing;
import org.scalpel.live.ScalpelConfig;

/**
 * What is done before and after a model, declared in a YAML file and exported as nodes of the model
 * itself, so that it runs wherever the plan puts it:
 *
 * <pre>
 *   schema: 1
 *   image: { fit: crop, order: rgb, layout: nchw, scale: 0.00392157,
 *            mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
 *   outputs: [ { name: logits, keep: top, count: 5 } ]
 * </pre>
 *
 * <p>{@code image} may also name its {@code input}, and {@code width} and {@code height} where the
 * model leaves them open.
 */
record Recipe(Optional<Preprocessing> image, List<Postprocessing> outputs) {
  static final Recipe NONE = new Recipe(Optional.empty(), List.of());

  static Recipe read(Path file, OnnxModel model) {
    Fields top = new Fields(file.toString(), "", Json.readYaml(file));
    top.only("schema", "image", "outputs");
    if (top.number("schema", 0) != 1) {
      throw top.fault("schema", "expected 1");
    }
    Optional<Preprocessing> image = Optional.empty();
    if (top.has("image")) {
      image = Optional.of(image(top.child("image"), model));
    }
    List<Postprocessing> outputs = new ArrayList<>();
    for (Fields output : top.children("outputs")) {
      outputs.add(output(output));
    }
    return new Recipe(image, outputs);
  }

  /** What a deployment declares around its model. */
  static Recipe of(ScalpelConfig config, OnnxModel model) {
    return new Recipe(
        config.running().image().map(i -> Preprocessing.of(model, i.fit(), i.pixels())), List.of());
  }

  private static Preprocessing image(Fields json, OnnxModel model) {
    json.only("input", "width", "height", "fit", "order", "layout", "scale", "mean", "deviation");
    try {
      Preprocessing.Fit fit =
          json.choice("fit", Preprocessing.Fit.class, Preprocessing.Fit.STRETCH);
      Pixels pixels =
          new Pixels(
              json.choice("order", Pixels.Order.class, Pixels.Order.RGB),
              json.choice("layout", Pixels.Layout.class, Pixels.Layout.NCHW),
              json.number("scale", 1),
              json.numbers("mean", 0),
              json.numbers("deviation", 1));
      if (!json.has("input")) {
        Preprocessing declared = Preprocessing.of(model, fit, pixels);
        return new Preprocessing(
            declared.input(),
            (int) json.number("width", declared.width()),
            (int) json.number("height", declared.height()),
            fit,
            pixels);
      }
      return new Preprocessing(
          json.text("input", ""),
          (int) json.number("width", 0),
          (int) json.number("height", 0),
          fit,
          pixels);
    } catch (ModelException fault) {
      throw new UserException(json.place("") + fault.getMessage(), fault);
    }
  }

  private static Postprocessing output(Fields json) {
    json.only("name", "keep", "axis", "count");
    return new Postprocessing(
        json.text("name", ""),
        json.choice("keep", Postprocessing.Kind.class, Postprocessing.Kind.BEST),
        (int) json.number("axis", -1),
        (int) json.number("count", 1));
  }

  /** The model with everything declared in it. */
  OnnxModel apply(OnnxModel model) {
    OnnxModel result = model;
    if (image.isPresent()) {
      result = image.get().prepend(result);
    }
    for (Postprocessing output : outputs) {
      result = output.append(result);
    }
    return result;
  }

  /** A map in a file, read strictly; faults name the place. */
  private record Fields(String file, String path, JsonNode json) {
    Fields {
      if (!json.isObject()) {
        throw new UserException(
            file + ": " + (path.isEmpty() ? "" : path + ": ") + "expected a map");
      }
    }

    String place(String field) {
      String full = path.isEmpty() || field.isEmpty() ? path + field : path + "." + field;
      return file + ": " + (full.isEmpty() ? "" : full + ": ");
    }

    UserException fault(String field, String expected) {
      return new UserException(place(field) + expected + ", found " + json.path(field));
    }

    boolean has(String field) {
      return json.has(field);
    }

    void only(String... known) {
      List<String> names = List.of(known);
      json.fieldNames()
          .forEachRemaining(
              name -> {
                if (!names.contains(name)) {
                  throw new UserException(place(name) + "unknown, expected one of " + names);
                }
              });
    }

    Fields child(String field) {
      return new Fields(
          file, place(field).substring(file.length() + 2).replace(": ", ""), json.get(field));
    }

    List<Fields> children(String field) {
      List<Fields> children = new ArrayList<>();
      JsonNode list = json.path(field);
      if (!list.isMissingNode() && !list.isArray()) {
        throw fault(field, "expected a list");
      }
      for (int i = 0; i < list.size(); i++) {
        children.add(new Fields(file, field + "[" + i + "]", list.get(i)));
      }
      return children;
    }

    double number(String field, double otherwise) {
      if (!has(field)) {
        return otherwise;
      }
      if (!json.get(field).isNumber()) {
        throw fault(field, "expected a number");
      }
      return json.get(field).asDouble();
    }

    List<Double> numbers(String field, double otherwise) {
      if (!has(field)) {
        return List.of(otherwise);
      }
      JsonNode value = json.get(field);
      List<Double> numbers = new ArrayList<>();
      for (JsonNode one : value.isArray() ? value : Json.array().add(value)) {
        if (!one.isNumber()) {
          throw fault(field, "expected numbers");
        }
        numbers.add(one.asDouble());
      }
      return numbers;
    }

    String text(String field, String otherwise) {
      return json.path(field).asText(otherwise);
    }

    <E extends Enum<E>> E choice(String field, Class<E> type, E otherwise) {
      if (!has(field)) {
        return otherwise;
      }
      List<String> names = new ArrayList<>();
      for (E value : type.getEnumConstants()) {
        names.add(value.name().toLowerCase(Locale.ROOT));
        if (value.name().equalsIgnoreCase(json.get(field).asText())) {
          return value;
        }
      }
      throw fault(field, "expected one of " + names);
    }
  }
}
