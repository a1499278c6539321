package org.scalpel.codec;

/**
 * How a picture of any size becomes one of exactly {@code width} x {@code height} pixels.
 *
 * <pre>
 *   stretch      whole picture, aspect ratio lost
 *   centerCrop   short side scaled to shortSide, then the middle width x height cut out
 *   letterbox    whole picture, aspect ratio kept, centred on a plain background
 * </pre>
 */
public sealed interface Fit {

  /** Width of the result in pixels. */
  int width();

  /** Height of the result in pixels. */
  int height();

  /** The whole picture squeezed into the size. */
  static Fit stretch(int width, int height) {
    return new Stretch(width, height);
  }

  /**
   * The ImageNet habit: the shorter side is scaled to {@code shortSide}, then the middle is cut
   * out.
   */
  static Fit centerCrop(int shortSide, int width, int height) {
    return new CenterCrop(shortSide, width, height);
  }

  /** The detectors' habit: everything stays visible, the rest is a grey of {@code fill} 0…255. */
  static Fit letterbox(int width, int height, int fill) {
    return new Letterbox(width, height, fill);
  }

  /** See {@link #stretch}. */
  record Stretch(int width, int height) implements Fit {
    /** Checks the size. */
    public Stretch {
      Bounds.checkSide("width", width);
      Bounds.checkSide("height", height);
    }
  }

  /** See {@link #centerCrop}. */
  record CenterCrop(int shortSide, int width, int height) implements Fit {
    /** Checks the size. */
    public CenterCrop {
      Bounds.checkSide("short side", shortSide);
      Bounds.checkSide("width", width);
      Bounds.checkSide("height", height);
      if (Math.max(width, height) > shortSide) {
        throw new CodecException(
            "cannot cut %dx%d out of a picture whose short side is %d. Maybe the short side is too small."
                .formatted(width, height, shortSide));
      }
    }
  }

  /** See {@link #letterbox}. */
  record Letterbox(int width, int height, int fill) implements Fit {
    /** Checks the size and the fill. */
    public Letterbox {
      Bounds.checkSide("width", width);
      Bounds.checkSide("height", height);
      if (fill < 0 || fill > 255) {
        throw new CodecException("letterbox fill " + fill + ": expected 0…255");
      }
    }
  }
}
