package org.scalpel.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Postprocessing;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;

/**
 * What the demo runs: a pretrained network with its declared preprocessing, and a picture.
 *
 * @param title for people
 * @param model everything declared is in it; its input is the picture as uint8
 * @param picture of the size of the input
 * @param input the name of that input
 * @param answer what the outputs say, in words
 */
record DemoSubject(
    String title,
    OnnxModel model,
    Image picture,
    String input,
    Function<Map<String, TensorData>, String> answer) {
  private static final String NETWORK = "/models/ch_PP-OCRv4_rec_infer.onnx";
  private static final String PICTURE = "demo-text.png";
  private static final int WIDTH = 320;
  private static final int HEIGHT = 48;

  Map<String, TensorData> inputs() {
    return Map.of(input, InputReader.pixels(picture));
  }

  /**
   * The built-in subject: PP-OCRv4 reads a line of text; its logits are reduced where they arise.
   */
  static DemoSubject textRecognition(Path folder) {
    Path file = folder.resolve("ppocr-v4-text-recognition.onnx");
    copy(NETWORK, file);
    OnnxModel network = OnnxModel.read(file);
    Pixels pixels =
        new Pixels(Pixels.Order.BGR, Pixels.Layout.NCHW, 1 / 255.0, List.of(0.5), List.of(0.5));
    Preprocessing image =
        new Preprocessing(
            network.inputs().get(0).name(), WIDTH, HEIGHT, Preprocessing.Fit.STRETCH, pixels);
    Postprocessing best =
        Postprocessing.of(network.outputs().get(0).name(), Postprocessing.Kind.BEST);
    OnnxModel model = best.append(image.prepend(network));
    CharacterDecoder decoder = CharacterDecoder.of(network);
    return new DemoSubject(
        "PP-OCRv4 text recognition",
        model,
        ImageCodec.decode(resource(PICTURE)),
        image.imageInput(),
        outputs -> "the text \"" + decoder.text(output(outputs, best.outputs().get(1))) + "\"");
  }

  /** A model and a picture of the user. */
  static DemoSubject ofFiles(Path modelFile, Path imageFile, Optional<Path> recipeFile) {
    OnnxModel plain = OnnxModel.read(modelFile);
    Recipe recipe =
        recipeFile.isPresent()
            ? Recipe.read(recipeFile.get(), plain)
            : new Recipe(
                Optional.of(Preprocessing.of(plain, Preprocessing.Fit.CROP, Pixels.imageNet())),
                List.of());
    Preprocessing image =
        recipe
            .image()
            .orElseThrow(
                () -> new UserException(recipeFile.orElseThrow() + ": image: expected a map"));
    OnnxModel model = recipe.apply(plain);
    Image picture =
        InputReader.picture(
            image,
            new InputReader(model, recipe, Map.of()).read(List.of(imageFile.toString())).get(0));
    String output = model.outputs().get(0).name();
    return new DemoSubject(
        modelFile.getFileName().toString(),
        model,
        picture,
        image.imageInput(),
        outputs ->
            "the largest value of output \"%s\" stands at place %d"
                .formatted(output, Numbers.argmax(Numbers.of(output(outputs, output)))));
  }

  private static TensorData output(Map<String, TensorData> outputs, String name) {
    return Optional.ofNullable(outputs.get(name))
        .orElseThrow(() -> new IllegalStateException("the answer has no output " + name));
  }

  private static void copy(String resource, Path file) {
    try {
      Files.write(file, resource(resource));
    } catch (IOException fault) {
      throw new UserException(file + ": cannot be written: " + Faults.reason(fault), fault);
    }
  }

  private static byte[] resource(String name) {
    try (InputStream stream = DemoSubject.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + name + " is missing from the class path");
      }
      return stream.readAllBytes();
    } catch (IOException fault) {
      throw new IllegalStateException("resource " + name + " cannot be read", fault);
    }
  }
}
