package org.scalpel.cost;

import org.scalpel.codec.Fit;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * Pictures as declared inputs take them: of the input's size, uint8 {@code [1, height, width, 3]}.
 */
public final class Pictures {
  private static final int GREY = 114;

  private Pictures() {}

  /** A picture of any size brought to the declared one. */
  public static Image fitted(Image picture, Preprocessing.Fit fit, int width, int height) {
    if (picture.width() == width && picture.height() == height) {
      return picture;
    }
    return ImageCodec.resize(
        picture,
        switch (fit) {
          case STRETCH -> Fit.stretch(width, height);
          case CROP -> Fit.centerCrop(Math.max(width, height) * 8 / 7, width, height);
          case PAD -> Fit.letterbox(width, height, GREY);
        });
  }

  /** The tensor of a picture. */
  public static TensorData tensor(Image picture) {
    return TensorData.ofBytes(
        TensorFact.of(org.scalpel.graph.ElementType.UINT8, 1, picture.height(), picture.width(), 3),
        picture.rgb());
  }

  /** The picture in a tensor. */
  public static Image of(TensorData tensor) {
    return new Image(
        tensor.fact().shape().get(2).intValue(),
        tensor.fact().shape().get(1).intValue(),
        tensor.bytes());
  }
}
