package org.scalpel.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Events held against those of a reference: an event is right if the reference has one of its kind
 * within some frames that no earlier event took.
 *
 * @param reference how many there are to find
 * @param raised how many were raised
 * @param matched how many of these are right
 */
record EventMatch(int reference, int raised, int matched) {
  static EventMatch of(List<Event> reference, List<Event> raised, long tolerance) {
    List<Event> left = new ArrayList<>(reference);
    int matched = 0;
    for (Event event : raised) {
      Event nearest = null;
      for (Event candidate : left) {
        boolean fits =
            candidate.kind().equals(event.kind()) && distance(candidate, event) <= tolerance;
        if (fits && (nearest == null || distance(candidate, event) < distance(nearest, event))) {
          nearest = candidate;
        }
      }
      if (nearest != null) {
        left.remove(nearest);
        matched++;
      }
    }
    return new EventMatch(reference.size(), raised.size(), matched);
  }

  private static long distance(Event a, Event b) {
    return Math.abs(a.frame() - b.frame());
  }

  /** Of several cameras. */
  EventMatch plus(EventMatch other) {
    return new EventMatch(
        reference + other.reference, raised + other.raised, matched + other.matched);
  }

  /** The part of the raised events that is right; nothing where none was raised. */
  OptionalDouble precision() {
    return raised == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) matched / raised);
  }

  /** The part of the reference's events that was raised; nothing where it has none. */
  OptionalDouble recall() {
    return reference == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) matched / reference);
  }
}
