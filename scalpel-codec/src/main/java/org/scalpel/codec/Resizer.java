package org.scalpel.codec;

/** Scaling. */
final class Resizer {
  private Resizer() {}

  static Image resize(Image image, Fit fit) {
    throw new CodecException("not built yet: " + image.width() + fit.width());
  }
}
