package org.scalpel.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.graph.OnnxModel;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A model on the command line, what is declared around it, and its open dimensions. */
final class ModelOptions {
  private static final String ANY_INPUT = "";

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "An ONNX file.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--shape",
      paramLabel = "[NAME=]AxBxC",
      description = "Binds the open dimensions of an input. May be repeated.")
  private List<String> shapes = new ArrayList<>();

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description =
          "YAML file with declared preprocessing and reduced outputs, which become nodes of the model.")
  private Optional<Path> recipeFile = Optional.empty();

  boolean isGiven() {
    return file.isPresent();
  }

  /** The file, where one was given. */
  Optional<Path> file() {
    return file;
  }

  /** The file as it is. */
  OnnxModel source() {
    Path path = file.orElseThrow(() -> new UserException("MODEL: expected an ONNX file"));
    return OnnxModel.read(path);
  }

  /** What is declared around the model. */
  Recipe recipe(OnnxModel source) {
    return recipeFile.isPresent() ? Recipe.read(recipeFile.get(), source) : Recipe.NONE;
  }

  /** The model with everything declared in it. */
  OnnxModel model() {
    OnnxModel source = source();
    return recipe(source).apply(source);
  }

  /** Shapes by input name. */
  Map<String, List<Long>> shapes(OnnxModel model) {
    Map<String, List<Long>> parsed = new LinkedHashMap<>();
    for (String text : shapes) {
      int equals = text.lastIndexOf('=');
      String name = equals < 0 ? ANY_INPUT : text.substring(0, equals);
      if (name.isEmpty()) {
        if (model.inputs().size() != 1) {
          throw new UserException(
              "--shape " + text + ": the model has several inputs, expected NAME=AxBxC");
        }
        name = model.inputs().get(0).name();
      }
      parsed.put(name, dimensions(text, text.substring(equals + 1)));
    }
    return parsed;
  }

  private static List<Long> dimensions(String whole, String text) {
    List<Long> dimensions = new ArrayList<>();
    for (String part : text.split("[x×,]", -1)) {
      try {
        dimensions.add(Long.parseLong(part.strip()));
      } catch (NumberFormatException fault) {
        throw new UserException("--shape " + whole + ": expected numbers as in 1x3x224x224", fault);
      }
    }
    if (dimensions.stream().anyMatch(size -> size < 1)) {
      throw new UserException("--shape " + whole + ": expected numbers of at least 1");
    }
    return dimensions;
  }
}
