package org.scalpel.codec;

import java.io.IOException;
import javax.imageio.ImageReader;

/** What is refused before anything is allocated for it. */
final class Bounds {
  /** Longest side of a picture. */
  static final int MAX_SIDE = 32_768;

  /** Most pixels of a picture: 8K video fits; 108 MB as RGB. */
  static final long MAX_PIXELS = 36_000_000;

  /** Longest encoded file. */
  static final int MAX_FILE_BYTES = 64 << 20;

  private Bounds() {}

  static void checkSide(String what, int pixels) {
    if (pixels < 1 || pixels > MAX_SIDE) {
      throw new CodecException("%s of %d pixels: expected 1…%d".formatted(what, pixels, MAX_SIDE));
    }
  }

  static void checkSize(int width, int height) {
    checkSide("picture width", width);
    checkSide("picture height", height);
    if ((long) width * height > MAX_PIXELS) {
      throw new CodecException(
          "picture of %dx%d pixels: expected at most %d pixels"
              .formatted(width, height, MAX_PIXELS));
    }
  }

  static void checkExpected(ImageReader reader, long width, long height) throws IOException {
    int w = reader.getWidth(0);
    int h = reader.getHeight(0);
    if ((width >= 0 && w != width) || (height >= 0 && h != height)) {
      throw new CodecException(
          "picture of %dx%d pixels: expected %s".formatted(w, h, side(width) + "x" + side(height)));
    }
  }

  private static String side(long pixels) {
    return pixels < 0 ? "any" : Long.toString(pixels);
  }

  static void checkFile(byte[] file) {
    if (file.length == 0) {
      throw new CodecException("picture file is empty");
    }
    if (file.length > MAX_FILE_BYTES) {
      throw new CodecException(
          "picture file of %d bytes: expected at most %d".formatted(file.length, MAX_FILE_BYTES));
    }
  }
}
