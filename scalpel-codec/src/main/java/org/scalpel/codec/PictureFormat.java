package org.scalpel.codec;

import java.util.Locale;

/** The picture formats that are read, known by the first bytes of a file, never by its name. */
enum PictureFormat {
  JPEG(0xFF, 0xD8, 0xFF),
  PNG(0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A),
  BMP('B', 'M'),
  GIF('G', 'I', 'F', '8');

  private final int[] magic;

  PictureFormat(int... magic) {
    this.magic = magic;
  }

  /** The name by which {@code javax.imageio} knows it. */
  String imageIoName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static PictureFormat of(byte[] file) {
    for (PictureFormat format : values()) {
      if (format.matches(file)) {
        return format;
      }
    }
    throw new CodecException(
        "picture file begins with %s: expected a JPEG, PNG, BMP or GIF file"
            .formatted(firstBytes(file)));
  }

  private boolean matches(byte[] file) {
    if (file.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((file[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static String firstBytes(byte[] file) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(4, file.length); i++) {
      text.append("%02x".formatted(file[i]));
    }
    return text.toString();
  }
}
