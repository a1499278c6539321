package org.scalpel.tier;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.scalpel.control.Heartbeat;
import org.scalpel.control.LinkBehind;

/**
 * The serving side of {@link Pulse}: tells every caller four times a second that this tier lives,
 * from a thread of its own. A caller that says nothing for long is let go.
 */
final class Heartbeats implements AutoCloseable {
  private static final int MOST_CALLERS = 1024;
  private static final long BEAT_NS = TimeUnit.MILLISECONDS.toNanos(Pulse.BEAT_MS);
  // A caller that beats faster than it should is not echoed.
  private static final long LEAST_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long GONE_NS = TimeUnit.SECONDS.toNanos(15);

  private final String tier;
  private final LongSupplier takenBytes;
  private final Supplier<List<LinkState>> behind;
  private final Set<Caller> callers = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock;
  private volatile BooleanSupplier over = () -> false;

  /**
   * Beats for whoever listens.
   *
   * @param takenBytes of models, so far
   * @param behind the links behind this tier, nearest first
   */
  Heartbeats(String tier, LongSupplier takenBytes, Supplier<List<LinkState>> behind) {
    this.tier = tier;
    this.takenBytes = takenBytes;
    this.behind = behind;
    this.clock = Clocks.daemon("scalpel-" + tier + "-heartbeat");
    var unused = clock.scheduleAtFixedRate(this::tick, BEAT_NS, BEAT_NS / 5, TimeUnit.NANOSECONDS);
  }

  StreamObserver<Heartbeat> listen(StreamObserver<Heartbeat> out) {
    Caller caller = new Caller((ServerCallStreamObserver<Heartbeat>) out, Callers.current());
    if (callers.size() >= MOST_CALLERS) {
      caller.end(Status.RESOURCE_EXHAUSTED.withDescription(MOST_CALLERS + " callers listen"));
    } else {
      callers.add(caller);
    }
    return caller;
  }

  /** Ends all calls as soon as nothing is under way: until then callers must not give this up. */
  void drain(BooleanSupplier nothingUnderWay) {
    over = nothingUnderWay;
  }

  private void tick() {
    long now = System.nanoTime();
    boolean last = over.getAsBoolean();
    callers.forEach(
        caller -> {
          try {
            caller.tick(now, last);
          } catch (RuntimeException gone) {
            // The call ended meanwhile.
            callers.remove(caller);
          }
        });
  }

  @Override
  public void close() {
    clock.shutdownNow();
    callers.forEach(c -> c.end(Status.UNAVAILABLE.withDescription("the tier is closed")));
  }

  private static LinkBehind written(LinkState link) {
    return LinkBehind.newBuilder()
        .setUpMbps(known(link.upMbps()))
        .setDownMbps(known(link.downMbps()))
        .setRttMs(known(link.rttMs()))
        .setLost(link.lost())
        .setSamples(link.samples())
        .build();
  }

  private static double known(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  private final class Caller implements StreamObserver<Heartbeat> {
    private final ServerCallStreamObserver<Heartbeat> out;
    private final Intake intake;
    private long toldBytes;
    private long sequence;
    private long heardAt = System.nanoTime();
    private long toldAt;
    private long echoedAt;
    private boolean ended;

    Caller(ServerCallStreamObserver<Heartbeat> out, Intake intake) {
      this.out = out;
      this.intake = intake;
      this.toldAt = heardAt - BEAT_NS;
      this.echoedAt = heardAt - LEAST_NS;
      out.setOnCancelHandler(() -> callers.remove(this));
    }

    synchronized void tick(long now, boolean last) {
      if (last) {
        end(Status.OK);
      } else if (now - heardAt > GONE_NS) {
        end(Status.DEADLINE_EXCEEDED.withDescription("the caller said nothing for 15 s"));
      } else if (now - toldAt >= BEAT_NS || cameMuch()) {
        tell(now);
      }
    }

    /**
     * While tensors come in, beats come with every tick: the caller learns at once what it gets.
     */
    private boolean cameMuch() {
      return intake.totals().bytes() - toldBytes >= LinkRate.SAMPLE_BYTES;
    }

    private void tell(long now) {
      // Nobody who reads is ever this late; beats must not pile up for one who does not.
      if (!ended && out.isReady()) {
        toldAt = now;
        Intake.Totals came = intake.totals();
        toldBytes = came.bytes();
        Heartbeat.Builder beat =
            Heartbeat.newBuilder()
                .setSequence(sequence)
                .setTier(tier)
                .setTakenBytes(takenBytes.getAsLong())
                .setIntakeBytes(came.bytes())
                .setIntakeNs(came.nanos());
        behind.get().forEach(link -> beat.addBehind(written(link)));
        out.onNext(beat.build());
      }
    }

    synchronized void end(Status status) {
      callers.remove(this);
      if (ended || out.isCancelled()) {
        return;
      }
      ended = true;
      if (status.isOk()) {
        out.onCompleted();
      } else {
        out.onError(status.asRuntimeException());
      }
    }

    @Override
    public synchronized void onNext(Heartbeat beat) {
      long now = System.nanoTime();
      heardAt = now;
      sequence = beat.getSequence();
      if (now - echoedAt >= LEAST_NS) {
        echoedAt = now;
        tell(now);
      }
    }

    @Override
    public void onError(Throwable gone) {
      callers.remove(this);
    }

    @Override
    public void onCompleted() {
      end(Status.OK);
    }
  }
}
