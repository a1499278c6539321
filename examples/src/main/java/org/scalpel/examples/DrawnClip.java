package org.scalpel.examples;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.RoundRectangle2D;
import java.util.Optional;
import java.util.Random;
import org.scalpel.codec.Image;

/**
 * A clip that the program draws, for want of a real one: figures walk through a room, or cars drive
 * down a road. It shows that the machinery runs; a detector that was trained on photographs need
 * not see what is drawn.
 */
record DrawnClip(Motif motif, int frames) implements Clip {
  private static final int WIDTH = 768;
  private static final int HEIGHT = 432;
  private static final double RATE = 10;
  private static final int EVERY = 60;

  /** What moves. */
  enum Motif {
    PERSONS,
    CARS
  }

  @Override
  public String name() {
    return "drawn-" + motif.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public double rate() {
    return RATE;
  }

  @Override
  public Frames play() {
    return new Frames() {
      private int next;

      @Override
      public Optional<Image> next() {
        return next >= frames ? Optional.empty() : Optional.of(frame(next++));
      }

      @Override
      public void close() {
        next = frames;
      }
    };
  }

  Image frame(int number) {
    Canvas canvas = Canvas.blank(WIDTH, HEIGHT);
    Graphics2D pen = canvas.pen();
    background(pen);
    int actor = number / EVERY;
    double way = (number % EVERY) / (double) EVERY;
    Color colour = Color.getHSBColor(new Random(actor).nextFloat(), 0.6f, 0.6f);
    if (motif == Motif.PERSONS) {
      person(pen, (way * 1.4 - 0.2) * WIDTH, colour, Math.sin(number));
    } else {
      car(pen, (way * 1.6 - 0.3) * HEIGHT, colour);
    }
    pen.dispose();
    return canvas.image();
  }

  private void background(Graphics2D pen) {
    boolean room = motif == Motif.PERSONS;
    Color far = room ? new Color(225, 228, 235) : new Color(92, 92, 96);
    Color near = room ? new Color(200, 200, 208) : new Color(70, 70, 74);
    pen.setPaint(new GradientPaint(0, 0, far, 0, HEIGHT, near));
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    if (room) {
      pen.setPaint(
          new GradientPaint(0, 260, new Color(150, 98, 60), 0, HEIGHT, new Color(120, 72, 40)));
      pen.fillRect(0, 260, WIDTH, HEIGHT - 260);
    }
  }

  private static void person(Graphics2D pen, double x, Color coat, double step) {
    pen.setColor(new Color(40, 42, 55));
    pen.fill(new RoundRectangle2D.Double(x - 22 + 8 * step, 250, 20, 140, 14, 14));
    pen.fill(new RoundRectangle2D.Double(x + 2 - 8 * step, 250, 20, 140, 14, 14));
    pen.setPaint(
        new GradientPaint((float) x - 30, 0, coat.brighter(), (float) x + 30, 0, coat.darker()));
    pen.fill(new RoundRectangle2D.Double(x - 32, 130, 64, 140, 36, 36));
    pen.fill(new RoundRectangle2D.Double(x - 44, 140, 18, 110, 16, 16));
    pen.fill(new RoundRectangle2D.Double(x + 26, 140, 18, 110, 16, 16));
    pen.setColor(new Color(214, 168, 140));
    pen.fill(new Ellipse2D.Double(x - 20, 78, 40, 50));
    pen.setColor(new Color(60, 40, 25));
    pen.fill(new Ellipse2D.Double(x - 21, 72, 42, 30));
  }

  private static void car(Graphics2D pen, double y, Color paint) {
    double x = WIDTH / 2.0;
    pen.setPaint(
        new GradientPaint((float) x - 60, 0, paint.brighter(), (float) x + 60, 0, paint.darker()));
    pen.fill(new RoundRectangle2D.Double(x - 58, y - 110, 116, 220, 60, 70));
    pen.setColor(new Color(25, 30, 38));
    pen.fill(new RoundRectangle2D.Double(x - 46, y - 50, 92, 38, 26, 26));
    pen.fill(new RoundRectangle2D.Double(x - 44, y + 52, 88, 28, 22, 22));
    pen.setColor(new Color(240, 240, 220));
    pen.fill(new Ellipse2D.Double(x - 50, y - 108, 22, 12));
    pen.fill(new Ellipse2D.Double(x + 28, y - 108, 22, 12));
  }
}
