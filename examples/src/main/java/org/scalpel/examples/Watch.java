package org.scalpel.examples;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns tracks into events. Places are in pixels. Not thread-safe, and made for one run over a
 * video.
 */
sealed interface Watch {
  /** The tracks of one more frame. */
  List<Event> observe(long frame, List<Track> tracks);

  /** What is counted so far, in one line. */
  String counts();

  /** Who comes to stand in a polygon: each track once. */
  final class Zone implements Watch {
    static final String ENTERS = "enters";
    private final List<Point> corners;
    private final Set<Integer> inside = new HashSet<>();

    Zone(List<Point> corners) {
      this.corners = List.copyOf(corners);
    }

    @Override
    public List<Event> observe(long frame, List<Track> tracks) {
      List<Event> events = new ArrayList<>();
      for (Track track : tracks) {
        if (contains(track.latest().box().foot()) && inside.add(track.id())) {
          events.add(new Event(frame, ENTERS, track.id()));
        }
      }
      return events;
    }

    /** Whether a ray to the right meets the outline an odd number of times. */
    boolean contains(Point point) {
      boolean in = false;
      for (int i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
        Point a = corners.get(i);
        Point b = corners.get(j);
        boolean spans = a.y() > point.y() != b.y() > point.y();
        if (spans && point.x() < (b.x() - a.x()) * (point.y() - a.y()) / (b.y() - a.y()) + a.x()) {
          in = !in;
        }
      }
      return in;
    }

    @Override
    public String counts() {
      return "entered " + inside.size();
    }
  }

  /** Whose centre crosses a line between two points: each track once in each direction. */
  final class Line implements Watch {
    /** To the right of the way from the first point to the second. */
    static final String RIGHT = "rightwards";

    static final String LEFT = "leftwards";
    private final Point from;
    private final Point to;
    private final Map<Integer, Point> before = new HashMap<>();
    private final Set<String> counted = new HashSet<>();
    private int rightwards;
    private int leftwards;

    Line(Point from, Point to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public List<Event> observe(long frame, List<Track> tracks) {
      List<Event> events = new ArrayList<>();
      for (Track track : tracks) {
        Point now = track.latest().box().centre();
        Point was = before.put(track.id(), now);
        if (was != null && crosses(was, now)) {
          String kind = side(from, to, now) > 0 ? RIGHT : LEFT;
          if (counted.add(track.id() + kind)) {
            rightwards += kind.equals(RIGHT) ? 1 : 0;
            leftwards += kind.equals(LEFT) ? 1 : 0;
            events.add(new Event(frame, kind, track.id()));
          }
        }
      }
      return events;
    }

    private boolean crosses(Point was, Point now) {
      boolean changesSide = side(from, to, was) > 0 != side(from, to, now) > 0;
      boolean between = side(was, now, from) > 0 != side(was, now, to) > 0;
      return changesSide && between;
    }

    /** Above 0 on the right of the way from a to b, as y goes down. */
    private static double side(Point a, Point b, Point point) {
      return (b.x() - a.x()) * (point.y() - a.y()) - (b.y() - a.y()) * (point.x() - a.x());
    }

    @Override
    public String counts() {
      return RIGHT + " " + rightwards + ", " + LEFT + " " + leftwards;
    }
  }
}
