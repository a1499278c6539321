package org.scalpel.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.scalpel.cost.Stat;

/**
 * How one scheme did.
 *
 * @param scheme its name
 * @param plan in words
 * @param predicted latency of one frame, and the frames per second of all cameras together
 * @param notes of every camera
 * @param seconds from the first frame to the last answer
 * @param match of all cameras' events
 * @param changes of the plan under way
 */
record SchemeResult(
    String scheme,
    String plan,
    Predicted predicted,
    List<List<FrameNote>> notes,
    double seconds,
    EventMatch match,
    List<String> changes) {
  /** What the plan promised: ms for a frame, frames per second for all cameras. */
  record Predicted(double ms, double framesPerSecond) {}

  /** Copies. */
  SchemeResult {
    notes = notes.stream().map(List::copyOf).toList();
    changes = List.copyOf(changes);
  }

  int cameras() {
    return notes.size();
  }

  private List<FrameNote> all() {
    List<FrameNote> all = new ArrayList<>();
    notes.forEach(all::addAll);
    return all;
  }

  int frames() {
    return all().size();
  }

  long count(FrameNote.Outcome outcome) {
    return all().stream().filter(note -> note.outcome() == outcome).count();
  }

  /** From a frame's being there to its tracks; nothing if none was answered. */
  OptionalDouble latencyMs(double quantile) {
    return quantile(
        all().stream()
            .filter(note -> note.outcome() == FrameNote.Outcome.ANSWERED)
            .map(FrameNote::latencyMs)
            .toList(),
        quantile);
  }

  /** The same of the frames that showed an event. */
  OptionalDouble alarmMs(double quantile) {
    return quantile(
        all().stream().filter(note -> !note.events().isEmpty()).map(FrameNote::latencyMs).toList(),
        quantile);
  }

  private static OptionalDouble quantile(List<Double> values, double quantile) {
    return values.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Stat.quantile(values, quantile));
  }

  double framesPerSecond() {
    return count(FrameNote.Outcome.ANSWERED) / seconds;
  }

  double kilobytes() {
    return all().stream()
        .filter(note -> note.outcome() == FrameNote.Outcome.ANSWERED)
        .mapToDouble(FrameNote::kilobytes)
        .average()
        .orElse(0);
  }
}
