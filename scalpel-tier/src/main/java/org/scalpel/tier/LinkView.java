package org.scalpel.tier;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.control.Heartbeat;

/**
 * What the link to a neighbour carries now: up by what the neighbour says it got, down by what
 * comes in here, the round trip by echoes. Thread-safe.
 */
final class LinkView {
  private static final int ROUND_TRIPS = 12;
  static final int MOST_BEHIND = 8;

  private final Runnable sign;
  private final Intake answers = new Intake();
  private final LinkRate up = new LinkRate();
  private final LinkRate down = new LinkRate();
  private final ArrayDeque<Double> roundTrips = new ArrayDeque<>();
  private Intake.Totals cameThere = Intake.Totals.ZERO;
  private Intake.Totals cameHere = Intake.Totals.ZERO;
  private List<LinkState> behind = List.of();

  /** Calls {@code sign} for whatever comes in. */
  LinkView(Runnable sign) {
    this.sign = sign;
  }

  /** For one more way on which the neighbour answers. */
  MessageTimer timer() {
    return new MessageTimer(answers);
  }

  /** Listens to what comes in on calls of the neighbour. */
  ClientStreamTracer.Factory listening() {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(
          ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new Listener();
      }
    };
  }

  private final class Listener extends ClientStreamTracer {
    private final MessageTimer timer = new MessageTimer(answers);

    @Override
    public void inboundMessage(int number) {
      timer.message();
    }

    @Override
    public void inboundWireSize(long bytes) {
      timer.bytes(bytes);
      sign.run();
    }
  }

  synchronized void roundTrip(double ms) {
    roundTrips.addLast(ms);
    if (roundTrips.size() > ROUND_TRIPS) {
      roundTrips.removeFirst();
    }
  }

  synchronized void heard(Heartbeat beat) {
    Intake.Totals there = new Intake.Totals(beat.getIntakeBytes(), beat.getIntakeNs());
    Intake.Totals moved = there.since(cameThere);
    cameThere = there;
    // A neighbour that was restarted counts from nothing again.
    if (moved.bytes() > 0 && moved.nanos() > 0) {
      up.add(moved);
    }
    Intake.Totals here = answers.totals();
    down.add(here.since(cameHere));
    cameHere = here;
    behind =
        beat.getBehindList().stream()
            .limit(MOST_BEHIND)
            .map(
                link ->
                    new LinkState(
                        known(link.getUpMbps()),
                        known(link.getDownMbps()),
                        known(link.getRttMs()),
                        link.getLost(),
                        link.getSamples()))
            .toList();
  }

  private static double known(double value) {
    return value > 0 && Double.isFinite(value) ? value : Double.NaN;
  }

  /** The link to the neighbour and those behind it, nearest first. */
  synchronized List<LinkState> links(boolean lost) {
    double rtt = roundTrips.stream().mapToDouble(ms -> ms).min().orElse(Double.NaN);
    List<LinkState> links = new ArrayList<>();
    links.add(new LinkState(up.mbps(), down.mbps(), rtt, lost, up.samples()));
    links.addAll(behind);
    return links;
  }
}
