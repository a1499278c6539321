package org.scalpel.codec;

/**
 * A decoded picture: 8-bit RGB, row by row from the top left, three bytes per pixel (HWC). The
 * array is the picture's own store and is not copied, because images are on the hot path; do not
 * change it after it was handed over.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb {@code width * height * 3} bytes, each an unsigned value 0…255
 */
@SuppressWarnings("ArrayRecordComponent") // the raw pixels are the point; equality is by identity
public record Image(int width, int height, byte[] rgb) {

  /** Checks that the sizes agree. */
  public Image {
    if (width < 1 || height < 1) {
      throw new CodecException("image of " + width + "x" + height + " pixels: both must be >= 1");
    }
    long expected = 3L * width * height;
    if (rgb.length != expected) {
      throw new CodecException(
          "image of %dx%d pixels needs %d bytes of RGB, got %d"
              .formatted(width, height, expected, rgb.length));
    }
  }

  /** The value 0…255 of one channel (0 red, 1 green, 2 blue) of one pixel. */
  public int at(int x, int y, int channel) {
    return rgb[(y * width + x) * 3 + channel] & 0xFF;
  }
}
