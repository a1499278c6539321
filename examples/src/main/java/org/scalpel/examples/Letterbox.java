package org.scalpel.examples;

import java.util.Arrays;
import org.scalpel.codec.Fit;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;

/**
 * A picture in the upper left corner of a square, scaled by one factor, the rest grey: how YOLOX
 * was trained.
 *
 * @param width of the picture
 * @param height of the picture
 * @param side of the square
 */
record Letterbox(int width, int height, int side) {
  private static final byte GREY = 114;

  private double scale() {
    return Math.min((double) side / width, (double) side / height);
  }

  /** The square of a picture. */
  Image square(Image picture) {
    int wide = Math.max(1, (int) (width * scale()));
    int high = Math.max(1, (int) (height * scale()));
    Image scaled =
        wide == width && high == height
            ? picture
            : ImageCodec.resize(picture, Fit.stretch(wide, high));
    byte[] rgb = new byte[3 * side * side];
    Arrays.fill(rgb, GREY);
    for (int y = 0; y < high; y++) {
      System.arraycopy(scaled.rgb(), 3 * y * wide, rgb, 3 * y * side, 3 * wide);
    }
    return new Image(side, side, rgb);
  }

  /** A box of the square as one of the picture. */
  Box back(Box box) {
    double by = 1 / scale();
    return new Box(box.left() * by, box.top() * by, box.right() * by, box.bottom() * by)
        .within(width, height);
  }
}
