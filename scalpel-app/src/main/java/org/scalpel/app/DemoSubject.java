package org.scalpel.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.scalpel.codec.ImageCodec;
import org.scalpel.cost.Pictures;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Postprocessing;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Inputs;

/**
 * What the demo runs: a pretrained network with its declared preprocessing, and a picture.
 *
 * @param title for people
 * @param model everything declared is in it; its input is the picture as uint8
 * @param request the picture as pixels of the input's size and as the file that it came as
 * @param input that takes the picture
 * @param answer what the outputs say, in words
 */
record DemoSubject(
    String title,
    OnnxModel model,
    Inputs request,
    String input,
    Function<Map<String, TensorData>, String> answer) {
  private static final String NETWORK = "/models/ch_PP-OCRv4_rec_infer.onnx";
  private static final String PICTURE = "demo-text.png";
  private static final int WIDTH = 320;
  private static final int HEIGHT = 48;

  /** The uncut model's inputs. */
  Map<String, TensorData> tensors() {
    return request.tensors();
  }

  /** What measures the codecs of the picture. */
  ProfileOptions.PictureInput picture() {
    return InputPicture.codecs(input, request);
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
    byte[] picture = resource(PICTURE);
    Inputs request =
        new Inputs(
            Map.of(image.imageInput(), Pictures.tensor(ImageCodec.decode(picture))),
            Map.of(
                image.imageInput(), ByteBuffer.allocateDirect(picture.length).put(picture).flip()));
    CharacterDecoder decoder = CharacterDecoder.of(network);
    return new DemoSubject(
        "PP-OCRv4 text recognition",
        model,
        request,
        image.imageInput(),
        outputs -> "the text \"" + decoder.text(output(outputs, best.outputs().get(1))) + "\"");
  }

  /** A model and a picture of the user. */
  static DemoSubject ofFiles(Path modelFile, Path imageFile, Optional<Path> recipeFile) {
    OnnxModel plain = OnnxModel.read(modelFile);
    Recipe recipe = recipe(plain, recipeFile);
    OnnxModel model = recipe.apply(plain);
    Inputs request =
        new InputReader(model, recipe, Map.of()).read(List.of(imageFile.toString())).get(0);
    String output = model.outputs().get(0).name();
    return new DemoSubject(
        modelFile.getFileName().toString(),
        model,
        request,
        model.inputs().get(0).name(),
        outputs ->
            "the largest value of output \"%s\" stands at place %d"
                .formatted(output, Numbers.argmax(Numbers.of(output(outputs, output)))));
  }

  /** What is declared, else what is usual, unless the model takes pictures as they are. */
  private static Recipe recipe(OnnxModel plain, Optional<Path> file) {
    if (file.isPresent()) {
      Recipe recipe = Recipe.read(file.get(), plain);
      if (recipe.image().isEmpty()) {
        throw new UserException(file.get() + ": image: expected a map");
      }
      return recipe;
    }
    boolean ready =
        plain.inputs().size() == 1
            && InputPicture.of(plain, Recipe.NONE, plain.inputs().get(0)).isPresent();
    return ready
        ? Recipe.NONE
        : new Recipe(
            Optional.of(Preprocessing.of(plain, Preprocessing.Fit.CROP, Pixels.imageNet())),
            List.of());
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
        throw new UserException(
            "demo: its model is not in this archive. Maybe name another: --model FILE --image FILE");
      }
      return stream.readAllBytes();
    } catch (IOException fault) {
      throw new IllegalStateException("resource " + name + " cannot be read", fault);
    }
  }
}
