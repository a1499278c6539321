package org.scalpel.testbed;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Both lanes of a link, the connections on it, and its clock. Lives on one event loop. */
final class Link implements AutoCloseable {
  private final Clock clock = Clock.system();
  private final Lane up;
  private final Lane down;
  private final Alarm alarm;
  private final Set<Relay> relays = new LinkedHashSet<>();

  Link(String name, LinkShape shape, Consumer<Runnable> eventLoop) {
    up = new Lane(shape.upMbps(), oneWayNanos(shape));
    down = new Lane(shape.downMbps(), oneWayNanos(shape));
    alarm = new Alarm(name, clock, eventLoop, this::advance);
  }

  Lane up() {
    return up;
  }

  Lane down() {
    return down;
  }

  long now() {
    return clock.nanos();
  }

  void add(Relay relay) {
    relays.add(relay);
  }

  void forget(Relay relay) {
    relays.remove(relay);
  }

  void shape(LinkShape shape) {
    up.shape(shape.upMbps(), oneWayNanos(shape), now());
    down.shape(shape.downMbps(), oneWayNanos(shape), now());
    rearm();
  }

  void pause(boolean stop) {
    up.pause(stop, now());
    down.pause(stop, now());
    rearm();
  }

  void resetAll() {
    List.copyOf(relays).forEach(Relay::reset);
    rearm();
  }

  /** Sets the clock for whatever is due next; call after every change. */
  void rearm() {
    alarm.set(Math.min(up.next(), down.next()));
  }

  private void advance() {
    up.advance(now());
    down.advance(now());
    rearm();
  }

  private static long oneWayNanos(LinkShape shape) {
    return Math.round(shape.rttMs() * 1e6 / 2);
  }

  @Override
  public void close() {
    alarm.close();
  }
}
