package org.scalpel.codec;

import java.util.Locale;

/** The picture formats that are read, known by the first bytes of a file, never by its name. */
enum PictureFormat {
  JPEG("\u00ff\u00d8\u00ff"),
  PNG("\u0089PNG\r\n\u001a\n"),
  BMP("BM"),
  GIF("GIF8");

  /** The first bytes, one per character. */
  private final String magic;

  PictureFormat(String magic) {
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
    if (file.length < magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((file[i] & 0xFF) != magic.charAt(i)) {
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
