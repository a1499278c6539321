package org.scalpel.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.app.UserException;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.cost.Pictures;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.ProfileOptions.PictureInput;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Inputs;

/**
 * A model that takes a picture, with one as its input: what codecs do depends on what is in the
 * tensors. A photograph where the zoo has some ({@code $SCALPEL_ZOO/images}), else a {@link
 * DrawnPicture}. A model that takes none gets seeded noise.
 *
 * @param steps what stands before the model in {@code model}; none for seeded noise
 * @param source what the input is, for people
 */
record PicturedModel(
    OnnxModel model,
    Map<String, TensorData> inputs,
    List<PictureInput> pictures,
    Optional<Preprocessing> steps,
    String source) {
  private static final double QUALITY = 0.9;
  private static final int DRAWN_WIDTH = 341;
  private static final int DRAWN_HEIGHT = 256;

  /** Between -1 and 1. */
  private static final Pixels PIXELS =
      new Pixels(
          Pixels.Order.RGB,
          Pixels.Layout.NCHW,
          1 / 255.0,
          List.of(0.5, 0.5, 0.5),
          List.of(0.5, 0.5, 0.5));

  static PicturedModel of(LabModel chosen, Lab lab) {
    OnnxModel plain = chosen.read(lab.scratch());
    Optional<Path> file = picture();
    List<Long> shape = plain.inputs().get(0).fact().shape();
    boolean takesOne =
        plain.inputs().size() == 1 && shape.size() == 4 && shape.get(1) == 3 && shape.get(3) > 0;
    if (!takesOne) {
      return new PicturedModel(
          plain, chosen.inputs(plain, lab.seed()), List.of(), Optional.empty(), "seeded noise");
    }
    Preprocessing steps = Preprocessing.of(plain, Preprocessing.Fit.CROP, PIXELS);
    OnnxModel model = steps.prepend(plain);
    byte[] bytes = file.map(PicturedModel::bytes).orElseGet(() -> drawn(lab.seed()));
    Image picture =
        Pictures.fitted(
            ImageCodec.decode(bytes),
            Preprocessing.Fit.CROP,
            shape.get(3).intValue(),
            shape.get(2).intValue());
    String input = steps.imageInput();
    return new PicturedModel(
        model,
        Map.of(input, Pictures.tensor(picture)),
        List.of(new PictureInput(input, picture, QUALITY, Optional.of(ByteBuffer.wrap(bytes)))),
        Optional.of(steps),
        file.map(path -> String.valueOf(path.getFileName())).orElse("a drawn picture"));
  }

  /** Pictures beside tensors, as a request has them. */
  Inputs request() {
    Map<String, ByteBuffer> files = new LinkedHashMap<>();
    pictures.forEach(p -> p.file().ifPresent(file -> files.put(p.tensor(), file)));
    return new Inputs(inputs, files);
  }

  /** What it costs on this machine, pictures included, measured within this time. */
  Profile profile(Duration budget) {
    return LabModel.profile(
        model, inputs, ProfileOptions.DEFAULT.withBudget(budget).withPictures(pictures));
  }

  private static byte[] drawn(long seed) {
    return ImageCodec.encodeJpeg(DrawnPicture.of(DRAWN_WIDTH, DRAWN_HEIGHT, seed), QUALITY);
  }

  /** The first one by name. */
  private static Optional<Path> picture() {
    return Zoo.files("images").stream()
        .filter(file -> file.toString().matches("(?i).*\\.jpe?g"))
        .findFirst();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UserException(file + ": cannot be read", e);
    }
  }
}
