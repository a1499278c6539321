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
import org.scalpel.codec.Fit;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * Turns files into requests: pictures where the recipe declares how, NumPy arrays, ONNX tensors,
 * anything else as the raw bytes of a tensor.
 */
final class InputReader {
  private static final List<String> PICTURES = List.of("jpg", "jpeg", "png", "bmp", "gif");
  private static final int ANY_SIDE = 224;
  private static final int GREY = 114;

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
  List<Map<String, TensorData>> read(List<String> words) {
    Map<String, TensorData> named = new LinkedHashMap<>();
    List<Path> files = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      Optional<OnnxModel.Value> input =
          equals > 0 ? input(word.substring(0, equals)) : Optional.empty();
      if (input.isPresent()) {
        named.put(input.get().name(), tensor(input.get(), Path.of(word.substring(equals + 1))));
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

  private Map<String, TensorData> complete(Map<String, TensorData> named) {
    for (OnnxModel.Value value : model.inputs()) {
      if (!named.containsKey(value.name())) {
        throw new UserException("--input: expected " + value.name() + "=FILE as well");
      }
    }
    return named;
  }

  private List<Map<String, TensorData>> single(List<Path> files) {
    if (model.inputs().size() != 1) {
      throw new UserException(
          "--input: the model has "
              + model.inputs().size()
              + " inputs, expected NAME=FILE for each of "
              + model.inputs().stream().map(OnnxModel.Value::name).toList());
    }
    OnnxModel.Value input = model.inputs().get(0);
    List<Map<String, TensorData>> requests = new ArrayList<>();
    files.forEach(file -> requests.add(Map.of(input.name(), tensor(input, file))));
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

  private TensorData tensor(OnnxModel.Value input, Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String kind = name.substring(name.lastIndexOf('.') + 1);
    if (PICTURES.contains(kind)) {
      return picture(input, file);
    }
    return switch (kind) {
      case "npy" -> NpyFile.read(file);
      case "pb" -> TensorProtoFile.read(file);
      default -> raw(input, file);
    };
  }

  private TensorData picture(OnnxModel.Value input, Path file) {
    Preprocessing image =
        recipe
            .image()
            .filter(declared -> declared.imageInput().equals(input.name()))
            .orElseThrow(
                () ->
                    new UserException(
                        file
                            + ": input \""
                            + input.name()
                            + "\" is no declared picture. Maybe declare it: --recipe FILE"));
    try {
      return pixels(ImageCodec.resize(ImageCodec.decode(InputFile.bytes(file)), fit(input, image)));
    } catch (CodecException fault) {
      throw new UserException(file + ": " + fault.getMessage(), fault);
    }
  }

  /** A picture as the uint8 tensor that a declared input takes. */
  static TensorData pixels(Image image) {
    return TensorData.ofBytes(
        TensorFact.of(org.scalpel.graph.ElementType.UINT8, 1, image.height(), image.width(), 3),
        image.rgb());
  }

  /** The picture in a request that holds one. */
  static Image picture(Preprocessing image, Map<String, TensorData> request) {
    TensorData pixels = request.get(image.imageInput());
    if (pixels == null) {
      throw new UserException("--input: expected a picture for " + image.imageInput());
    }
    List<Long> shape = pixels.fact().shape();
    return new Image(shape.get(2).intValue(), shape.get(1).intValue(), pixels.bytes());
  }

  private Fit fit(OnnxModel.Value input, Preprocessing image) {
    List<Long> shape = shapes.getOrDefault(input.name(), input.fact().shape());
    int height = side(image.height(), shape.get(1));
    int width = side(image.width(), shape.get(2));
    return switch (image.fit()) {
      case STRETCH -> Fit.stretch(width, height);
      case CROP -> Fit.centerCrop(Math.max(width, height) * 8 / 7, width, height);
      case PAD -> Fit.letterbox(width, height, GREY);
    };
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
          file + ": expected " + fact.bytes() + " bytes for " + fact + ", found " + bytes.length);
    }
    return new TensorData(fact, TensorData.allocate(fact).put(ByteBuffer.wrap(bytes)).flip());
  }
}
