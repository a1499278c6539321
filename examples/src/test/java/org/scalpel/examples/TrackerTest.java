package org.scalpel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrackerTest {
  private final Tracker tracker = new Tracker(new Tracker.Settings(0.2, 5, 2));

  private static Detection at(double x, double y) {
    return new Detection(Box.around(x, y, 20, 20), 0.9, "car");
  }

  @Test
  void aThingThatMovesKeepsItsNumber() {
    for (int frame = 0; frame < 20; frame++) {
      List<Track> seen = tracker.update(frame, List.of(at(10 + 8 * frame, 50)));

      assertThat(seen).hasSize(frame == 0 ? 0 : 1);
      assertThat(seen).allMatch(track -> track.id() == 1);
    }
  }

  @Test
  void aTrackIsFoundAgainWhereItsSpeedLedIt() {
    tracker.update(0, List.of(at(0, 50)));
    tracker.update(1, List.of(at(10, 50)));

    // Four frames were dropped: without its speed it would not overlap.
    assertThat(tracker.update(6, List.of(at(60, 50)))).extracting(Track::id).containsExactly(1);
  }

  @Test
  void oneThatStayedAwayTooLongIsANewOne() {
    tracker.update(0, List.of(at(50, 50)));
    tracker.update(1, List.of(at(50, 50)));
    tracker.update(8, List.of(at(50, 50)));

    assertThat(tracker.update(9, List.of(at(50, 50)))).extracting(Track::id).containsExactly(2);
  }

  @Test
  void aFlashDoesNotCount() {
    assertThat(tracker.update(0, List.of(at(50, 50)))).isEmpty();
    assertThat(tracker.update(1, List.of())).isEmpty();
  }

  @Test
  void neighboursKeepTheirNumbersWhateverTheOrderOfDetections() {
    Random random = new Random(7);
    for (int frame = 0; frame < 50; frame++) {
      List<Detection> seen =
          new ArrayList<>(List.of(at(20 + frame, 20), at(20 + frame, 60), at(120 - frame, 100)));
      java.util.Collections.shuffle(seen, random);
      List<Track> tracks = tracker.update(frame, seen);
      if (frame > 0) {
        assertThat(tracks).hasSize(3);
        assertThat(tracks).allMatch(track -> track.id() <= 3);
        double speed =
            tracks.stream()
                .filter(t -> t.latest().box().centre().y() == 100)
                .findFirst()
                .orElseThrow()
                .speedX();
        assertThat(speed).isEqualTo(-1);
      }
    }
  }
}
