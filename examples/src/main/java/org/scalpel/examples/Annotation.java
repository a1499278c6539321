package org.scalpel.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.scalpel.codec.Image;

/** Writes a clip again with what one camera made of it: boxes, numbers, place, counts, times. */
final class Annotation {
  private static final int FLASH = 8;
  private static final int ROW = 18;
  private static final Color MARK = new Color(255, 196, 0);
  private static final Color BOX = new Color(60, 220, 120);
  private static final Color ALARM = new Color(255, 60, 60);

  private final Clip clip;
  private final Place place;
  private final String title;

  Annotation(Clip clip, Place place, String title) {
    this.clip = clip;
    this.place = place;
    this.title = title;
  }

  void write(Ffmpeg ffmpeg, Path file, List<FrameNote> notes, IntConsumer done) {
    try (Clip.Frames frames = clip.play()) {
      Optional<Image> first = frames.next();
      if (first.isEmpty()) {
        return;
      }
      try (VideoFile video = VideoFile.create(ffmpeg, file, first.get(), clip.rate())) {
        Optional<Image> next = first;
        List<Track> shown = List.of();
        for (int i = 0; i < notes.size() && next.isPresent(); i++) {
          FrameNote note = notes.get(i);
          boolean answered = note.outcome() == FrameNote.Outcome.ANSWERED;
          shown = answered ? note.tracks() : shown;
          video.add(drawn(next.get(), note, shown, alarm(notes, i)));
          done.accept(i + 1);
          next = frames.next();
        }
      }
    }
  }

  private static Optional<Event> alarm(List<FrameNote> notes, int at) {
    for (int i = at; i >= 0 && i > at - FLASH; i--) {
      List<Event> events = notes.get(i).events();
      if (!events.isEmpty()) {
        return Optional.of(events.get(events.size() - 1));
      }
    }
    return Optional.empty();
  }

  private Image drawn(Image frame, FrameNote note, List<Track> tracks, Optional<Event> alarm) {
    Canvas canvas = Canvas.of(frame);
    Graphics2D pen = canvas.pen();
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    pen.setStroke(new BasicStroke(2));
    outline(pen, frame, alarm.isPresent() ? ALARM : MARK);
    for (Track track : tracks) {
      Box box = track.latest().box();
      pen.setColor(alarm.filter(e -> e.track() == track.id()).isPresent() ? ALARM : BOX);
      pen.drawRect((int) box.left(), (int) box.top(), (int) box.width(), (int) box.height());
      String label =
          String.format(
              Locale.ROOT,
              "%s %d  %.2f",
              track.latest().kind(),
              track.id(),
              track.latest().score());
      text(pen, label, (int) box.left(), (int) Math.max(ROW, box.top() - 4));
    }
    String time =
        String.format(
            Locale.ROOT, "%s   %.1f s   %s", title, note.frame() / clip.rate(), note.counts());
    text(pen, time, 8, ROW);
    String took =
        note.outcome() == FrameNote.Outcome.ANSWERED
            ? String.format(Locale.ROOT, "%.0f ms = %s", note.latencyMs(), note.where())
            : note.where();
    text(pen, took, 8, frame.height() - 8);
    alarm.ifPresent(event -> text(pen, event.kind() + " " + event.track(), 8, 2 * ROW + 4));
    pen.dispose();
    return canvas.image();
  }

  private void outline(Graphics2D pen, Image frame, Color colour) {
    Polygon polygon = new Polygon();
    for (Point corner : place.corners()) {
      Point at = corner.times(frame.width(), frame.height());
      polygon.addPoint((int) at.x(), (int) at.y());
    }
    pen.setColor(colour);
    pen.drawPolygon(polygon);
  }

  /** Light on a dark bar, so that it can be read on any picture. */
  private static void text(Graphics2D pen, String text, int x, int y) {
    int width = pen.getFontMetrics().stringWidth(text);
    Color before = pen.getColor();
    pen.setColor(new Color(0, 0, 0, 150));
    pen.fillRect(x - 3, y - 14, width + 6, ROW);
    pen.setColor(before.equals(BOX) || before.equals(ALARM) ? before : Color.WHITE);
    pen.drawString(text, x, y);
    pen.setColor(Color.WHITE);
  }
}
