package org.scalpel.tier;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.stub.MetadataUtils;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.scalpel.oip.ModelInferRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one neighbour: a channel for control and a stream of requests beside it. A channel
 * that failed is thrown away and a new one is made for the next call, so that a tier that comes
 * back is found at once and not after a back-off; tries are never closer than a few milliseconds.
 */
final class Connection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  static final int WINDOW = 64 << 20;

  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long EXPIRE_MS = 10;
  private static final int UNDER_WAY = 1024;
  private static final ScheduledExecutorService CLOCK = Clocks.daemon("scalpel-clock");
  private static final int BEAT_BYTES = 4096;

  private final Endpoint endpoint;
  private final TierConfig config;
  private final ClientKeys keys;
  private final String caller = UUID.randomUUID().toString();
  private final Methods methods;
  private final Pulse pulse;
  private final AtomicInteger calls = new AtomicInteger();
  private final EventLoopGroup loop;
  private final EventLoopGroup callLoop = Loops.calls();
  private final Set<Timed> timed = ConcurrentHashMap.newKeySet();
  private final ScheduledFuture<?> expiry;
  private @Nullable ManagedChannel channel;
  private @Nullable InferStream stream;
  private @Nullable Status failure;
  private long failedAt;
  private boolean closed;
  private volatile Optional<ForeignTier> foreign = Optional.empty();

  Connection(Endpoint endpoint, TierConfig config, EventLoopGroup loop) {
    this.endpoint = endpoint;
    this.config = config;
    this.keys = ClientKeys.open(endpoint, config);
    this.loop = loop;
    this.methods = Methods.of(config.limits().messageBytes());
    this.pulse =
        new Pulse(
            endpoint,
            config.times(),
            () -> builder(BEAT_BYTES).build(),
            this::busy,
            why -> CLOCK.execute(() -> lost(why)));
    this.expiry =
        CLOCK.scheduleWithFixedDelay(this::expire, EXPIRE_MS, EXPIRE_MS, TimeUnit.MILLISECONDS);
  }

  /** The neighbour, if it is a server of another make. */
  Optional<ForeignTier> foreign() {
    return foreign;
  }

  void met(ForeignTier stranger) {
    foreign = Optional.of(stranger);
  }

  void metOurs() {
    foreign = Optional.empty();
  }

  Endpoint address() {
    return endpoint;
  }

  String peer() {
    return pulse.peer();
  }

  Pulse pulse() {
    return pulse;
  }

  /** A call that may take only so long. */
  interface Timed {
    /** Ends it if its time is over; called now and then from another thread. */
    void expire();
  }

  /** Such a call begins: the neighbour is listened to until it ends. */
  void begin(Timed call) {
    begin();
    timed.add(call);
  }

  void end(Timed call) {
    if (timed.remove(call)) {
      end();
    }
  }

  /** A call other than inference begins: the neighbour is listened to until it ends. */
  void begin() {
    calls.incrementAndGet();
  }

  void end() {
    calls.decrementAndGet();
  }

  private boolean busy() {
    InferStream current;
    synchronized (this) {
      current = stream;
    }
    return calls.get() > 0 || (current != null && current.underWay() > 0);
  }

  Methods methods() {
    return methods;
  }

  CompletableFuture<Answer> send(InferMessage<ModelInferRequest> request, Deadline deadline) {
    InferStream current;
    try {
      current = stream();
    } catch (TierException e) {
      return CompletableFuture.failedFuture(e);
    }
    return current.send(request, deadline);
  }

  private synchronized InferStream stream() {
    if (stream == null || stream.isEnded()) {
      ManagedChannel current = channel();
      ClientLane.Way way =
          new ClientLane.Way(
              new ClientLane.Peer(endpoint, keys),
              methods,
              loop.next(),
              config.times().connect(),
              pulse.ears(caller));
      stream =
          new InferStream(
              pulse::peer,
              UNDER_WAY,
              owner -> ClientLane.open(way, owner),
              status -> failed(current, status));
    }
    return stream;
  }

  /** A channel that is up or has not been tried yet. */
  synchronized ManagedChannel channel() {
    if (closed) {
      throw new TierException(
          TierException.Kind.UNREACHABLE, "the connection to " + peer() + " is closed");
    }
    pulse.used();
    pulse.requireHeard();
    if (channel == null) {
      if (failure != null && System.nanoTime() - failedAt < RETRY_NS) {
        TierException known = Refusal.fromPeer(peer(), failure);
        // A connection that broke says nothing about the next; one that was refused does.
        if (known.kind() == TierException.Kind.UNREACHABLE) {
          throw known;
        }
      }
      channel = open();
    }
    return channel;
  }

  /** A call on this channel failed: the next one starts afresh. */
  @SuppressWarnings("ReferenceEquality") // the very channel that failed, not one like it
  void failed(ManagedChannel used, Status status) {
    InferStream lost;
    synchronized (this) {
      if (status.getCode() != Status.Code.UNAVAILABLE || channel != used) {
        return;
      }
      channel = null;
      lost = stream;
      stream = null;
      failure = status;
      failedAt = System.nanoTime();
    }
    // Calls that another thread has just begun on it get their own failure.
    used.shutdownNow();
    if (lost != null) {
      lost.cancel("the connection was lost");
    }
  }

  /** The neighbour fell silent: whatever is under way to it fails with the reason. */
  private void lost(TierException why) {
    tell("tier_lost", why);
    ManagedChannel dead;
    InferStream stuck;
    synchronized (this) {
      dead = channel;
      stuck = stream;
      channel = null;
      stream = null;
    }
    if (stuck != null) {
      stuck.cutOff(why);
    }
    if (dead != null) {
      dead.shutdownNow();
    }
  }

  /**
   * The neighbour answered what it must not: it gets no more on this stream, and all of it fails.
   */
  void cutOff(TierException why) {
    tell("peer_refused", why);
    InferStream current;
    synchronized (this) {
      current = stream;
      stream = null;
    }
    if (current != null) {
      current.cutOff(why);
    }
  }

  private void tell(String event, TierException why) {
    LOG.atInfo()
        .addKeyValue("event", event)
        .addKeyValue("peer", endpoint.toString())
        .addKeyValue("kind", why.kind().name())
        .log("{}", why.getMessage());
  }

  /** What a failed call of another kind means; the channel is not used again if it is broken. */
  TierException explain(ManagedChannel used, Status status) {
    failed(used, status);
    try {
      pulse.requireHeard();
    } catch (TierException silent) {
      return silent;
    }
    return Refusal.fromPeer(peer(), status);
  }

  private ManagedChannel open() {
    return builder(config.limits().messageBytes())
        // No HTTP/2 pings: on a thin link they queue behind a tensor for longer than any bound that
        // would be of use; the heartbeat has its own way.
        .flowControlWindow(WINDOW)
        .eventLoopGroup(callLoop)
        .channelType(Loops.client())
        .intercept(pulse.listening())
        .build();
  }

  private NettyChannelBuilder builder(int messageBytes) {
    Metadata name = new Metadata();
    name.put(Callers.NAME, caller);
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port());
    keys.context().ifPresentOrElse(builder::sslContext, builder::usePlaintext);
    return builder
        .intercept(MetadataUtils.newAttachHeadersInterceptor(name), keys.showing())
        .directExecutor()
        .disableRetry()
        .maxInboundMessageSize(messageBytes)
        .withOption(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.times().connect().toMillis());
  }

  private void expire() {
    timed.forEach(Timed::expire);
    InferStream current;
    synchronized (this) {
      current = stream;
    }
    if (current != null && current.underWay() > 0) {
      current.expire();
    }
  }

  @Override
  public void close() {
    ManagedChannel open;
    InferStream current;
    synchronized (this) {
      closed = true;
      current = stream;
      open = channel;
      channel = null;
      stream = null;
    }
    expiry.cancel(false);
    keys.close();
    pulse.close();
    if (current != null) {
      current.cancel("the connection was closed");
    }
    if (open != null) {
      open.shutdownNow();
    }
  }
}
