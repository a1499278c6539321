package org.scalpel.app;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.scalpel.cost.Pictures;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Inputs;

/**
 * An input that takes a picture: one that a recipe declares, or one of uint8 {@code [N,H,W,3]}, as
 * models have that a recipe went into.
 *
 * @param width in pixels, 0 where the model takes any
 * @param height likewise
 */
record InputPicture(int width, int height, Preprocessing.Fit fit) {
  private static final int RANK = 4;
  private static final int COLOURS = 3;
  private static final long MOST = 1 << 16;
  private static final double JPEG_QUALITY = 0.9;

  /** What an input of a model takes, to which the recipe was applied already. */
  static Optional<InputPicture> of(OnnxModel model, Recipe recipe, OnnxModel.Value input) {
    Optional<Preprocessing> declared =
        recipe.image().filter(image -> image.imageInput().equals(input.name()));
    if (declared.isPresent()) {
      return declared.map(i -> new InputPicture(i.width(), i.height(), i.fit()));
    }
    List<Long> shape = input.fact().shape();
    boolean pixels =
        input.fact().type() == ElementType.UINT8
            && shape.size() == RANK
            && shape.get(RANK - 1) == COLOURS;
    if (!pixels) {
      return Optional.empty();
    }
    Preprocessing.Fit fit =
        Preprocessing.fit(model, input.name()).orElse(Preprocessing.Fit.STRETCH);
    return Optional.of(new InputPicture(side(shape.get(2)), side(shape.get(1)), fit));
  }

  private static int side(long size) {
    return (int) Math.max(0, Math.min(size, MOST));
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
