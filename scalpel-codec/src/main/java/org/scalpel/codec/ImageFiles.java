package org.scalpel.codec;

/** Picture files. */
final class ImageFiles {
  private ImageFiles() {}

  static Image decode(byte[] file) {
    throw new CodecException("not built yet: " + file.length);
  }

  static byte[] encodeJpeg(Image image, double quality) {
    throw new CodecException("not built yet: " + image.width() + quality);
  }

  static byte[] encodePng(Image image) {
    throw new CodecException("not built yet: " + image.width());
  }
}
