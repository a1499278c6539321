package org.scalpel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static Track track(int id, long frame, double x, double y) {
    Detection seen = new Detection(Box.around(x, y, 10, 10), 0.9, "thing");
    return new Track(id, seen, frame, 2, 0, 0);
  }

  @Test
  void aZoneHoldsWhatItsOutlineEncloses() {
    Watch.Zone zone =
        new Watch.Zone(
            List.of(
                new Point(0, 0),
                new Point(10, 0),
                new Point(10, 10),
                new Point(5, 5),
                new Point(0, 10)));

    assertThat(zone.contains(new Point(2, 2))).isTrue();
    assertThat(zone.contains(new Point(9, 8))).isTrue();
    assertThat(zone.contains(new Point(5, 8))).isFalse();
    assertThat(zone.contains(new Point(11, 5))).isFalse();
  }

  @Test
  void whoStandsInAZoneIsReportedOnce() {
    Watch.Zone zone =
        new Watch.Zone(
            List.of(
                new Point(100, 0), new Point(200, 0), new Point(200, 100), new Point(100, 100)));

    assertThat(zone.observe(1, List.of(track(1, 1, 50, 50)))).isEmpty();
    assertThat(zone.observe(2, List.of(track(1, 2, 120, 50), track(2, 2, 50, 50))))
        .containsExactly(new Event(2, Watch.Zone.ENTERS, 1));
    assertThat(zone.observe(3, List.of(track(1, 3, 90, 50)))).isEmpty();
    assertThat(zone.observe(4, List.of(track(1, 4, 120, 50)))).isEmpty();
    assertThat(zone.counts()).isEqualTo("entered 1");
  }

  @Test
  void theFootCountsNotTheHead() {
    Watch.Zone zone =
        new Watch.Zone(
            List.of(new Point(0, 0), new Point(100, 0), new Point(100, 52), new Point(0, 52)));

    assertThat(zone.observe(1, List.of(track(1, 1, 50, 50)))).isEmpty();
    assertThat(zone.observe(2, List.of(track(1, 2, 50, 40)))).hasSize(1);
  }

  @Test
  void aLineCountsEachDirectionOfATrackOnce() {
    Watch.Line line = new Watch.Line(new Point(0, 50), new Point(100, 50));

    assertThat(line.observe(1, List.of(track(1, 1, 50, 40)))).isEmpty();
    assertThat(line.observe(2, List.of(track(1, 2, 50, 60))))
        .containsExactly(new Event(2, Watch.Line.RIGHT, 1));
    assertThat(line.observe(3, List.of(track(1, 3, 50, 40))))
        .containsExactly(new Event(3, Watch.Line.LEFT, 1));
    assertThat(line.observe(4, List.of(track(1, 4, 50, 60)))).isEmpty();
    assertThat(line.counts()).isEqualTo("rightwards 1, leftwards 1");
  }

  @Test
  void whatPassesBesideTheLineDoesNotCount() {
    Watch.Line line = new Watch.Line(new Point(0, 50), new Point(100, 50));

    line.observe(1, List.of(track(1, 1, 150, 40)));

    assertThat(line.observe(2, List.of(track(1, 2, 150, 60)))).isEmpty();
  }
}
