package org.scalpel.app;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.scalpel.cost.Pictures;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Inputs;

/**
 * An input that takes a picture: one that a recipe declares, or one of uint8 {@code [N,H,W,3]}, as
 * models have that a recipe went into.
 *
 * @param width in pixels, 0 where that is left to the model's shape
 * @param height likewise
 */
record InputPicture(int width, int height, Preprocessing.Fit fit) {
  private static final double JPEG_QUALITY = 0.9;

  /** What an input of a model takes, to which the recipe was applied already. */
  static Optional<InputPicture> of(OnnxModel model, Recipe recipe, OnnxModel.Value input) {
    Optional<Preprocessing> declared =
        recipe.image().filter(image -> image.imageInput().equals(input.name()));
    if (declared.isPresent()) {
      return declared.map(i -> new InputPicture(i.width(), i.height(), i.fit()));
    }
    if (!Preprocessing.takesPictures(input.fact())) {
      return Optional.empty();
    }
    Preprocessing.Fit fit =
        Preprocessing.fit(model, input.name()).orElse(Preprocessing.Fit.STRETCH);
    return Optional.of(new InputPicture(0, 0, fit));
  }

  /** Whether it is a single picture, and no batch of them. */
  static boolean isOne(@Nullable TensorData pixels) {
    return pixels != null && pixels.fact().shape().get(0) == 1;
  }

  /** What measures the codecs of a picture. */
  static ProfileOptions.PictureInput codecs(String input, Inputs request) {
    TensorData pixels = request.tensors().get(input);
    if (pixels == null) {
      throw new UserException("--input: expected a picture for " + input);
    }
    return new ProfileOptions.PictureInput(
        input, Pictures.of(pixels), JPEG_QUALITY, Optional.ofNullable(request.files().get(input)));
  }
}
