package org.scalpel.examples;

import java.util.List;

/**
 * What became of one frame.
 *
 * @param latencyMs from the frame's being there to its tracks; 0 unless it was answered
 * @param where which tier and link took how long, in words
 * @param kilobytes of tensors that left and reached the device
 */
record FrameNote(
    long frame,
    Outcome outcome,
    double latencyMs,
    String where,
    double kilobytes,
    List<Track> tracks,
    List<Event> events,
    String counts) {
  /** What can become of it. */
  enum Outcome {
    ANSWERED,
    /** Given up for a newer one. */
    DROPPED,
    FAILED
  }

  /** Copies. */
  FrameNote {
    tracks = List.copyOf(tracks);
    events = List.copyOf(events);
  }

  static FrameNote without(long frame, Outcome outcome, String why, String counts) {
    return new FrameNote(frame, outcome, 0, why, 0, List.of(), List.of(), counts);
  }
}
