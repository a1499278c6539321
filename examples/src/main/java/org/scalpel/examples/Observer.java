package org.scalpel.examples;

import java.util.ArrayList;
import java.util.List;

/** Follows the detections of one camera and tells what happened. Not thread-safe. */
final class Observer {
  private final Tracker tracker;
  private final Watch watch;
  private final List<Event> events = new ArrayList<>();

  /** What a frame showed. */
  record Seen(List<Track> tracks, List<Event> events) {}

  Observer(Tracker.Settings settings, Watch watch) {
    this.tracker = new Tracker(settings);
    this.watch = watch;
  }

  Seen observe(long frame, List<Detection> detections) {
    List<Track> tracks = tracker.update(frame, detections);
    List<Event> now = watch.observe(frame, tracks);
    events.addAll(now);
    return new Seen(tracks, now);
  }

  /** All of them so far. */
  List<Event> events() {
    return List.copyOf(events);
  }

  String counts() {
    return watch.counts();
  }
}
