package org.scalpel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.scalpel.codec.Image;

class ObserverTest {
  private static final double RATE = 10;

  /** Cars of 60 × 90 pixels go down a road of 400, one every 40 frames, 20 pixels a frame. */
  private static List<Detection> road(int frame) {
    double y = (frame % 40) * 20 - 45;
    return y > 445 ? List.of() : List.of(new Detection(Box.around(200, y, 60, 90), 0.8, "car"));
  }

  private static Observer observer() {
    Watch line = new Watch.Line(new Point(400, 200), new Point(0, 200));
    return new Observer(Tracker.Settings.forRate(RATE), line);
  }

  @Test
  void everyCarIsCountedOnceThoughTwoOfThreeFramesAreDropped() {
    Observer all = observer();
    Observer some = observer();
    for (int frame = 0; frame < 400; frame++) {
      all.observe(frame, road(frame));
      if (frame % 3 == 0) {
        some.observe(frame, road(frame));
      }
    }

    assertThat(all.events()).hasSize(10);
    EventMatch match = EventMatch.of(all.events(), some.events(), (long) RATE);
    assertThat(match).isEqualTo(new EventMatch(10, 10, 10));
    assertThat(all.counts()).isEqualTo("rightwards 0, leftwards 10");
  }

  @Test
  void aDrawnClipPlaysTheSameEveryTime() {
    Clip clip = new DrawnClip(DrawnClip.Motif.PERSONS, 3);
    for (int round = 0; round < 2; round++) {
      try (Clip.Frames frames = clip.play()) {
        byte[] first = frames.next().map(Image::rgb).orElseThrow();
        assertThat(first).isEqualTo(new DrawnClip(DrawnClip.Motif.PERSONS, 1).frame(0).rgb());
        frames.next();
        assertThat(frames.next()).isPresent();
        assertThat(frames.next()).isEqualTo(Optional.empty());
      }
    }
  }
}
