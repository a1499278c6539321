package org.scalpel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EventMatchTest {
  private static Event event(long frame, String kind) {
    return new Event(frame, kind, 1);
  }

  @Test
  void anEventIsRightNearOneOfItsKind() {
    List<Event> reference = List.of(event(10, "up"), event(30, "down"), event(50, "up"));
    List<Event> raised = List.of(event(12, "up"), event(31, "up"), event(70, "up"));

    EventMatch match = EventMatch.of(reference, raised, 10);

    assertThat(match).isEqualTo(new EventMatch(3, 3, 1));
    assertThat(match.precision()).hasValue(1 / 3.0);
    assertThat(match.recall()).hasValue(1 / 3.0);
  }

  @Test
  void oneEventOfTheReferenceExcusesOneOnly() {
    EventMatch match =
        EventMatch.of(List.of(event(10, "up")), List.of(event(10, "up"), event(11, "up")), 10);

    assertThat(match).isEqualTo(new EventMatch(1, 2, 1));
  }

  @Test
  void withoutEventsNothingIsClaimed() {
    EventMatch match = EventMatch.of(List.of(), List.of(), 10);

    assertThat(match.precision()).isEmpty();
    assertThat(match.recall()).isEmpty();
    assertThat(match.plus(new EventMatch(2, 2, 2)).recall()).hasValue(1);
  }
}
