package org.scalpel.codec;

/** What is refused before anything is allocated for it. */
final class Bounds {
  /** Longest side of a picture. */
  static final int MAX_SIDE = 32_768;

  /** Most pixels of a picture: 3 bytes each, so at most 192 MB. */
  static final long MAX_PIXELS = 64_000_000;

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
}
