package org.scalpel.codec;

/**
 * Pictures from and to bytes. Every method is safe to call from several threads.
 *
 * <p>Reads JPEG (grey, YCbCr, RGB), PNG, BMP and GIF (its first frame); transparency is laid on
 * white. Orientation tags are ignored: the pixels are taken as stored.
 */
public final class ImageCodec {
  private ImageCodec() {}

  /**
   * Decodes a picture file. The size is checked from the header before any pixel is decoded.
   *
   * @throws CodecException unless the bytes are one whole picture of at most 36 million pixels
   */
  public static Image decode(byte[] file) {
    return ImageFiles.decode(file, -1, -1);
  }

  /**
   * Decodes a picture of a known size; another one is refused before any pixel is decoded.
   *
   * @param width expected, or negative for any
   * @param height expected, or negative for any
   * @throws CodecException also if the picture has another size
   */
  public static Image decode(byte[] file, long width, long height) {
    return ImageFiles.decode(file, width, height);
  }

  /**
   * Scales (bilinear, averaging when shrinking) and crops or pads; the same input gives the same
   * bytes.
   */
  public static Image resize(Image image, Fit fit) {
    return Resizer.resize(image, fit);
  }

  /**
   * A baseline JPEG file.
   *
   * @param quality 0 (small) … 1 (best)
   */
  public static byte[] encodeJpeg(Image image, double quality) {
    return ImageFiles.encodeJpeg(image, quality);
  }

  /** A PNG file: lossless. */
  public static byte[] encodePng(Image image) {
    return ImageFiles.encodePng(image);
  }
}
