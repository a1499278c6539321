package org.scalpel.app;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Made the picture that the demo reads: a line of text on paper, a little tilted, shaded and noisy,
 * as a camera sees it. Run once; the picture is kept as a resource, so that the demo needs no
 * fonts.
 */
final class DemoPictureMaker {
  private static final String TEXT = "Cut where it pays";
  private static final int WIDTH = 320;
  private static final int HEIGHT = 48;
  private static final int NOISE = 9;

  private DemoPictureMaker() {}

  public static void main(String[] args) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setPaint(
        new GradientPaint(0, 0, new Color(246, 241, 229), WIDTH, HEIGHT, new Color(206, 201, 190)));
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 32));
    graphics.setColor(new Color(38, 42, 58));
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.rotate(Math.toRadians(-0.8), WIDTH / 2.0, HEIGHT / 2.0);
    graphics.drawString(
        TEXT,
        (WIDTH - metrics.stringWidth(TEXT)) / 2,
        (HEIGHT + metrics.getAscent() - metrics.getDescent()) / 2);
    graphics.dispose();
    Random random = new Random(1);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int noise = (int) Math.round(random.nextGaussian() * NOISE / 3);
        Color old = new Color(image.getRGB(x, y));
        image.setRGB(
            x,
            y,
            new Color(
                    bound(old.getRed() + noise),
                    bound(old.getGreen() + noise),
                    bound(old.getBlue() + noise))
                .getRGB());
      }
    }
    ImageIO.write(image, "png", Path.of(args[0]).toFile());
  }

  private static int bound(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
