package org.scalpel.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.scalpel.codec.CodecException;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.cost.Pictures;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.tier.Inputs;

/**
 * Turns files into requests: pictures where recipe or model say how, NumPy arrays, ONNX tensors,
 * anything else as the raw bytes of a tensor.
 */
final class InputReader {
  private static final List<String> PICTURES = List.of("jpg", "jpeg", "png", "bmp", "gif");
  private static final int ANY_SIDE = 224;

  private final OnnxModel model;
  private final Recipe recipe;
  private final Map<String, List<Long>> shapes;

  /** For a model to which the recipe was applied already. */
  InputReader(OnnxModel model, Recipe recipe, Map<String, List<Long>> shapes) {
    this.model = model;
    this.recipe = recipe;
    this.shapes = shapes;
  }

  /** Requests, in order: {@code NAME=FILE} words make one request, plain files one each. */
  List<Inputs> read(List<String> words) {
    Map<String, Given> named = new LinkedHashMap<>();
    List<Path> files = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      Optional<OnnxModel.Value> input =
          equals > 0 ? input(word.substring(0, equals)) : Optional.empty();
      if (input.isPresent()) {
        named.put(input.get().name(), given(input.get(), Path.of(word.substring(equals + 1))));
      } else {
        files.addAll(expand(Path.of(word)));
      }
    }
    if (!named.isEmpty() && !files.isEmpty()) {
      throw new UserException("--input: expected NAME=FILE everywhere or nowhere");
    }
    return named.isEmpty() ? single(files) : List.of(complete(named));
  }

  private Optional<OnnxModel.Value> input(String name) {
    return model.inputs().stream().filter(value -> value.name().equals(name)).findFirst();
  }

  private Inputs complete(Map<String, Given> named) {
    for (OnnxModel.Value value : model.inputs()) {
      if (!named.containsKey(value.name())) {
        throw new UserException("--input: expected " + value.name() + "=FILE as well");
      }
    }
    return request(named);
  }

  /** What a file gives: a tensor and, for a picture, the file itself. */
  private record Given(TensorData tensor, Optional<ByteBuffer> file) {}

  private static Inputs request(Map<String, Given> named) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    Map<String, ByteBuffer> files = new LinkedHashMap<>();
    named.forEach(
        (name, given) -> {
          tensors.put(name, given.tensor());
          given.file().ifPresent(file -> files.put(name, file));
        });
    return new Inputs(tensors, files);
  }

  private List<Inputs> single(List<Path> files) {
    if (model.inputs().size() != 1) {
      throw new UserException(
          "--input: the model has "
              + model.inputs().size()
              + " inputs, expected NAME=FILE for each of "
              + model.inputs().stream().map(OnnxModel.Value::name).toList());
    }
    OnnxModel.Value input = model.inputs().get(0);
    List<Inputs> requests = new ArrayList<>();
    files.forEach(file -> requests.add(request(Map.of(input.name(), given(input, file)))));
    return requests;
  }

  private static List<Path> expand(Path file) {
    if (!Files.isDirectory(file)) {
      return List.of(file);
    }
    try (Stream<Path> inside = Files.list(file)) {
      return inside.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException fault) {
      throw new UserException(file + ": cannot be read: " + Faults.reason(fault), fault);
    }
  }

  private Given given(OnnxModel.Value input, Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String kind = name.substring(name.lastIndexOf('.') + 1);
    if (PICTURES.contains(kind)) {
      return picture(input, file);
    }
    TensorData tensor =
        switch (kind) {
          case "npy" -> fitting(input, file, NpyFile.read(file));
          case "pb" -> fitting(input, file, TensorProtoFile.read(file));
          default -> raw(input, file);
        };
    return new Given(tensor, Optional.empty());
  }

  private static TensorData fitting(OnnxModel.Value input, Path file, TensorData tensor) {
    if (!tensor.fact().matches(input.fact())) {
      throw new UserException(
          "%s: is %s; expected %s for input \"%s\""
              .formatted(file, tensor.fact(), input.fact(), input.name()));
    }
    return tensor;
  }

  private Given picture(OnnxModel.Value input, Path file) {
    InputPicture image =
        InputPicture.of(model, recipe, input)
            .orElseThrow(
                () ->
                    new UserException(
                        file
                            + ": input \""
                            + input.name()
                            + "\" is no declared picture. Maybe declare it: --recipe FILE"));
    byte[] bytes = InputFile.bytes(file);
    try {
      Image fitted = fitted(input, image, ImageCodec.decode(bytes));
      ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
      return new Given(Pictures.tensor(fitted), Optional.of(direct));
    } catch (CodecException fault) {
      throw new UserException(file + ": " + fault.getMessage(), fault);
    }
  }

  private Image fitted(OnnxModel.Value input, InputPicture image, Image picture) {
    List<Long> shape = shapes.getOrDefault(input.name(), input.fact().shape());
    if (shape.size() != 4) {
      throw new UserException(
          "--shape " + input.name() + ": expected 4 numbers as in 1x224x224x3, found " + shape);
    }
    int height = side(image.height(), shape.get(1));
    int width = side(image.width(), shape.get(2));
    return Pictures.fitted(picture, image.fit(), width, height);
  }

  private static int side(int declared, long shape) {
    if (declared > 0) {
      return declared;
    }
    return shape > 0 ? (int) Math.min(shape, 1 << 16) : ANY_SIDE;
  }

  private TensorData raw(OnnxModel.Value input, Path file) {
    List<Long> shape = new ArrayList<>(shapes.getOrDefault(input.name(), input.fact().shape()));
    if (!shape.isEmpty() && shape.get(0) < 0) {
      shape.set(0, 1L);
    }
    TensorFact fact = new TensorFact(input.fact().type(), shape);
    if (!fact.isStatic()) {
      throw new UserException(
          file + ": raw bytes for " + input.fact() + " need --shape " + input.name() + "=AxBxC");
    }
    byte[] bytes = InputFile.bytes(file);
    if (bytes.length != fact.bytes()) {
      throw new UserException(
          file
              + ": expected "
              + (InputPicture.of(model, recipe, input).isPresent()
                  ? "a .jpg, .png, .bmp or .gif picture, .npy, .pb or "
                  : "")
              + fact.bytes()
              + " bytes for "
              + fact
              + ", found "
              + bytes.length);
    }
    return new TensorData(fact, TensorData.allocate(fact).put(ByteBuffer.wrap(bytes)).flip());
  }
}
