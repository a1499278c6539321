package org.scalpel.tier;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.ConnectTimeoutException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.scalpel.control.Heartbeat;
import org.scalpel.control.TierControlGrpc;
import org.scalpel.tier.TierException.Kind;

/**
 * Listens to a neighbour's heartbeat, on a connection of its own so that it does not queue behind
 * tensors. Beats come unasked, so an upload that fills the way there does not delay them; where a
 * download fills the way back, its bytes are a sign of life as good as a beat. Compute time does
 * not count: beats are sent off the compute pool.
 *
 * <pre>
 *   RESTING ─used─▶ CALLING ─beat─▶ HEARD ─silence─▶ WAITING ─250 ms─▶ CALLING …
 *                      └─refused, or silent for longer than a first contact takes─▶ WAITING
 * </pre>
 *
 * <p>Silence is counted in our own ticks, and a late tick counts no more than two: a pause of this
 * process is not the neighbour's.
 */
final class Pulse implements AutoCloseable {
  static final long BEAT_MS = 250;

  private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(Pulse.class);

  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long BEAT_NS = TimeUnit.MILLISECONDS.toNanos(BEAT_MS);
  private static final long REST_NS = TimeUnit.SECONDS.toNanos(60);
  private static final ScheduledExecutorService CLOCK = Clocks.daemon("scalpel-pulse");

  private final String address;
  private final Supplier<ManagedChannel> opener;
  private final BooleanSupplier busy;
  private final Consumer<TierException> lost;
  private final long silenceNs;
  private final long contactNs;
  private final ScheduledFuture<?> ticking;
  private volatile long usedAt = System.nanoTime() - REST_NS;
  private volatile boolean sign;
  private volatile Phase phase = Phase.RESTING;
  private volatile String peer;
  private volatile String silent = "";
  private volatile boolean trouble;
  private volatile long takenBytes;
  private final LinkView view = new LinkView(this::sign);
  private @Nullable Call call;
  private long lastTick = System.nanoTime();
  private long quietNs;
  private long waitingSince;

  private enum Phase {
    RESTING,
    CALLING,
    HEARD,
    WAITING,
    /** A server of another make, which has no heartbeat. */
    WITHOUT
  }

  /**
   * A pulse at rest.
   *
   * @param opener of the heartbeat's own channel
   * @param busy whether something is under way to the neighbour
   * @param lost told, on a clock thread, that the neighbour fell silent
   */
  Pulse(
      Endpoint endpoint,
      TierConfig.Times times,
      Supplier<ManagedChannel> opener,
      BooleanSupplier busy,
      Consumer<TierException> lost) {
    this.address = endpoint.toString();
    this.peer = "tier at " + address;
    this.opener = opener;
    this.busy = busy;
    this.lost = lost;
    this.silenceNs = times.silence().toNanos();
    this.contactNs = times.connect().plus(times.silence()).toNanos();
    this.ticking = CLOCK.scheduleWithFixedDelay(this::tick, TICK_NS, TICK_NS, TimeUnit.NANOSECONDS);
  }

  /** Somebody wants something of the neighbour: it is listened to from now on. */
  void used() {
    usedAt = System.nanoTime();
  }

  /** How messages call the neighbour: by its name, once it has told it. */
  String peer() {
    return peer;
  }

  Circuit circuit() {
    if (!trouble) {
      return Circuit.CLOSED;
    }
    return phase == Phase.CALLING ? Circuit.HALF_OPEN : Circuit.OPEN;
  }

  /** The link to the neighbour and those behind it, nearest first. */
  List<LinkState> links() {
    return view.links(!silent.isEmpty() || trouble);
  }

  /** Bytes of models that the neighbour says it has taken. */
  long takenBytes() {
    return takenBytes;
  }

  /**
   * Refuses at once while the neighbour is silent: whoever asks would only wait. One that refuses
   * connections is not silent, asking it costs nothing.
   */
  void requireHeard() {
    String why = silent;
    if (!why.isEmpty()) {
      throw new TierException(Kind.UNREACHABLE, why);
    }
  }

  /** What a lane to the neighbour tells, under the name that this end goes by. */
  ClientLane.Ears ears(String caller) {
    return new ClientLane.Ears(caller, this::sign, view.timer());
  }

  private void sign() {
    if (!sign) {
      sign = true;
    }
  }

  /** Counts whatever arrives on other calls as a sign of life. */
  ClientInterceptor listening() {
    ClientStreamTracer.Factory factory = view.listening();
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return next.newCall(method, options.withStreamTracerFactory(factory));
      }
    };
  }

  private void tick() {
    try {
      step();
    } catch (RuntimeException e) {
      // A tick that throws would be the last one.
      org.slf4j.LoggerFactory.getLogger(Pulse.class).warn("heartbeat of {}: {}", peer, e);
    }
  }

  private void step() {
    TierException verdict = null;
    synchronized (this) {
      long now = System.nanoTime();
      quietNs = sign ? 0 : quietNs + Math.min(now - lastTick, 2 * TICK_NS);
      lastTick = now;
      sign = false;
      if (!busy.getAsBoolean() && now - usedAt > REST_NS) {
        rest();
        return;
      }
      switch (phase) {
        case RESTING -> call(now);
        case WAITING -> {
          if (now - waitingSince >= BEAT_NS) {
            call(now);
          }
        }
        case CALLING -> verdict = quietNs > contactNs ? fallSilent(now) : null;
        case HEARD -> verdict = quietNs > silenceNs ? fallSilent(now) : null;
        case WITHOUT -> {}
      }
      if (call != null) {
        call.beat(now);
      }
    }
    if (verdict != null) {
      lost.accept(verdict);
    }
  }

  private void rest() {
    hangUp();
    phase = Phase.RESTING;
    silent = "";
    trouble = false;
  }

  private void call(long now) {
    hangUp();
    phase = Phase.CALLING;
    quietNs = 0;
    Call fresh = new Call(opener.get(), now);
    call = fresh;
    fresh.open();
  }

  private TierException fallSilent(long now) {
    if (silent.isEmpty()) {
      Duration quiet = Duration.ofNanos(quietNs);
      silent =
          peer
              + " is unreachable: nothing was heard from it for "
              + quiet.toMillis()
              + " ms. Maybe it has stopped, or the link is down; it is tried again every "
              + BEAT_MS
              + " ms";
    }
    down(now);
    return new TierException(Kind.UNREACHABLE, silent);
  }

  private void down(long now) {
    hangUp();
    trouble = true;
    phase = Phase.WAITING;
    waitingSince = now;
  }

  private void hangUp() {
    Call old = call;
    call = null;
    if (old != null) {
      old.close();
    }
  }

  private synchronized void heard(Call from, Heartbeat beat) {
    if (from != call) {
      return;
    }
    sign = true;
    phase = Phase.HEARD;
    if (trouble) {
      LOG.atInfo()
          .addKeyValue("event", "tier_back")
          .addKeyValue("peer", address)
          .log("{} is heard again", peer);
    }
    silent = "";
    trouble = false;
    takenBytes = beat.getTakenBytes();
    from.echo(beat.getSequence());
    view.heard(beat);
    if (beat.getTier().matches("[A-Za-z0-9_-]{1,64}")) {
      peer = "tier '" + beat.getTier() + "' at " + address;
    }
  }

  private synchronized void ended(Call from, Status status) {
    if (from != call) {
      return;
    }
    if (status.getCode() == Status.Code.UNIMPLEMENTED) {
      hangUp();
      phase = Phase.WITHOUT;
      silent = "";
      trouble = false;
      return;
    }
    if (answered(status)) {
      silent = "";
    }
    down(System.nanoTime());
  }

  /** Whether somebody is there who refuses, closes or resets; nobody is not an answer. */
  private static boolean answered(Status status) {
    Throwable root = status.getCause();
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    return !(root instanceof ConnectTimeoutException)
        && !(root instanceof NoRouteToHostException)
        && (root == null || root instanceof IOException);
  }

  @Override
  public void close() {
    ticking.cancel(false);
    synchronized (this) {
      rest();
      phase = Phase.WITHOUT;
    }
  }

  /** One heartbeat call; used under the pulse's lock, but for what comes in. */
  private final class Call implements ClientResponseObserver<Heartbeat, Heartbeat> {
    private final ManagedChannel channel;
    private @Nullable ClientCallStreamObserver<Heartbeat> out;
    private long sequence;
    private long sentAt;
    private long echoed;

    Call(ManagedChannel channel, long now) {
      this.channel = channel;
      this.sentAt = now - BEAT_NS;
    }

    void open() {
      var unused = TierControlGrpc.newStub(channel).beat(this);
    }

    void beat(long now) {
      ClientCallStreamObserver<Heartbeat> to = out;
      if (to != null && to.isReady() && now - sentAt >= BEAT_NS) {
        sequence++;
        sentAt = now;
        to.onNext(Heartbeat.newBuilder().setSequence(sequence).build());
      }
    }

    void echo(long number) {
      if (number == sequence && echoed < number) {
        echoed = number;
        view.roundTrip((System.nanoTime() - sentAt) / 1e6);
      }
    }

    void close() {
      channel.shutdownNow();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Heartbeat> stream) {
      out = stream;
    }

    @Override
    public void onNext(Heartbeat beat) {
      heard(this, beat);
    }

    @Override
    public void onError(Throwable error) {
      ended(this, Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      ended(this, Status.UNAVAILABLE.withDescription("the heartbeat was ended"));
    }
  }
}
