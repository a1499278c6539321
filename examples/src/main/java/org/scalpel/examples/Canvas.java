package org.scalpel.examples;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import org.scalpel.codec.Image;

/** A picture that can be drawn on. */
final class Canvas {
  private final BufferedImage picture;

  private Canvas(BufferedImage picture) {
    this.picture = picture;
  }

  static Canvas blank(int width, int height) {
    return new Canvas(new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR));
  }

  static Canvas of(Image image) {
    Canvas canvas = blank(image.width(), image.height());
    swap(image.rgb(), canvas.bytes());
    return canvas;
  }

  Graphics2D pen() {
    Graphics2D pen = picture.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    return pen;
  }

  Image image() {
    byte[] rgb = new byte[bytes().length];
    swap(bytes(), rgb);
    return new Image(picture.getWidth(), picture.getHeight(), rgb);
  }

  private byte[] bytes() {
    return ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
  }

  /** RGB to BGR, or back. */
  private static void swap(byte[] from, byte[] to) {
    for (int i = 0; i < from.length; i += 3) {
      to[i] = from[i + 2];
      to[i + 1] = from[i + 1];
      to[i + 2] = from[i];
    }
  }
}
