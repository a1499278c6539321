package org.scalpel.examples;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Follows detections from frame to frame: every track expects its box where its speed leads it, and
 * pairs of tracks and detections are joined greedily, the largest overlap first. Frames may be
 * missing. Not thread-safe.
 */
final class Tracker {
  private final Settings settings;
  private final List<Track> tracks = new ArrayList<>();
  private int last;

  /**
   * How it follows.
   *
   * @param overlap of an expected box and a detection at least
   * @param patience for how many frames a track is kept that is not seen
   * @param hits seen so often, a track counts
   */
  record Settings(double overlap, int patience, int hits) {
    /** For a camera of that rate: a second of patience, two hits. */
    static Settings forRate(double framesPerSecond) {
      return new Settings(0.2, (int) Math.max(2, Math.ceil(framesPerSecond)), 2);
    }
  }

  private record Pair(int track, int seen, double overlap) {}

  Tracker(Settings settings) {
    this.settings = settings;
  }

  /**
   * One more frame.
   *
   * @param frame its number, larger than that of the one before
   * @return the tracks that were seen in it and count
   */
  List<Track> update(long frame, List<Detection> seen) {
    tracks.removeIf(track -> frame - track.frame() > settings.patience());
    List<Pair> pairs = new ArrayList<>();
    for (int t = 0; t < tracks.size(); t++) {
      Box expected = tracks.get(t).expected(frame);
      for (int s = 0; s < seen.size(); s++) {
        double overlap = expected.overlap(seen.get(s).box());
        if (overlap >= settings.overlap()) {
          pairs.add(new Pair(t, s, overlap));
        }
      }
    }
    pairs.sort(Comparator.comparingDouble(Pair::overlap).reversed());
    boolean[] taken = new boolean[seen.size()];
    boolean[] joined = new boolean[tracks.size()];
    for (Pair pair : pairs) {
      if (!taken[pair.seen] && !joined[pair.track]) {
        taken[pair.seen] = true;
        joined[pair.track] = true;
        tracks.set(pair.track, tracks.get(pair.track).seen(seen.get(pair.seen), frame));
      }
    }
    for (int s = 0; s < seen.size(); s++) {
      if (!taken[s]) {
        tracks.add(Track.begin(++last, seen.get(s), frame));
      }
    }
    return tracks.stream()
        .filter(track -> track.frame() == frame && track.hits() >= settings.hits())
        .toList();
  }
}
