package org.scalpel.lab;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.scalpel.codec.Image;

/**
 * A made-up picture for experiments that find no photograph: a sky, discs and lines of many sizes,
 * and a camera's noise. Codecs shorten it about as they do photographs, which they would not do to
 * noise alone.
 */
final class DrawnPicture {
  private static final int SHAPES = 120;
  private static final int NOISE = 6;

  private DrawnPicture() {}

  static Image of(int width, int height, long seed) {
    BufferedImage canvas = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    Graphics2D pen = canvas.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setPaint(new GradientPaint(0, 0, Color.CYAN, 0, height, Color.DARK_GRAY));
    pen.fillRect(0, 0, width, height);
    for (int i = 0; i < SHAPES; i++) {
      pen.setColor(new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256), 160));
      int x = random.nextInt(width);
      int y = random.nextInt(height);
      int size = 2 + (int) (width * 0.3 * Math.pow(random.nextDouble(), 3));
      if (i % 3 == 0) {
        pen.drawLine(x, y, x + random.nextInt(width / 3), y + random.nextInt(height / 3));
      } else {
        pen.fillOval(x, y, size, size);
      }
    }
    pen.dispose();
    return new Image(width, height, pixels(canvas, random));
  }

  private static byte[] pixels(BufferedImage canvas, Random random) {
    byte[] rgb = new byte[canvas.getWidth() * canvas.getHeight() * 3];
    int at = 0;
    for (int y = 0; y < canvas.getHeight(); y++) {
      for (int x = 0; x < canvas.getWidth(); x++) {
        Color color = new Color(canvas.getRGB(x, y));
        int noise = (int) Math.round(NOISE * random.nextGaussian());
        for (int value : new int[] {color.getRed(), color.getGreen(), color.getBlue()}) {
          rgb[at++] = (byte) Math.max(0, Math.min(255, value + noise));
        }
      }
    }
    return rgb;
  }
}
